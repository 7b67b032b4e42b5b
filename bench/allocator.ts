import { Allocator } from '../src/allocator/allocator.ts';
import type { IPAddressPool } from '../src/api/ip-address-pool.ts';
import type { Service } from '../src/api/kubernetes/service.ts';
import { formatIPv4, formatIPv6 } from '../src/ip/address.ts';
import type { IPFamily } from '../src/ip/family.ts';
import { firstFitWalk } from './first-fit-walk.ts';
import { type Result, repeat, summarise } from './measure.ts';

/** 10.0.0.0/14: 262,144 addresses. */
const FIRST = 10 * 2 ** 24;
const SLASH_14 = 2 ** 18;
/** 2001:db8::/64. */
const FIRST_V6 = 0x20010db8n << 96n;

/** The allocator's cases, each from a Service in to a verdict with its reasons out, one Service at a time. */
export function benchAllocator(quick: boolean): readonly Result[] {
  const sizes = quick ? [1_000, 5_000, 20_000] : [1_000, 5_000, 20_000, 100_000];
  const runs = quick ? 3 : 7;
  const results: Result[] = [];
  const time = <T>(name: string, n: number, setUp: () => T, body: (state: T) => void) => {
    results.push(summarise(name, n, 'ms', repeat(runs, 1, setUp, body)));
  };
  const fill = (name: string, n: number, family: IPFamily, allocator: () => Allocator) => {
    time(name, n, () => ({ allocator: allocator(), services: pending(n, family) }), admit);
  };

  const fragmented = everySecondFreed();
  for (const n of sizes) fill('fill', n, 'IPv4', () => emptied(fragmented));
  for (const n of sizes) fill('fill-200-pools', n, 'IPv4', () => allocatorWith(twoHundredPools()));
  for (const n of sizes) results.push(oneMore(n, quick ? 200 : 2_000));
  for (const n of sizes) time('pass', n, () => holding(n), pass);
  for (const n of sizes) time('claim', n, () => holders(n), claimAll);
  for (const n of sizes) fill('fill-ipv6', n, 'IPv6', () => allocatorWith([pool('v6', ['2001:db8::/64'])]));
  for (const n of quick ? [1_000, 2_000] : [1_000, 2_000, 5_000]) results.push(...besideWalk(n));
  return results;
}

function admit({ allocator, services }: { allocator: Allocator; services: readonly Service[] }): void {
  for (const service of services) {
    allocator.put(service);
    const [verdict] = allocator.settle();
    if (verdict?.reason !== 'Allocated') throw new Error(`bench: ${verdict?.service}: ${verdict?.message}`);
  }
}

/** Decides every Service again, although nothing has changed. */
function pass(allocator: Allocator): void {
  allocator.reconsider();
  if (allocator.settle().length > 0) throw new Error('bench: a pass over settled Services changed something');
}

function oneMore(n: number, samples: number): Result {
  const allocator = holding(n);
  const times: number[] = [];
  for (const service of pending(samples, 'IPv4')) {
    const start = performance.now();
    allocator.put(service);
    allocator.settle();
    times.push((performance.now() - start) * 1_000);
  }
  return summarise('one-more', n, 'us', times);
}

/** A fresh pool filled by a walk over the used addresses and by the allocator, run about: how often faster. */
function besideWalk(n: number): readonly Result[] {
  const nothing = () => undefined;
  const walk = repeat(3, 1, nothing, () => firstFitWalk(FIRST, SLASH_14, n));
  const fresh = () => ({ allocator: allocatorWith([slash14()]), services: pending(n, 'IPv4') });
  const ours = repeat(3, 1, fresh, admit);
  const ratios = walk.map((milliseconds, run) => milliseconds / (ours[run] ?? Number.NaN));
  return [summarise('first-fit-walk', n, 'ms', walk), summarise('faster-than-walk', n, 'x', ratios)];
}

/** The same allocator without the Services that a run has admitted: the free intervals are those of before. */
function emptied(allocator: Allocator): Allocator {
  for (const { service } of [...allocator.verdicts()]) if (service.startsWith('default/')) allocator.remove(service);
  allocator.settle();
  return allocator;
}

/** A full /14, of which every second address has then been released: 131,072 free intervals of one address. */
function everySecondFreed(): Allocator {
  const allocator = claimAll(holders(SLASH_14));
  for (let index = 0; index < SLASH_14; index += 2) allocator.remove(`held/s${index}`);
  allocator.settle();
  return allocator;
}

function holding(n: number): Allocator {
  return claimAll(holders(n));
}

function claimAll(services: readonly Service[]): Allocator {
  const allocator = allocatorWith([slash14()]);
  for (const service of services) allocator.put(service);
  if (allocator.settle().length !== services.length) throw new Error('bench: not every holder was decided');
  return allocator;
}

function allocatorWith(pools: readonly IPAddressPool[]): Allocator {
  const allocator = new Allocator();
  allocator.configure({ pools });
  allocator.settle();
  return allocator;
}

function slash14(): IPAddressPool {
  return pool('public', ['10.0.0.0/14']);
}

function twoHundredPools(): IPAddressPool[] {
  return Array.from({ length: 200 }, (_, index) =>
    pool(`p${String(index).padStart(3, '0')}`, [`${formatIPv4(FIRST + index * 1024)}/22`]),
  );
}

function pool(name: string, addresses: string[]): IPAddressPool {
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'IPAddressPool',
    metadata: { name },
    spec: {
      addresses,
      autoAssign: true,
      avoidBuggyIPs: false,
      reclaimPolicy: 'Retain',
      sharing: 'Namespace',
      disabled: false,
    },
  };
}

function holders(n: number): Service[] {
  return Array.from({ length: n }, (_, index) => ({
    ...service('held', `s${index}`, 'IPv4'),
    status: { loadBalancer: { ingress: [{ ip: formatIPv4(FIRST + index) }] } },
  }));
}

function pending(n: number, family: IPFamily): Service[] {
  return Array.from({ length: n }, (_, index) => service('default', `s${index}`, family));
}

function service(namespace: string, name: string, family: IPFamily): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      type: 'LoadBalancer',
      clusterIPs: [family === 'IPv4' ? '10.96.0.10' : formatIPv6(FIRST_V6 + 1n)],
      ipFamilies: [family],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ port: 80, protocol: 'TCP' }],
    },
  };
}
