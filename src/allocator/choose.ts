import type { Address } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { chooseNamed } from './choose-named.ts';
import { isOffered } from './judge.ts';
import type { Ledger } from './ledger.ts';
import type { Pool } from './pool.ts';
import type { PoolTable } from './pool-table.ts';
import { refuse, refuseClosedPool, refuseUnknownPool } from './refusal.ts';
import type { Request } from './request.ts';
import { type Choice, describePassedOver, type PassedOver, type Refusal } from './verdict.ts';

/** Finds addresses for a request: those it names, or from the pool it names, or from the first pool that can serve it. */
export function choose(request: Request, table: PoolTable, ledger: Ledger): Choice | Refusal {
  if (table.ready.length === 0) return noPools(table);
  if (request.families.policy === 'RequireDualStack' && request.families.families.length < 2) {
    return refuse('DualStackUnavailable', 'it requires dual stack and has cluster IPs of one family only', []);
  }
  if (request.addresses.length > 0) return chooseNamed(request, table, ledger);
  if (table.namedOnly) {
    return refuse(
      'AddressNotNamed',
      'several nodes decide on copies of this folder: name the address with the annotation berth.dev/loadBalancerIPs, ' +
        'or share one folder with --shared',
    );
  }
  return request.pool === undefined
    ? chooseFromAny(request, table, ledger)
    : chooseFromNamedPool(request, table, ledger);
}

function chooseFromNamedPool(request: Request, table: PoolTable, ledger: Ledger): Choice | Refusal {
  const name = request.pool as string;
  const pool = table.byName.get(name);
  if (pool === undefined) return refuseUnknownPool(name, request, table);
  const closed = table.closedTo(pool, request);
  if (closed !== null) return refuseClosedPool(closed, table);
  const found = take(pool, request, ledger);
  if (found.complete || (found.addresses.length > 0 && request.families.policy === 'PreferDualStack')) {
    return { addresses: found.addresses, pool: name, passedOver: [] };
  }
  const passedOver = [pool.passedOver(found.lacking ?? 'Full')];
  if (found.lacking !== 'FamilyMissing') {
    return refuse('PoolExhausted', `pool ${name} is full: extend it or free an address of it`, passedOver);
  }
  return refuse(
    request.families.families.length > 1 && pool.families.size > 0 ? 'DualStackUnavailable' : 'FamilyMismatch',
    `pool ${name} has no addresses of ${missingFamilies(pool, request)}, which the Service needs`,
    passedOver,
  );
}

/** Dual stack where it is preferred: the first pool that gives both, else the primary family, else the secondary. */
function chooseFromAny(request: Request, table: PoolTable, ledger: Ledger): Choice | Refusal {
  const passedOver: PassedOver[] = [];
  const primary = request.families.families[0];
  let partial: { pool: Pool; addresses: readonly Address[]; isPrimary: boolean; tried: number } | undefined;
  for (const pool of inOrder(request, table, ledger)) {
    const closed = closedToAll(pool, request, table);
    if (closed !== null) {
      passedOver.push(closed);
      continue;
    }
    const found = take(pool, request, ledger);
    if (found.complete) return { addresses: found.addresses, pool: pool.name, passedOver };
    const isPrimary = found.addresses[0]?.family === primary;
    if (found.addresses.length > 0 && (partial === undefined || (isPrimary && !partial.isPrimary))) {
      partial = { pool, addresses: found.addresses, isPrimary, tried: passedOver.length };
    }
    passedOver.push(pool.passedOver(found.lacking ?? 'Full'));
  }
  if (partial !== undefined && request.families.policy === 'PreferDualStack') {
    const { addresses, pool, tried } = partial;
    return { addresses, pool: pool.name, passedOver: passedOver.toSpliced(tried, 1) };
  }
  return refusalOf(request, [...passedOver, ...table.notReady]);
}

/** Why a pool is closed to a request that names neither it nor an address; null where it may serve it, if it has room. */
export function closedToAll(pool: Pool, request: Request, table: PoolTable): PassedOver | null {
  return table.closedTo(pool, request) ?? (pool.autoAssign ? null : pool.passedOver('AutoAssignOff'));
}

