import { type Address, formatAddress } from '../ip/address.ts';
import { remedyForFamilies } from './families.ts';
import type { Ledger } from './ledger.ts';
import type { Pool } from './pool.ts';
import type { PoolTable } from './pool-table.ts';
import { refuse, refuseClosedPool, refuseUnknownPool, refuseUnlisted, refuseWithheld } from './refusal.ts';
import { familiesIn, type Request } from './request.ts';
import type { Choice, Refusal } from './verdict.ts';

/**
 * Serves a request that names its addresses: exactly these or none. They are held to the same rules as any other:
 * their families are those of the cluster IPs, all lie in one pool, and the pool is open to the Service.
 */
export function chooseNamed(request: Request, table: PoolTable, ledger: Ledger): Choice | Refusal {
  const named = request.pool === undefined ? undefined : table.byName.get(request.pool);
  if (request.pool !== undefined && named === undefined) return refuseUnknownPool(request.pool, request, table);
  const notReady = named && table.faults.has(named.name) ? table.closedTo(named, request) : null;
  if (notReady !== null) return refuseClosedPool(notReady, table);
  const pools = new Set<Pool>();
  for (const address of request.addresses) {
    const pool = table.poolOf(address);
    if (named !== undefined && pool !== named) {
      const elsewhere = pool === undefined ? '' : `in pool ${pool.name}, `;
      const message = `${formatAddress(address)} is ${elsewhere}not in pool ${named.name}`;
      return refuse('AddressNotInRequestedPool', message);
    }
    if (pool === undefined) return notOffered(address, request, table);
    pools.add(pool);
  }
  const [pool, other] = pools;
  if (pool === undefined || other !== undefined) {
    return refuse('InvalidRequest', 'names addresses of two pools: both must come from one');
  }
  const mismatch = familyMismatch(request);
  if (mismatch !== null) return mismatch;
  const closed = table.closedTo(pool, request);
  if (closed !== null) return refuseClosedPool(closed, table);
  // What the pool says is looked at first: it does not change with what others are given.
  for (const address of request.addresses) {
    if (!pool.offered.has(address)) return refuseWithheld(address, request, pool.name);
  }
  for (const address of request.addresses) {
    const [obstacle] = ledger.obstacles(address, request);
    if (obstacle === undefined) continue;
    return refuse('AddressInUse', `${formatAddress(address)} is held by ${obstacle.holder.key}, and ${obstacle.why}`);
  }
  return { addresses: request.addresses, pool: pool.name, passedOver: [] };
}

function notOffered(address: Address, request: Request, table: PoolTable): Refusal {
  const pool = table.closedPoolOf(address);
  const closed = pool === undefined ? null : table.closedTo(pool, request);
  if (closed !== null) return refuseClosedPool(closed, table);
  return refuseUnlisted(address, request, table);
}

function familyMismatch(request: Request): Refusal | null {
  const named = familiesIn(request.addresses);
  const { families } = request.families;
  if (named.length === families.length && named.every((family) => families.includes(family))) return null;
  const remedy = remedyForFamilies(named, request.families);
  const message = `names ${named.join(' and ')}, but its cluster IPs are ${families.join(' and ')}: ${remedy}`;
  return { ...refuse('FamilyMismatch', message), remedy };
}
