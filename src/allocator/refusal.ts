import { closest } from '../api/near-miss.ts';
import { type Address, formatAddress } from '../ip/address.ts';
import type { PoolTable } from './pool-table.ts';
import type { Request } from './request.ts';
import { describePassedOver, type PassedOver, type Refusal } from './verdict.ts';

/** Says no, with a reason. */
export function refuse(reason: Refusal['reason'], message: string, passedOver: readonly PassedOver[] = []): Refusal {
  return { reason, message, passedOver };
}

/** The request names a pool that does not exist; most often a misspelt one. */
export function refuseUnknownPool(name: string, { poolField }: Request, table: PoolTable): Refusal {
  const near = closest(name, [...table.byName.keys()]);
  const remedy = near === undefined ? '' : `: did you mean ${near}?`;
  return refuse('UnknownPool', `${poolField}: pool ${name} does not exist${remedy} (pools: ${listPools(table)})`);
}

/** The request names an address that no pool lists. */
export function refuseUnlisted(address: Address, { addressesField }: Request, table: PoolTable): Refusal {
  const remedy = `ask for an address of a pool (${listPools(table)}), or add this one to a pool`;
  return refuse('AddressNotInAnyPool', `${addressesField}: ${formatAddress(address)} is in no pool: ${remedy}`);
}

/** The request names an address that its pool lists and may not give. Which rule says so is not known here. */
export function refuseWithheld(address: Address, { addressesField }: Request, pool: string): Refusal {
  const text = formatAddress(address);
  return refuse(
    'AddressReserved',
    `${addressesField}: ${text} is reserved, avoided or never given out in pool ${pool}: ` +
      `ask for another address, or see what withholds it: berth explain address ${text}`,
  );
}

/** The names of the pools, those that come first in the alphabet. */
function listPools({ byName }: PoolTable): string {
  const names = [...byName.keys()].sort();
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
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

/** A condition's message is read in one line of a terminal. */
const SHOWN = 5;
