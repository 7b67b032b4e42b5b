import type { Allocator } from '../src/allocator/allocator.ts';
import type { IPAddressPool } from '../src/api/ip-address-pool.ts';
import { formatIPv4 } from '../src/ip/address.ts';
import { benchFull } from './allocator/full.ts';
import { benchHeld } from './allocator/held.ts';
import {
  admit,
  allocatorWith,
  claimAll,
  FIRST,
  holders,
  pending,
  pool,
  type ServiceWish,
  SLASH_14,
} from './allocator/objects.ts';
import { FirstFitWalk } from './first-fit-walk.ts';
import { type Result, repeat, summarise } from './measure.ts';

/** The allocator's cases, each from a Service in to a verdict with its reasons out, one Service at a time. */
export function benchAllocator(quick: boolean): readonly Result[] {
  const sizes = quick ? [1_000, 5_000, 20_000] : [1_000, 5_000, 20_000, 100_000];
  const few = quick ? [1_000, 5_000] : sizes;
  const sharers = quick ? [1_000, 4_000] : [1_000, 4_000, 16_000];
  const runs = quick ? 3 : 7;
  const results: Result[] = [];
  const time = <T>(name: string, n: number, setUp: () => T, body: (state: T) => void) => {
    results.push(summarise(name, n, 'ms', repeat(runs, 1, setUp, body)));
  };
  const fill = (name: string, n: number, allocator: () => Allocator, wish?: (index: number) => ServiceWish) => {
    time(name, n, () => ({ allocator: allocator(), services: pending(n, wish) }), admit);
  };

  const fragmented = everySecondFreed();
  for (const n of sizes) fill('fill', n, () => emptied(fragmented));
  for (const n of sizes) fill('fill-200-pools', n, () => allocatorWith(twoHundredPools()));
  for (const n of few) fill('fill-200-selectors', n, () => allocatorWith(twoHundredSelectors()), ofTeam);
  for (const n of sizes) results.push(oneMore(n, quick ? 200 : 2_000));
  for (const n of sizes) time('pass', n, () => holding(n), pass);
  for (const n of sizes) time('claim', n, () => holders(n), claimAs);
  for (const n of sizes) fill('fill-ipv6', n, () => allocatorWith([slash64()]), inIPv6);
  for (const n of few) fill('fill-dual', n, () => allocatorWith([dual()]), inBoth);
  for (const n of few) fill('share-by-ten', n, () => allocatorWith([slash14()]), tenToAnAddress);
  for (const n of sharers) fill('share-one-address', n, () => allocatorWith([slash14()]), eachItsPort);
  for (const n of sharers) fill('share-one-port', n, () => allocatorWith([slash14()]), allOnePort);
  results.push(...benchFull(quick ? 50 : 200));
  results.push(...benchHeld(quick ? 100_000 : 1_000_000, quick ? 200 : 2_000));
  for (const n of quick ? [1_000, 2_000] : [1_000, 2_000, 5_000]) results.push(...besideWalk(n));
  return results;
}

/** Decides every Service again, although nothing has changed. */
function pass(allocator: Allocator): void {
  allocator.reconsider();
  if (allocator.settle().length > 0) throw new Error('bench: a pass over settled Services changed something');
}

function oneMore(n: number, samples: number): Result {
  const allocator = holding(n);
  const times: number[] = [];
  for (const service of pending(samples)) {
    const start = performance.now();
    allocator.put(service);
    allocator.settle();
    times.push((performance.now() - start) * 1_000);
  }
  return summarise('one-more', n, 'us', times);
}

/** A fresh pool filled by a walk over the used addresses and by the allocator, run about: how often faster. */
function besideWalk(n: number): readonly Result[] {
  const walk = repeat(3, 1, () => new FirstFitWalk(FIRST, SLASH_14), walkAll(n));
  const fresh = () => ({ allocator: allocatorWith([slash14()]), services: pending(n) });
  const ours = repeat(3, 1, fresh, admit);
  const ratios = walk.map((milliseconds, run) => milliseconds / (ours[run] ?? Number.NaN));
  return [summarise('first-fit-walk', n, 'ms', walk), summarise('faster-than-walk', n, 'x', ratios)];
}

function walkAll(n: number): (walk: FirstFitWalk) => void {
  return (walk) => {
    for (let index = 0; index < n; index++) walk.give(`default/s${index}`);
  };
}

/** The same allocator without the Services that a run has admitted: the free intervals are those of before. */
function emptied(allocator: Allocator): Allocator {
  for (const { service } of [...allocator.verdicts()]) if (service.startsWith('default/')) allocator.remove(service);
  allocator.settle();
  return allocator;
}

/** A full /14, of which every second address has then been released: 131,072 free intervals of one address. */
function everySecondFreed(): Allocator {
  const allocator = holding(SLASH_14);
  for (let index = 0; index < SLASH_14; index += 2) allocator.remove(`held/s${index}`);
  allocator.settle();
  return allocator;
}

function holding(n: number): Allocator {
  return claimAs(holders(n));
}

function claimAs(services: Parameters<typeof claimAll>[1]): Allocator {
  return claimAll(allocatorWith([slash14()]), services);
}

function slash14(): IPAddressPool {
  return pool('public', ['10.0.0.0/14']);
}

function slash64(): IPAddressPool {
  return pool('public', ['2001:db8::/64']);
}

function dual(): IPAddressPool {
  return pool('public', ['10.0.0.0/14', '2001:db8::/64']);
}

function twoHundredPools(): IPAddressPool[] {
  return Array.from({ length: 200 }, (_, index) => pool(poolName(index), [slash22(index)]));
}

/** Each for one of 200 teams: their Services' labels say which. */
function twoHundredSelectors(): IPAddressPool[] {
  return Array.from({ length: 200 }, (_, index) => {
    const serviceSelectors = [{ matchLabels: { team: `t${index}` } }];
    return pool(poolName(index), [slash22(index)], { serviceAllocation: { priority: 0, serviceSelectors } });
  });
}

function poolName(index: number): string {
  return `p${String(index).padStart(3, '0')}`;
}

function slash22(index: number): string {
  return `${formatIPv4(FIRST + index * 1024)}/22`;
}

const ofTeam = (index: number): ServiceWish => ({ labels: { team: `t${index % 200}` } });
const inIPv6 = (): ServiceWish => ({ families: ['IPv6'] });
const inBoth = (): ServiceWish => ({ families: ['IPv4', 'IPv6'] });
const tenToAnAddress = (index: number): ServiceWish => ({
  ...keyed(`k${index - (index % 10)}`),
  port: 1 + (index % 10),
});
const eachItsPort = (index: number): ServiceWish => ({ ...keyed('k'), port: 1 + index });
const allOnePort = (): ServiceWish => keyed('k');

function keyed(key: string): ServiceWish {
  return { annotations: { 'berth.dev/allow-shared-ip': key } };
}
