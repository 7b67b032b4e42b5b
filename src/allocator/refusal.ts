import { closest } from '../api/near-miss.ts';
import type { PoolTable } from './pool-table.ts';
import { describePassedOver, type PassedOver, type Refusal } from './verdict.ts';

/** Says no, with a reason. */
export function refuse(reason: Refusal['reason'], message: string, passedOver: readonly PassedOver[] = []): Refusal {
  return { reason, message, passedOver };
}

/** The request names a pool that does not exist; most often a misspelt one. */
export function refuseUnknownPool(name: string, table: PoolTable): Refusal {
  const near = closest(name, [...table.byName.keys()]);
  const remedy = near === undefined ? '' : `: did you mean ${near}?`;
  return refuse('UnknownPool', `pool ${name} does not exist${remedy}`);
}

/** The request names a pool, or an address in one, that gives it nothing new. */
export function refuseClosedPool(closed: PassedOver, { faults }: PoolTable): Refusal {
  const fault = closed.reason === 'NotReady' ? faults.get(closed.pool) : undefined;
  const pool =
    fault === undefined
      ? describePassedOver([closed])
      : `${closed.pool} (it is not Ready: ${fault.reason}: ${fault.message})`;
  return refuse('PoolNotAllowed', `pool ${pool} is not open to this Service`, [closed]);
}
