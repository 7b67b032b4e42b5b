import type { ModelAddress, ModelPool, ModelService } from './model-objects.ts';
import { byName, familyOf, listed } from './model-rules.ts';
import type { ModelWorld } from './model-world.ts';

/** Why nothing can be given. */
export interface ModelRefusal {
  readonly reason: string;
  /** Why each pool was passed over. */
  readonly passedOver: Readonly<Record<string, string>>;
}

type Answer = readonly ModelAddress[] | ModelRefusal;

/** The addresses that the Service would get of those it can have now, or why there are none. */
export function search(world: ModelWorld, service: ModelService): Answer {
  const notReady = world.pools.filter((pool) => !world.ready.includes(pool));
  const passedOver = Object.fromEntries(notReady.map((pool) => [pool.name, world.closed(pool, service) ?? '']));
  if (world.ready.length === 0) return { reason: 'NoPools', passedOver };
  if (service.policy === 'RequireDualStack' && service.families.length < 2) return refused('DualStackUnavailable');
  if (service.ips.length > 0) return searchAddresses(world, service);
  return service.pool === undefined ? searchAll(world, service, passedOver) : searchPool(world, service);
}

function searchAddresses(world: ModelWorld, service: ModelService): Answer {
  const named = world.pools.find(({ name }) => name === service.pool);
  if (service.pool !== undefined && named === undefined) return refused('UnknownPool');
  if (named !== undefined && !world.ready.includes(named)) return notAllowed(world, named, service);
  for (const address of service.ips.toSorted((a, b) => a - b)) {
    const pool = world.poolOf(address);
    if (named !== undefined && pool !== named) return refused('AddressNotInRequestedPool');
    const closed = world.pools.toSorted(byName).find((other) => listed(other).includes(address));
    if (pool === undefined) return closed ? notAllowed(world, closed, service) : refused('AddressNotInAnyPool');
  }
  const [pool, other] = new Set(service.ips.map((address) => world.poolOf(address)));
  if (pool === undefined || other !== undefined) return refused('InvalidRequest');
  if (service.ips.map(familyOf).sort().join() !== [...service.families].sort().join()) return refused('FamilyMismatch');
  if (world.closed(pool, service) !== undefined) return notAllowed(world, pool, service);
  if (service.ips.some((address) => pool.reserved.includes(address))) return refused('AddressReserved');
  if (!service.ips.every((address) => world.mayHold(address, service))) return refused('AddressInUse');
  return service.ips.toSorted((a, b) => a - b);
}

function notAllowed(world: ModelWorld, pool: ModelPool, service: ModelService): ModelRefusal {
  return { reason: 'PoolNotAllowed', passedOver: { [pool.name]: world.closed(pool, service) ?? '' } };
}

function searchPool(world: ModelWorld, service: ModelService): Answer {
  const pool = world.pools.find(({ name }) => name === service.pool);
  if (pool === undefined) return refused('UnknownPool');
  if (world.closed(pool, service) !== undefined) return notAllowed(world, pool, service);
  const { addresses, lacking } = take(world, pool, service);
  if (lacking === undefined || (addresses.length > 0 && service.policy === 'PreferDualStack')) return addresses;
  const unfit = service.families.length > 1 ? 'DualStackUnavailable' : 'FamilyMismatch';
  return { reason: lacking === 'Full' ? 'PoolExhausted' : unfit, passedOver: { [pool.name]: lacking } };
}

function searchAll(world: ModelWorld, service: ModelService, notReady: Readonly<Record<string, string>>): Answer {
  const passedOver: Record<string, string> = { ...notReady };
  const halves: (readonly ModelAddress[])[] = [];
  for (const pool of inOrderFor(world, service)) {
    const { addresses, lacking } = take(world, pool, service);
    const closed = world.closed(pool, service) ?? (pool.autoAssign ? undefined : 'AutoAssignOff');
    passedOver[pool.name] = closed ?? lacking ?? '';
    if (closed === undefined && lacking === undefined) return addresses;
    if (closed === undefined && addresses.length > 0) halves.push(addresses);
  }
  const primary = halves.find((half) => half.some((address) => familyOf(address) === service.families[0]));
  const half = primary ?? halves[0];
  if (half !== undefined && service.policy === 'PreferDualStack') return half;
  const reasons = Object.values(passedOver);
  if (reasons.includes('Full')) return { reason: 'PoolExhausted', passedOver };
  if (!reasons.includes('FamilyMissing')) return { reason: 'NoMatchingPool', passedOver };
  return { reason: service.policy === 'RequireDualStack' ? 'DualStackUnavailable' : 'FamilyMismatch', passedOver };
}

/** The fixed order, but for a Service that can keep an address: the pool of that one comes first. */
function inOrderFor(world: ModelWorld, service: ModelService): readonly ModelPool[] {
  const kept = world
    .heldBy(service)
    .find((address) => service.families.includes(familyOf(address)) && world.isOffered(address, service));
  const home = kept === undefined ? undefined : world.poolOf(kept);
  return world.ready.toSorted((a, b) => Number(b === home) - Number(a === home));
}

function take(world: ModelWorld, pool: ModelPool, service: ModelService) {
  const { families, policy } = service;
  const addresses = families.flatMap((family) => world.lowest(pool, family, service)).sort((a, b) => a - b);
  const lists = families.filter((family) => listed(pool).some((address) => familyOf(address) === family)).length;
  const isEither = policy === 'PreferDualStack' && addresses.length === 0;
  const isListed = lists === families.length || (isEither && lists > 0);
  return {
    addresses,
    lacking: addresses.length === families.length ? undefined : isListed ? 'Full' : 'FamilyMissing',
  };
}

function refused(reason: string): ModelRefusal {
  return { reason, passedOver: {} };
}
