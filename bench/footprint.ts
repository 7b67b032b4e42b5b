import type { Daemon } from '../test/cluster/daemon.ts';
import { ownLastStage } from '../test/lab/image/dockerfile.ts';
import { imageNode } from '../test/lab/image/image-node.ts';
import { quiet } from './converge/idle.ts';
import { Lab } from './converge/lab.ts';
import { tell } from './converge/progress.ts';
import { createService, forEach, names } from './converge/services.ts';
import { enterLab } from './enter-lab.ts';
import { CHURN, churn } from './footprint/churn.ts';
import { consumption, rates, requestFigures } from './footprint/figures.ts';
import { image } from './footprint/image.ts';
import { SimulatedNodes } from './footprint/nodes.ts';
import { observe } from './footprint/observe.ts';
import { METALLB, published } from './footprint/published.ts';
import { type Program, ready, startUntilReady } from './footprint/ready.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions } from './options.ts';

const FIRST_NODE = 'node-00000';
const STANDBY_PORT = 7482;

/** How long and how much. */
interface Size {
  /** How many nodes there are, one number after the other. */
  readonly nodes: readonly number[];
  readonly services: number;
  readonly starts: number;
  /** How long each number of nodes is watched, and the churn. */
  readonly seconds: number;
  /** How many Services there are at last, for what memory grows to. */
  readonly most: number | undefined;
  /** Whether this is long enough to count what a speaker does every 30 s. */
  readonly isLong: boolean;
}

const QUICK: Size = { nodes: [1, 100], services: 100, starts: 2, seconds: 3, most: undefined, isLong: false };
const FULL: Size = { nodes: [1, 100, 1_000], services: 1_000, starts: 10, seconds: 120, most: 5_000, isLong: true };

/**
 * What an installation needs: disk, memory, processor time and requests; and how soon it is there. With the Node.js of the
 * image, whichever the machine has, and its environment.
 */
export async function benchFootprint({ quick, interim }: BenchOptions): Promise<readonly Result[]> {
  await enterLab(imageNode);
  Object.assign(process.env, ownLastStage().environment);
  const results: Result[] = [];
  interim(() => results);
  const [files, lab] = await Promise.all([image(), Lab.start({ audit: true })]);
  try {
    results.push(...files);
    await onCluster(lab, quick ? QUICK : FULL, results);
    return results;
  } finally {
    await lab.dispose();
  }
}

/** All that runs of Berth: both replicas of the controller, and one speaker. */
interface Installation {
  readonly controller: Program;
  readonly standby: Program;
  readonly speaker: Program;
}

/** @param results to which each part is added when it has been measured */
async function onCluster(lab: Lab, size: Size, results: Result[]): Promise<void> {
  const nodes = new SimulatedNodes(lab.kubelets, size.services);
  await nodes.grow(1);
  const berth: Installation = {
    controller: { daemon: lab.controller, port: 7480 },
    standby: { daemon: lab.standby(STANDBY_PORT), port: STANDBY_PORT },
    speaker: { daemon: await lab.speaker(FIRST_NODE), port: 7481 },
  };
  const daemons = Object.values(berth).map(({ daemon }) => daemon);
  try {
    await forEach(names(size.services), (name) => createService(lab.api, name));
    const { controller, speaker } = berth;
    results.push(...(await ready(lab, { controller, speaker }, size.services, size.starts)));
    for (const program of Object.values(berth)) await startUntilReady(program);
    await lab.watch.count(size.services);
    tell('started');
    for (const count of size.nodes) {
      await nodes.grow(count);
      await quiet(lab, size.isLong ? undefined : 1_000);
      results.push(...(await watchIdle(lab, daemons, count, size)));
      tell(`${count} nodes: done`);
    }
    results.push(...(await watchChurn(lab, daemons, size)));
    tell('churn: done');
    results.push(...(await fill(lab, daemons, size)));
  } finally {
    nodes.stop();
    for (const daemon of daemons) await daemon.stop();
  }
}

/** What the daemons use, and what they ask the API server for, while nothing happens but signs of life. */
async function watchIdle(lab: Lab, daemons: readonly Daemon[], n: number, size: Size): Promise<readonly Result[]> {
  const observation = await observe([...daemons, lab.cluster.controlPlane.apiServer], size.seconds);
  const requests = (await lab.cluster.controlPlane.audit?.requests()) ?? [];
  const { controller, speaker } = rates(requests, observation.span);
  return [...consumption('', n, observation), ...requestFigures(n, controller, size.isLong ? speaker : undefined)];
}

async function watchChurn(lab: Lab, daemons: readonly Daemon[], size: Size): Promise<readonly Result[]> {
  const stop = churn(lab.api);
  try {
    return consumption('churn-', CHURN, await observe([...daemons, lab.cluster.controlPlane.apiServer], size.seconds));
  } finally {
    await stop();
  }
}

/** What memory grows to, beside what is known of others. */
async function fill(
  lab: Lab,
  daemons: readonly Daemon[],
  { services, most = services }: Size,
): Promise<readonly Result[]> {
  await forEach(names(most).slice(services), (name) => createService(lab.api, name));
  await lab.watch.count(most);
  const observation = await observe(daemons, 1);
  return [
    ...[...observation.rss].map(([name, samples]) => summarise(`full-rss-${name}`, most, 'MiB', samples)),
    ...Object.entries(METALLB).map(([name, [low, high]]) =>
      published(`full-rss-${name}-metallb`, most, 'MiB', low, high),
    ),
  ];
}
