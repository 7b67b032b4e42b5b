import fc from 'fast-check';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import type { IPFamily } from '../../src/ip/family.ts';
import { NETS, pool, service } from './builders.ts';

/** An address of the model: 0 to 9 are IPv4, 100 to 109 are IPv6. */
export type ModelAddress = number;

/** A pool as the model sees it. */
export interface ModelPool {
  readonly name: string;
  readonly created: number | undefined;
  readonly deleting: boolean;
  /** It has an entry that cannot be read. */
  readonly broken: boolean;
  /** First and last address of each entry. */
  readonly ranges: readonly (readonly [ModelAddress, ModelAddress])[];
  readonly reserved: readonly ModelAddress[];
  readonly autoAssign: boolean;
  readonly disabled: boolean;
  readonly evict: boolean;
  readonly sharing: 'Namespace' | 'Cluster';
  readonly allocation:
    | { readonly priority: number; readonly namespaces: string[]; readonly apps: string[] }
    | undefined;
  /** What its status says that it has retained. */
  readonly retained: readonly ModelAddress[];
  /** What its status says of its readiness; undefined for one that was never reported. */
  readonly was: 'Ready' | 'NotReady' | undefined;
  /** What its status says that it listed, where it was reported. */
  readonly formerly: readonly (readonly [ModelAddress, ModelAddress])[];
}

/** A Service as the model sees it. */
export interface ModelService {
  readonly name: string;
  readonly app: string;
  readonly created: number | undefined;
  readonly since: number | undefined;
  readonly deleting: boolean;
  readonly policy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
  readonly families: readonly IPFamily[];
  readonly pool: string | undefined;
  readonly ips: readonly ModelAddress[];
  /** Its annotation cannot be understood. */
  readonly nonsense: boolean;
  readonly key: string | undefined;
  readonly ports: readonly number[];
  /** The pods of `externalTrafficPolicy: Local`. */
  readonly local: string | undefined;
  readonly holds: readonly ModelAddress[];
  /** Of a class that is not served. */
  readonly other: boolean;
  /** Its condition, where it has been True for some time, says that its request is pending. */
  readonly pending: boolean;
}

/** The text of a model's address. */
export function textOf(address: ModelAddress): string {
  return (NETS[address < 100 ? 0 : 1] as (typeof NETS)[0]).ip(address % 100);
}

/** The address that a text stands for. */
export function addressOf(text: string): ModelAddress {
  const n = Number(/\d*$/.exec(text)?.[0]);
  return text.includes(':') ? 100 + n : n;
}

export function poolObject(model: ModelPool): IPAddressPool {
  const { name, ranges, broken, created, reserved, deleting, autoAssign, disabled, evict, sharing, allocation } = model;
  const entries = ranges.map(rangeText);
  const { priority = 0, namespaces = [], apps = [] } = allocation ?? {};
  const serviceSelectors = apps.map((app) => ({ matchLabels: { app } }));
  return pool(name, broken ? [...entries, 'x'] : entries, {
    ...(created === undefined ? {} : { created }),
    ...(allocation === undefined ? {} : { serviceAllocation: { priority, namespaces, serviceSelectors } }),
    deleting,
    autoAssign,
    disabled,
    sharing,
    reserved: reserved.map(textOf),
    reclaimPolicy: evict ? 'Evict' : 'Retain',
    retained: model.retained.map((address) => `${textOf(address)} default/x`),
    ...(model.was === undefined ? {} : { was: model.was, formerly: model.formerly.map(rangeText) }),
  });
}

function rangeText([first, last]: readonly [ModelAddress, ModelAddress]): string {
  return `${textOf(first)}-${textOf(last)}`;
}