/** A Service that can keep one of its addresses looks in that address's pool first: it has to move less. */
function inOrder(request: Request, table: PoolTable, ledger: Ledger): readonly Pool[] {
  const { families } = request.families;
  const kept = ledger
    .heldBy(request.key)
    .find((address) => families.includes(address.family) && isOffered(address, request, table));
  const home = kept && table.poolOf(kept);
  return home === undefined ? table.ready : [home, ...table.ready.filter((pool) => pool !== home)];
}

interface Found {
  /** IPv4 before IPv6. */
  readonly addresses: readonly Address[];
  /** Whether there is one of each family asked for. */
  readonly complete: boolean;
  readonly lacking: 'FamilyMissing' | 'Full' | null;
}

/** What one pool can give now of the families asked for. */
export function take(pool: Pool, request: Request, ledger: Ledger): Found {
  const { families } = request.families;
  const addresses: Address[] = [];
  let lacking: Found['lacking'] = null;
  for (const family of families) {
    const address = lowestIn(pool, family, request, ledger);
    if (address !== undefined) addresses.push(address);
    else if (lacking !== 'FamilyMissing') lacking = pool.families.has(family) ? 'Full' : 'FamilyMissing';
  }
  const { policy } = request.families;
  if (addresses.length === 0 && policy === 'PreferDualStack' && families.some((family) => pool.families.has(family))) {
    lacking = 'Full';
  }
  if (families[0] === 'IPv6' && addresses.length > 1) addresses.reverse();
  return { addresses, complete: lacking === null && addresses.length > 0, lacking };
}

/**
 * The address of a family that the request would get from a pool: the one it holds there already, else, in the order in
 * which the pool lists its ranges, the lowest that is free or that others hold and would share with it.
 */
export function lowestIn(pool: Pool, family: IPFamily, request: Request, ledger: Ledger): Address | undefined {
  for (const held of ledger.heldBy(request.key)) {
    if (held.family === family && pool.offered.has(held)) return held;
  }
  const shareable = request.sharing.key === undefined ? [] : shareableIn(pool, family, request, ledger);
  if (shareable.length === 0 && pool.free.isEmpty(family)) return undefined;
  for (const range of pool.ranges) {
    if (range.family !== family) continue;
    let lowest = pool.free.lowestIn(range);
    for (const address of shareable) {
      if (address.value < range.first || address.value > range.last) continue;
      if (lowest === undefined || address.value < lowest.value) lowest = address;
    }
    if (lowest !== undefined) return lowest;
  }
  return undefined;
}

function shareableIn(pool: Pool, family: IPFamily, request: Request, ledger: Ledger): readonly Address[] {
  const addresses: Address[] = [];
  for (const { address } of ledger.sharedUnder(request, pool.sharing)) {
    if (address.family !== family || !pool.offered.has(address)) continue;
    if (ledger.obstacles(address, request).length === 0) addresses.push(address);
  }
  return addresses;
}

function noPools(table: PoolTable): Refusal {
  const message =
    table.notReady.length === 0
      ? 'there is no IPAddressPool: create one'
      : `no IPAddressPool is Ready: ${describePassedOver(table.notReady)}`;
  return refuse('NoPools', message, table.notReady);
}

/** The one reason that says most, given that no pool could serve. */
function refusalOf(request: Request, passedOver: readonly PassedOver[]): Refusal {
  const served = passedOver.filter(({ reason }) => reason === 'Full' || reason === 'FamilyMissing');
  if (served.length === 0) {
    return refuse('NoMatchingPool', `no pool may serve this Service: ${describePassedOver(passedOver)}`, passedOver);
  }
  const full = served.filter(({ reason }) => reason === 'Full');
  if (full.length > 0) {
    return refuse(
      'PoolExhausted',
      `every pool that may serve this Service is full: ${describePassedOver(full)}: extend a pool or free an address`,
      passedOver,
    );
  }
  const { families, policy } = request.families;
  return policy === 'RequireDualStack'
    ? refuse('DualStackUnavailable', `no one pool has both families: ${describePassedOver(served)}`, passedOver)
    : refuse(
        'FamilyMismatch',
        `no pool has ${families.join(' or ')} addresses: ${describePassedOver(served)}`,
        passedOver,
      );
}

function missingFamilies(pool: Pool, request: Request): string {
  return request.families.families.filter((family) => !pool.families.has(family)).join(' and ');
}
