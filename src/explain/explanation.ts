import type { Reason } from '../api/reasons.ts';
import type { AddressDetails } from './address.ts';
import type { IngressDetails } from './ingress.ts';
import type { PeerDetails } from './peer.ts';
import type { PoolDetails } from './pool.ts';
import type { ServiceDetails } from './service.ts';

/** The output of `berth explain -o json`. Members may be added; none changes its meaning. */
export interface Explanation {
  readonly apiVersion: 'berth.dev/v1beta1';
  readonly kind: 'Explanation';
  readonly object: ExplainedObject;
  /** What matters most: all is well, or the first thing to mend. */
  readonly summary: Finding;
  /** Whatever else is to be known, most serious first. */
  readonly findings: readonly Finding[];
  /** What could not be looked at, so that nothing is said of it. */
  readonly notChecked: readonly Unread[];
  /** One of these, by the kind of the object. */
  readonly service?: ServiceDetails;
  readonly pool?: PoolDetails;
  readonly ingress?: IngressDetails;
  readonly address?: AddressDetails;
  readonly peer?: PeerDetails;
}

/** What is explained. An address has the kind `Address`. */
export interface ExplainedObject {
  readonly kind: 'Service' | 'IPAddressPool' | 'Ingress' | 'Address' | 'BGPPeer';
  readonly namespace: string | null;
  readonly name: string;
}

/** One thing that is so. */
export interface Finding {
  /** Nothing is wrong with it. */
  readonly ok: boolean;
  /** A code of `docs/reference/reasons.md`. */
  readonly reason: string;
  /** For people: the cause, with the names of the objects. */
  readonly message: string;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** Objects that could not be read. */
export interface Unread {
  /** Their kind, or what else it is. */
  readonly what: string;
  readonly why: string;
}

/** A finding of a table: its remedy, and its meaning where there is nothing to say of the case. */
export function finding<T extends string>(
  reasons: Readonly<Record<T, Reason>>,
  reason: T,
  message?: string,
  ok = false,
): Finding {
  const { meaning, remedy } = reasons[reason];
  return { ok, reason, message: message || meaning, remedy };
}

/** What is to be said besides the summary: each reason and message once. */
export function besides(summary: Finding, findings: readonly Finding[]): readonly Finding[] {
  const said = new Set([textOf(summary)]);
  return findings.filter((each) => {
    const text = textOf(each);
    if (said.has(text)) return false;
    said.add(text);
    return true;
  });
}

function textOf({ reason, message }: Finding): string {
  return `${reason}: ${message}`;
}
