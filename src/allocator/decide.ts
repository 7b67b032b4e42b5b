import { type Address, compareAddresses, includesAddress } from '../ip/address.ts';
import { choose, lowestIn } from './choose.ts';
import { judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import type { PoolTable } from './pool-table.ts';
import { listAddresses, type Request } from './request.ts';
import type { PassedOver, Verdict } from './verdict.ts';

/**
 * Decides one Service and records what it then holds. What it holds and still asks for is never looked at again: only
 * what is missing is searched for, and the old is given up once the new is granted.
 */
export function decide(request: Request, table: PoolTable, ledger: Ledger): Verdict {
  const before = ledger.heldBy(request.key);
  if (before.length === 0 && !request.deleting && request.faults.length === 0) {
    return searched(request, before, table, ledger);
  }
  const { held, retained, evicted, unwanted } = judge(request, table, ledger);
  const kept = evicted.length === 0 ? before : before.filter((address) => !evicted.includes(address));
  if (request.faults.length > 0) {
    const stays = request.deleting ? before : kept;
    ledger.hold(request, stays);
    return pending(request, stays, 'InvalidRequest', request.faults.join('; '), NONE, table, ledger);
  }
  const usable = retained.length === 0 ? held : [...held, ...retained].sort(compareAddresses);
  if (request.deleting) {
    return before.length > 0
      ? settled(request, before, [...retained, ...evicted].sort(compareAddresses), table, ledger)
      : pending(
          request,
          before,
          'NoMatchingPool',
          'no pool gives an address to a Service that is being deleted',
          NONE,
          table,
          ledger,
        );
  }
  if (unwanted.length === 0 && isEnough(usable, request)) {
    const addresses = retained.length === 0 ? completed(usable, request, table, ledger) : usable;
    ledger.hold(request, addresses);
    return settled(request, addresses, retained, table, ledger);
  }
  return searched(request, kept, table, ledger);
}

/** Searches for what is asked for; where that is in vain the Service keeps these addresses of those it holds. */
function searched(request: Request, kept: readonly Address[], table: PoolTable, ledger: Ledger): Verdict {
  const found = choose(request, table, ledger);
  if ('addresses' in found) {
    ledger.hold(request, found.addresses);
    return allocated(request, found.addresses, found.pool, found.passedOver);
  }
  ledger.hold(request, kept);
  return pending(request, kept, found.reason, found.message, found.passedOver, table, ledger);
}

/** Whether the addresses are all that the request asks for. */
function isEnough(addresses: readonly Address[], { addresses: named, families }: Request): boolean {
  const has = (wanted: Address) => includesAddress(addresses, wanted);
  if (!named.every(has)) return false;
  if (families.policy === 'RequireDualStack') return new Set(addresses.map(({ family }) => family)).size === 2;
  return addresses.length > 0;
}

/** With PreferDualStack a missing family is added as soon as the pool of the other has one. */
function completed(
  addresses: readonly Address[],
  request: Request,
  table: PoolTable,
  ledger: Ledger,
): readonly Address[] {
  const missing = request.families.families.find((family) => !addresses.some((address) => address.family === family));
  const [first] = addresses;
  if (missing === undefined || first === undefined) return addresses;
  if (request.addresses.length > 0 || table.namedOnly) return addresses;
  const pool = table.poolOf(first);
  if (pool === undefined || table.closedTo(pool, request) !== null) return addresses;
  const address = lowestIn(pool, missing, request, ledger);
  return address === undefined ? addresses : [...addresses, address].sort(compareAddresses);
}

function settled(
  request: Request,
  addresses: readonly Address[],
  retained: readonly Address[],
  table: PoolTable,
  ledger: Ledger,
): Verdict {
  const pool = poolName(addresses[0], table, ledger);
  if (retained.length === 0) {
    const [, second] = addresses;
    const verdict = allocated(request, addresses, pool, NONE);
    if (second === undefined || poolName(second, table, ledger) === pool) return verdict;
    const each = addresses.map((address) => fromPool([address], poolName(address, table, ledger)));
    return { ...verdict, message: each.join(' and ') };
  }
  // The two families of one Service may have passed to different pools, and the range of one to a pool that it does not ask.
  const former = formerPool(retained[0], table, ledger);
  const offer = former === null ? 'no pool offers any more' : `pool ${former} no longer offers`;
  const which = retained.length === 1 ? 'is an address' : 'are addresses';
  return {
    service: request.key,
    addresses,
    pool,
    allocated: true,
    reason: 'Retained',
    message: `keeps ${listAddresses(addresses)}; ${listAddresses(retained)} ${which} that ${offer}`,
    passedOver: NONE,
  };
}

function allocated(
  request: Request,
  addresses: readonly Address[],
  pool: string | null,
  passedOver: readonly PassedOver[],
): Verdict {
  const message = fromPool(addresses, pool);
  return { service: request.key, addresses, pool, allocated: true, reason: 'Allocated', message, passedOver };
}

function fromPool(addresses: readonly Address[], pool: string | null): string {
  return `${listAddresses(addresses)} from pool ${pool ?? '<none>'}`;
}

function pending(
  request: Request,
  kept: readonly Address[],
  reason: Verdict['reason'],
  message: string,
  passedOver: readonly PassedOver[],
  table: PoolTable,
  ledger: Ledger,
): Verdict {
  const holds = kept.length > 0;
  return {
    service: request.key,
    addresses: kept,
    pool: poolName(kept[0], table, ledger),
    allocated: holds,
    reason: holds ? 'KeptWhileRequestPending' : reason,
    message: holds ? `keeps ${listAddresses(kept)} until its request can be met: ${reason}: ${message}` : message,
    passedOver,
  };
}

/** The pool that has retained an address, while there is such a pool. */
function formerPool(address: Address | undefined, table: PoolTable, ledger: Ledger): string | null {
  const origin = address && ledger.holding(address)?.origin;
  return origin !== undefined && table.byName.has(origin) ? origin : null;
}

/** The pool that an address is from, while there is such a pool. */
function poolName(address: Address | undefined, table: PoolTable, ledger: Ledger): string | null {
  if (address === undefined) return null;
  const origin = table.poolOf(address)?.name ?? ledger.holding(address)?.origin;
  return origin !== undefined && table.byName.has(origin) ? origin : null;
}

const NONE: readonly PassedOver[] = [];
