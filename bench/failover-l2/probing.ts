import { setTimeout as pass } from 'node:timers/promises';
import { processorTimes, stolenShare } from '../stolen-time.ts';
import type { FlowReport } from './flow.ts';
import type { Lab } from './lab.ts';

/** What both clients saw of all flows while something happened. */
export interface Probed {
  /** Of each flow, ms. */
  readonly lostTimes: readonly number[];
  /** Packets, of all flows. */
  readonly lost: number;
  /** How many TCP flows are broken, of how many. */
  readonly broken: number;
  readonly flows: number;
  /** How far two probes of a client were apart at most, ms. */
  readonly slack: number;
  /** What the host of a virtual machine took of its time meanwhile, percent. */
  readonly stolen: number;
}

/** Milliseconds of probes before anything happens: connections are up, neighbours known. */
const BEFORE = 400;
/** No outage is noticed sooner than this, ms. */
const NOTICED = 200;

/** Probes some addresses from both clients while something happens, and until all are answered again. */
export async function probed(lab: Lab, happen: () => Promise<void>): Promise<Probed> {
  for (const client of lab.clients) client.tell({ probe: lab.sample() });
  const reports: FlowReport[] = [];
  const began = processorTimes();
  try {
    await pass(BEFORE);
    await happen();
    await pass(NOTICED);
    for (const client of lab.clients) await client.ask({ untilAnswered: true });
  } finally {
    for (const client of lab.clients) reports.push(...(await client.ask<readonly FlowReport[]>({ end: true })));
  }
  return {
    lostTimes: reports.map(({ lostTime }) => lostTime),
    lost: reports.reduce((sum, { lost }) => sum + lost, 0),
    broken: reports.filter(({ broken }) => broken !== null).length,
    flows: reports.length,
    slack: Math.max(...reports.map(({ slack }) => slack)),
    stolen: stolenShare(began, processorTimes()),
  };
}
