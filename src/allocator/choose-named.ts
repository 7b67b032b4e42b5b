import { type Address, formatAddress } from '../ip/address.ts';
import type { Ledger } from './ledger.ts';
import type { Pool } from './pool.ts';
import type { PoolTable } from './pool-table.ts';
import { familiesIn, type Request } from './request.ts';
import { type Choice, describePassedOver, type Refusal } from './verdict.ts';

/**
 * Serves a request that names its addresses: exactly these or none. They are held to the same rules as any other:
 * their families are those of the cluster IPs, all lie in one pool, and the pool is open to the Service.
 */
export function chooseNamed(request: Request, table: PoolTable, ledger: Ledger): Choice | Refusal {
  const pools = new Set<Pool>();
  for (const address of request.addresses) {
    const text = formatAddress(address);
    const pool = table.poolOf(address);
    if (pool === undefined) return notOffered(text, request, table);
    if (request.pool !== undefined && pool.name !== request.pool) {
      if (!table.byName.has(request.pool)) return refuse('UnknownPool', `pool ${request.pool} does not exist`);
      return refuse('AddressNotInRequestedPool', `${text} is in pool ${pool.name}, not in pool ${request.pool}`);
    }
    pools.add(pool);
  }
  const [pool, other] = pools;
  if (pool === undefined || other !== undefined) {
    return refuse('InvalidRequest', 'names addresses of two pools: both must come from one');
  }
  const mismatch = familyMismatch(request);
  if (mismatch !== null) return refuse('FamilyMismatch', mismatch);
  const closed = table.closedTo(pool, request);
  if (closed !== null) {
    return refuse('PoolNotAllowed', `pool ${describePassedOver([closed])} is not open to this Service`, closed);
  }
  for (const address of request.addresses) {
    const refusal = refusalOf(address, pool, request, ledger);
    if (refusal !== null) return refusal;
  }
  return { addresses: request.addresses, pool: pool.name, passedOver: [] };
}

function notOffered(text: string, request: Request, table: PoolTable): Refusal {
  if (request.pool === undefined) return refuse('AddressNotInAnyPool', `${text} is in no Ready pool`);
  return table.byName.has(request.pool)
    ? refuse('AddressNotInRequestedPool', `${text} is not in pool ${request.pool}`)
    : refuse('UnknownPool', `pool ${request.pool} does not exist`);
}

function familyMismatch(request: Request): string | null {
  const named = familiesIn(request.addresses);
  const { families } = request.families;
  if (named.length === families.length && named.every((family) => families.includes(family))) return null;
  return `names ${named.join(' and ')}, but its cluster IPs are ${families.join(' and ')}`;
}

function refusalOf(address: Address, pool: Pool, request: Request, ledger: Ledger): Refusal | null {
  const text = formatAddress(address);
  if (!pool.offered.has(address)) {
    return refuse('AddressReserved', `${text} is reserved, avoided or never given out in pool ${pool.name}`);
  }
  const [obstacle] = ledger.obstacles(address, request);
  if (obstacle === undefined) return null;
  return refuse('AddressInUse', `${text} is held by ${obstacle.holder.key}, and ${obstacle.why}`);
}

function refuse(reason: Refusal['reason'], message: string, passedOver?: Refusal['passedOver'][number]): Refusal {
  return { reason, message, passedOver: passedOver === undefined ? [] : [passedOver] };
}