export function serviceObject(model: ModelService): Service {
  const { name, app, created, since, deleting, policy, families, key, ports, local, nonsense } = model;
  return service(name, {
    labels: { app },
    deleting,
    policy,
    ports,
    clusterIPs: families.map((family) => (family === 'IPv4' ? '10.0.0.1' : 'fd00::1')),
    holds: model.holds.map(textOf),
    ...(created === undefined ? {} : { created }),
    ...(since === undefined ? {} : { since }),
    ...(model.pool === undefined ? {} : { pool: model.pool }),
    ...(model.ips.length === 0 ? {} : { ips: model.ips.map(textOf).join() }),
    ...(nonsense ? { ips: 'x' } : {}),
    ...(key === undefined ? {} : { key }),
    ...(local === undefined ? {} : { local: { app: local } }),
    ...(model.other ? { class: 'other' } : {}),
    ...(model.pending ? { reason: 'KeptWhileRequestPending' } : {}),
  });
}

const LAST = 9;
const anyTime = fc.option(fc.nat(3), { nil: undefined });
const rarely = fc.nat(9).map((n) => n === 7);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const anyAddress = fc.tuple(fc.boolean(), fc.nat(LAST)).map(([isIPv6, n]) => (isIPv6 ? 100 + n : n));
const anyRange = fc
  .tuple(anyAddress, fc.nat(2))
  .map(([first, more]) => [first, first - (first % 100) + Math.min((first % 100) + more, LAST)] as const);

/** What people may do. */
export type Event =
  | { readonly pools: readonly ModelPool[] }
  | { readonly put: readonly ModelService[] }
  | { readonly remove: string };

/** Small pools, seldom at fault, several of which are often open to one Service. */
export const anyPool: fc.Arbitrary<ModelPool> = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  created: anyTime,
  deleting: rarely,
  broken: rarely,
  ranges: fc.oneof(
    { weight: 3, arbitrary: fc.array(anyRange, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant([[0, LAST] as const, [100, 100 + LAST] as const]) },
  ),
  reserved: fc.array(anyAddress, { maxLength: 2 }),
  autoAssign: rarely.map((off) => !off),
  disabled: rarely,
  evict: fc.boolean(),
  sharing: fc.constantFrom('Namespace' as const, 'Cluster' as const),
  allocation: sometimes(
    fc.record({
      priority: fc.constantFrom(0, 10, 20),
      namespaces: fc.subarray(['default', 'shop'], { maxLength: 1 }),
      apps: fc.subarray(['web', 'dns'], { maxLength: 1 }),
    }),
  ),
  retained: fc.array(anyAddress, { maxLength: 1 }),
  was: fc.constantFrom(undefined, undefined, 'Ready' as const, 'NotReady' as const),
  formerly: fc.array(anyRange, { maxLength: 1 }),
});

/** Sets of pools with different names. */
export const anyPools = fc.uniqueArray(anyPool, { selector: ({ name }) => name, minLength: 1, maxLength: 3 });

const anyFamilies = fc.oneof(
  fc.constantFrom<Pick<ModelService, 'policy' | 'families'>>(
    { policy: 'SingleStack', families: ['IPv4'] },
    { policy: 'SingleStack', families: ['IPv6'] },
  ),
  fc.record({
    policy: fc.constantFrom('PreferDualStack' as const, 'RequireDualStack' as const),
    families: fc.constantFrom<readonly IPFamily[]>(['IPv4', 'IPv6'], ['IPv6', 'IPv4'], ['IPv4'], ['IPv6']),
  }),
);

const anyWish = fc.record({
  app: fc.constantFrom('web', 'dns'),
  created: anyTime,
  since: anyTime,
  deleting: rarely,
  pool: sometimes(fc.constantFrom('a', 'b', 'c', 'd')),
  ips: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    fc.uniqueArray(anyAddress, { selector: (address) => address < 100, maxLength: 2 }),
  ),
  nonsense: rarely,
  key: fc.constantFrom(undefined, 'k', 'k', 'l'),
  ports: fc.subarray([80, 81, 82], { maxLength: 2 }),
  local: sometimes(fc.constantFrom('web', 'dns')),
  holds: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(anyAddress, { maxLength: 2 })),
  other: rarely,
  pending: rarely,
});

/** Services that often want the same. */
export const anyService: fc.Arbitrary<ModelService> = fc
  .tuple(fc.constantFrom('p', 'q', 'r', 's', 't', 'shop/u', 'shop/v'), anyFamilies, anyWish)
  .map(([name, families, wish]) => ({ name, ...families, ...wish }));
