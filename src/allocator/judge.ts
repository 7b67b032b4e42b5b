import type { Address } from '../ip/address.ts';
import type { Ledger } from './ledger.ts';
import type { Pool } from './pool.ts';
import type { PoolTable } from './pool-table.ts';
import type { Request } from './request.ts';

/** What has become of an address that a Service holds. */
export type Standing =
  /** It asks for this address, or for one like it, and a pool offers it. */
  | 'Held'
  /** It still asks for it, but its pool no longer offers it, and is to leave it with its holder. */
  | 'Retained'
  /** Its pool no longer offers it and has `reclaimPolicy: Evict`, whatever the Service asks for. */
  | 'Evicted'
  /** It asks for an address of another family. */
  | 'OtherFamily'
  /** It asks for another address or another pool. */
  | 'Unwanted';

/** How each held address stands between what the Service asks for and what the pools offer. */
export interface Judgement {
  readonly held: readonly Address[];
  readonly retained: readonly Address[];
  readonly evicted: readonly Address[];
  readonly unwanted: readonly Address[];
}

/** Judges everything that the Service holds. */
export function judge(request: Request, table: PoolTable, ledger: Ledger): Judgement {
  const by: Record<Standing, Address[]> = { Held: [], Retained: [], Evicted: [], OtherFamily: [], Unwanted: [] };
  for (const address of ledger.heldBy(request.key)) by[standingOf(address, request, table, ledger)].push(address);
  return { held: by.Held, retained: by.Retained, evicted: by.Evicted, unwanted: by.Unwanted };
}

/**
 * Whether the request or a pool has changed under an address. Turning autoAssign off, disabling a pool or changing a
 * priority touches no holder; a pool that is gone, shrunk, reserved or selective does.
 */
function standingOf(address: Address, request: Request, table: PoolTable, ledger: Ledger): Standing {
  if (isEvicted(address, request, table, ledger)) return 'Evicted';
  if (!request.families.families.includes(address.family)) return 'OtherFamily';
  const named = request.addresses;
  if (named.length > 0 && !named.some(({ family, value }) => family === address.family && value === address.value)) {
    return 'Unwanted';
  }
  if (request.pool !== undefined && isFromElsewhere(address, request, table, ledger)) return 'Unwanted';
  return isOffered(address, request, table) ? 'Held' : 'Retained';
}

/** Whether the address is known not to be from the pool that the Service names. */
function isFromElsewhere(address: Address, request: Request, table: PoolTable, ledger: Ledger): boolean {
  const origin = ledger.holding(address)?.origin;
  if (request.pool === origin || request.pool === table.poolOf(address)?.name) return false;
  return origin !== undefined || request.asksAnew;
}

/** Whether a Ready pool, the one that the Service names where it names one, offers it the address. */
export function isOffered(address: Address, request: Request, table: PoolTable): boolean {
  const pool = table.poolOf(address);
  if (pool === undefined || (request.pool !== undefined && request.pool !== pool.name)) return false;
  return offersTo(pool, address, request);
}

/**
 * Whether its pool says that whoever holds the address must leave it. Its spec alone does: that a node, or anybody's
 * `externalIPs`, comes to use the address moves no holder.
 */
function isEvicted(address: Address, request: Request, table: PoolTable, ledger: Ledger): boolean {
  const origin = ledger.holding(address)?.origin;
  const home = origin === undefined ? undefined : table.byName.get(origin);
  if (home === undefined || !mayEvict(home, table)) return false;
  const pool = table.poolOf(address);
  const hasPassed = pool !== undefined && (pool === home || request.pool !== origin);
  return !(hasPassed && permitsTo(pool, address, request));
}

/** Whether the spec of the pool lets it give the address to Services such as this one, whatever else forbids it. */
function permitsTo(pool: Pool, address: Address, request: Request): boolean {
  return pool.permitted.has(address) && pool.selects(request) === null;
}

/** Whether the pool offers the address to Services such as this one, whichever pool it names. */
export function offersTo(pool: Pool, address: Address, request: Request): boolean {
  return pool.offered.has(address) && pool.selects(request) === null;
}

/** A pool that cannot be read, or that overlaps an older one, takes nothing from its holders: that is a mistake. */
function mayEvict(pool: Pool, table: PoolTable): boolean {
  return pool.evict && (pool.deleting || !table.faults.has(pool.name));
}
