import type { AskedReport } from './asker-process.ts';
import type { Lab } from './lab.ts';

/** What was answered to a machine that asks all for some addresses, every 5 ms. */
export interface Asked {
  /** The longest time without an answer for an address, ms. */
  readonly gap: number;
  /** Of each address, from `since` until the last answer of another than the one that answers in the end, ms. */
  readonly untilOne: readonly number[];
}

/** Asks while something happens. @param happen gives the moment from which on one should answer; see {@link now} */
export async function asked(lab: Lab, happen: () => Promise<number>): Promise<Asked> {
  lab.asker.tell({ ask: lab.sample() });
  let since = 0;
  let reports: readonly AskedReport[] = [];
  try {
    since = await happen();
  } finally {
    reports = await lab.asker.ask<readonly AskedReport[]>({ end: true });
  }
  return { gap: Math.max(...reports.map(({ gap }) => gap)), untilOne: reports.map((each) => untilOne(each, since)) };
}

/** The time on the clock that all processes of a machine share, ms. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function untilOne({ answers }: AskedReport, since: number): number {
  const [, secondLast] = Object.values(answers).sort((a, b) => b - a);
  return Math.max(0, (secondLast ?? since) - since);
}
