import { Allocator } from '../src/allocator/allocator.ts';
import type { IPAddressPool } from '../src/api/ip-address-pool.ts';
import type { Service } from '../src/api/kubernetes/service.ts';
import { formatIPv4, formatIPv6 } from '../src/ip/address.ts';
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

  for (const n of sizes)
    time(
      'fill',
      n,
      () => everySecondFreed(),
      (allocator) => admit(allocator, pending(n)),
    );
  for (const n of sizes)
    time(
      'fill-200-pools',
      n,
      () => allocatorWith(twoHundredPools()),
      (a) => admit(a, pending(n)),
    );
  for (const n of sizes) results.push(oneMore(n, quick ? 200 : 2_000));
  for (const n of sizes) {
    time(
      'pass',
      n,
      () => holding(n),
      (allocator) => {
        allocator.reconsider();
        allocator.settle();
      },
    );
  }
  for (const n of sizes)
    time(
      'claim',
      n,
      () => holders(n),
      (services) => void claimAll(services),
    );
  for (const n of sizes)
    time(
      'fill-ipv6',
      n,
      () => allocatorWith([pool('v6', ['2001:db8::/64'])]),
      (a) => admit(a, pending(n, 'IPv6')),
    );

  for (const n of [1_000, 5_000]) {
    const walk = repeat(
      3,
      1,
      () => undefined,
      () => firstFitWalk(FIRST, SLASH_14, n),
    );
    results.push(summarise('first-fit-walk', n, 'ms', walk));
    const ours = repeat(
      3,
      1,
      () => allocatorWith([slash14()]),
      (allocator) => admit(allocator, pending(n)),
    );
    const ratios = walk.map((milliseconds, run) => milliseconds / (ours[run] ?? Number.NaN));
    results.push(summarise('faster-than-walk', n, 'x', ratios));
  }
  return results;
}

function admit(allocator: Allocator, services: readonly Service[]): void {
  for (const service of services) {
    allocator.put(service);
    const [verdict] = allocator.settle();
    if (verdict?.reason !== 'Allocated') throw new Error(`bench: ${verdict?.service}: ${verdict?.message}`);
  }
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

function pending(n: number, family: 'IPv4' | 'IPv6' = 'IPv4'): Service[] {
  return Array.from({ length: n }, (_, index) => service('default', `s${index}`, family));
}

function service(namespace: string, name: string, family: 'IPv4' | 'IPv6'): Service {
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
