import type { PassedOverReason } from '../api/reasons/reasons.ts';
import type { Address } from '../ip/address.ts';
import { choose, closedToAll, take } from './choose.ts';
import { judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import type { Pool } from './pool.ts';
import type { PoolTable } from './pool-table.ts';
import { refuse } from './refusal.ts';
import type { Request } from './request.ts';
import type { Choice, Refusal } from './verdict.ts';

/** What one pool could do for one Service now, whether it needs anything or not. */
export interface SurveyedPool {
  readonly pool: string;
  /** Whether the Service names it, or an address that it lists. */
  readonly isNamed: boolean;
  /** Why it would give the Service nothing; null where it could give all that the Service asks for, alone. */
  readonly reason: PassedOverReason | null;
  /** The addresses that the Service has from it. */
  readonly gives: readonly Address[];
  /** The addresses that the Service keeps though the pool no longer offers them. */
  readonly retains: readonly Address[];
}

/** All pools as one Service finds them. */
export interface Survey {
  /** What the Service would be given if it held nothing that it could keep. */
  readonly outcome: Choice | Refusal;
  /** Every pool: those that are Ready in the order in which a Service that holds nothing tries them, then the others. */
  readonly pools: readonly SurveyedPool[];
}

/** Asks of every pool what a decision asks of those that it comes to. Changes nothing. */
export function survey(request: Request, table: PoolTable, ledger: Ledger): Survey {
  const { retained } = judge(request, table, ledger);
  const kept = ledger.heldBy(request.key).filter((address) => !retained.includes(address));
  const surveyed = (pool: Pool): SurveyedPool => {
    const isNamed = request.pool === pool.name || request.addresses.some((address) => isIn(address, pool, table));
    const closed = isNamed ? table.closedTo(pool, request) : closedToAll(pool, request, table);
    // What is asked of the pool is not some address, but that one: the outcome tells.
    const lacking = request.addresses.length > 0 ? null : take(pool, request, ledger).lacking;
    const isOfPool = (address: Address) => originOf(address, retained.includes(address), table, ledger) === pool.name;
    const reason = closed?.reason ?? lacking;
    return { pool: pool.name, isNamed, reason, gives: kept.filter(isOfPool), retains: retained.filter(isOfPool) };
  };
  const outcome =
    request.faults.length > 0 ? refuse('InvalidRequest', request.faults.join('; ')) : choose(request, table, ledger);
  const closed = table.notReady.flatMap(({ pool }) => table.byName.get(pool) ?? []);
  return { outcome, pools: [...table.ready, ...closed].map(surveyed) };
}

/** A retained address is of the pool that gave it, any other of the one that lists it now. */
function originOf(address: Address, isRetained: boolean, table: PoolTable, ledger: Ledger): string | undefined {
  const origin = ledger.holding(address)?.origin;
  const lister = table.poolOf(address)?.name;
  return isRetained ? (origin ?? lister) : (lister ?? origin);
}

function isIn(address: Address, pool: Pool, table: PoolTable): boolean {
  return (table.poolOf(address) ?? table.closedPoolOf(address)) === pool;
}
