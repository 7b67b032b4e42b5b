import type { MoveCause } from './message.ts';
import type { Cause, Role } from './protocol.ts';

/** What is to become of an address. */
export type Decision =
  /** Nothing changes; looked at again at the time, if there is one. */
  | { readonly do: 'stay'; readonly until?: number | undefined }
  | { readonly do: 'become'; readonly role: Role; readonly cause: Cause; readonly node?: string | undefined }
  | { readonly do: 'probe' }
  /** The address goes to another node as soon as that has taken it. */
  | { readonly do: 'offer'; readonly to: string; readonly cause: MoveCause }
  /** Nobody has taken it up: from the first in line again. */
  | { readonly do: 'offerAnew' }
  | { readonly do: 'request'; readonly from: string }
  /** Find out whether the node lives; notBefore: milliseconds since that was last known. */
  | { readonly do: 'inquire'; readonly node: string; readonly notBefore: number; readonly until: number | undefined }
  /** Ask the nodes, until the time, what they have claimed by now. */
  | { readonly do: 'poll'; readonly nodes: readonly string[]; readonly until: number }
  /** Say again that the address is here. */
  | { readonly do: 'defend'; readonly node: string };

export const stay = (until = Number.POSITIVE_INFINITY): Decision => ({
  do: 'stay',
  until: until === Number.POSITIVE_INFINITY ? undefined : until,
});

export const become = (role: Role, cause: Cause, node?: string): Decision => ({ do: 'become', role, cause, node });
