import { describe, expect, it } from 'vitest';
import type { PoolConfiguration } from '../../../src/allocator/pool-table.ts';
import type { IPAddressPool } from '../../../src/api/ip-address-pool.ts';
import { parseRange } from '../../../src/ip/range.ts';
import { NETS, type Net } from '../builders.ts';
import { Scene } from '../scene.ts';
import { type Case, readCases, type Step } from './script.ts';

/** How cases are run. */
export interface PlayOptions {
  /** The class served. */
  readonly loadBalancerClass?: string;
  readonly namedOnly?: boolean;
}

/** Runs each case for IPv4 and for IPv6. */
export function playForBoth(title: string, text: string, options: PlayOptions = {}): void {
  describe.each(NETS)(`${title}, $family`, (net) => register(text, net, options));
}

/** Runs cases once, which name the family of each address: `4.5`, `6.5`. */
export function playOnce(title: string, text: string, options: PlayOptions = {}): void {
  describe(title, () => register(text, NETS[0] as Net, options));
}

function register(text: string, net: Net, options: PlayOptions): void {
  const cases = readCases(text, net);
  it.each(cases.map((script) => [script.name, script] as const))('%s', (_, script) => {
    play(script, net, options, (list) => list);
    // Nothing may depend on the order in which things are told.
    play(script, net, options, (list) => [...list].reverse());
  });
}

type Arrange = <T>(list: readonly T[]) => readonly T[];

function play(
  { steps }: Case,
  net: Net,
  { loadBalancerClass, namedOnly = false }: PlayOptions,
  arrange: Arrange,
): void {
  const scene = new Scene([], {}, loadBalancerClass);
  const pools = new Map<string, IPAddressPool>();
  const namespaceLabels = new Map<string, Readonly<Record<string, string>>>();
  const expected = new Map<string, string>();
  let neverGiven: PoolConfiguration['neverGiven'] = [];
  for (const step of steps) {
    for (const pool of step.pools) pools.set(pool.metadata.name, pool);
    for (const name of step.goneFrom) pools.delete(name);
    for (const [name, labels] of step.namespaces) namespaceLabels.set(name, labels);
    if (step.neverGiven.length > 0) neverGiven = step.neverGiven.map(parseRange);
    tell(scene, step, { pools: arrange([...pools.values()]), neverGiven, namespaceLabels, namedOnly }, arrange);
    for (const name of step.gone) expected.delete(name);
    for (const [name, text] of step.says) expected.set(name, text);
    check(scene, step, net, expected);
  }
}

/** All at once: nothing is decided in between. */
function tell(scene: Scene, step: Step, configuration: PoolConfiguration, arrange: Arrange): void {
  const { allocator } = scene;
  // New pools make everybody be decided again, which would hide who is not told of what has become free.
  if (touchesPools(step)) allocator.configure(configuration);
  for (const service of arrange(step.services)) allocator.put(service);
  scene.remove(...step.gone);
}

function touchesPools({ pools, goneFrom, neverGiven, namespaces }: Step): boolean {
  return pools.length + goneFrom.length + neverGiven.length + namespaces.size > 0;
}

function check(scene: Scene, step: Step, { family }: Net, expected: ReadonlyMap<string, string>): void {
  const asking = [...expected].filter(([, text]) => text !== 'nothing').sort();
  expect(scene.outcome()).toEqual(Object.fromEntries(asking));
  for (const [name, reason] of step.poolIs) expect([name, scene.report(name).reason]).toEqual([name, reason]);
  for (const [name, kept] of step.retains) expect([name, ...[...scene.retained(name)].sort()]).toEqual([name, ...kept]);
  for (const [name, count] of step.available) {
    expect([name, scene.report(name)[`available${family}`]]).toEqual([name, count]);
  }
  scene.allocator.reconsider();
  expect(scene.allocator.settle()).toEqual([]);
}
