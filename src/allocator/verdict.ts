import type { AllocatedReason, PassedOverReason } from '../api/reasons/reasons.ts';
import { type Address, formatAddress, includesAddress } from '../ip/address.ts';

/** Why one pool did not serve one Service. */
export interface PassedOver {
  readonly pool: string;
  readonly reason: PassedOverReason;
}

/** What was decided for one Service, and why: the source of its condition, its events, `plan` and `explain`. */
export interface Verdict {
  /** `namespace/name`. */
  readonly service: string;
  /** What it holds from now on, IPv4 before IPv6. */
  readonly addresses: readonly Address[];
  /** The pool that the addresses are from; null where there is none, or the pool is gone. */
  readonly pool: string | null;
  /** The status of the condition `berth.dev/Allocated`. */
  readonly allocated: boolean;
  readonly reason: AllocatedReason;
  /** For people: the cause, and what to change. */
  readonly message: string;
  /** Each pool that was looked at in vain, in the order tried. Empty where nothing had to be looked for. */
  readonly passedOver: readonly PassedOver[];
}

/** Why nothing could be given. */
export interface Refusal {
  readonly reason: Exclude<AllocatedReason, 'Allocated' | 'KeptWhileRequestPending' | 'Retained'>;
  readonly message: string;
  readonly passedOver: readonly PassedOver[];
  /** What to do in this case, as a clause, where the table of reasons cannot tell; the message ends with it. */
  readonly remedy?: string;
}

/** What can be given. */
export interface Choice {
  /** IPv4 before IPv6. */
  readonly addresses: readonly Address[];
  readonly pool: string;
  readonly passedOver: readonly PassedOver[];
}

/** An address that a Service was found holding and that another keeps by the rule for two holders. */
export interface Loss {
  readonly address: Address;
  /** Who keeps it. */
  readonly winner: string;
}

/** Begins what a message says of losses. */
const GAVE_UP = '; gave up ';

/** The verdict, with who has what the Service has lost: those addresses apart that it has got back. */
export function withLosses(verdict: Verdict, losses: readonly Loss[] = []): Verdict {
  const lost = losses.filter(({ address }) => !includesAddress(verdict.addresses, address));
  if (lost.length === 0) return verdict;
  const told = lost.map(({ address, winner }) => `${formatAddress(address)}, which ${winner} held before it`);
  return { ...verdict, message: `${verdict.message}${GAVE_UP}${[...new Set(told)].join(' and ')}` };
}

/**
 * The message to be stored for a verdict. What a Service was told of its losses stands for as long as the rest does: once
 * it is written its status shows the lost address no more, and nothing but the message tells of it.
 */
export function lastingMessage(stored: string | undefined, { message }: Verdict): string {
  return stored?.startsWith(`${message}${GAVE_UP}`) ? stored : message;
}

/** Whether two verdicts say the same, so that nothing has to be written or told. */
export function sameVerdict(a: Verdict, b: Verdict): boolean {
  return (
    a.reason === b.reason &&
    a.pool === b.pool &&
    a.message === b.message &&
    a.addresses.length === b.addresses.length &&
    a.addresses.every((address, index) => address.value === b.addresses[index]?.value)
  );
}

/** The reasons for pools passed over, as a clause of a message: `a (autoAssign is false), b (it is full)`. */
export function describePassedOver(passedOver: readonly PassedOver[]): string {
  const shown = passedOver.slice(0, SHOWN).map(({ pool, reason }) => `${pool} (${PASSED_OVER_TEXT[reason]})`);
  const rest = passedOver.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** A condition's message is read in one line of a terminal. */
const SHOWN = 5;

const PASSED_OVER_TEXT: Readonly<Record<PassedOverReason, string>> = {
  NotReady: 'it is not Ready',
  Deleting: 'it is being deleted',
  Disabled: 'it is disabled',
  AutoAssignOff: 'autoAssign is false: name the pool to use it',
  NamespaceNotSelected: 'it does not select this namespace',
  ServiceNotSelected: 'it does not select these labels',
  FamilyMissing: 'it has no addresses of the family',
  Full: 'it is full',
};
