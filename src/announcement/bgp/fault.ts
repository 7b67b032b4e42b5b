import type { KubernetesObject } from '../../api/object.ts';
import type { ADVERTISEMENT_REASONS } from '../../api/reasons/announcement.ts';
import { compareText } from '../rank.ts';

/** Why an object for BGP is not Ready, in the order in which they are told. */
export const FAULT_REASONS = [
  'InUse',
  'NotSupported',
  'UnknownPool',
  'UnknownPeer',
  'UnknownProfile',
  'UnknownCommunity',
  'SecretMissing',
  'ConflictingAttributes',
] as const satisfies readonly (keyof typeof ADVERTISEMENT_REASONS)[];

/** See {@link FAULT_REASONS}. */
export type FaultReason = (typeof FAULT_REASONS)[number];

/** One thing wrong with one object. What it does not concern stays in force. */
export interface ObjectFault {
  /** The object at fault. */
  readonly object: KubernetesObject;
  readonly reason: FaultReason;
  /** For people: the field, the cause, what is done instead, and the remedy. */
  readonly message: string;
}

/** What the condition `Ready` of an object says. */
export interface Readiness {
  readonly status: 'True' | 'False';
  readonly reason: FaultReason | 'Ready';
  readonly message: string;
}

/** The condition `Ready` of an object: the faults that it has are in the message, the gravest is the reason. */
export function readinessOf(object: KubernetesObject, faults: readonly ObjectFault[]): Readiness {
  const own = faults
    .filter((fault) => fault.object === object)
    .sort(
      (a, b) => FAULT_REASONS.indexOf(a.reason) - FAULT_REASONS.indexOf(b.reason) || compareText(a.message, b.message),
    );
  const [first] = own;
  if (!first) return { status: 'True', reason: 'Ready', message: 'in force as its spec says' };
  const messages = [...new Set(own.map((fault) => fault.message))];
  const more = messages.length > SHOWN ? [`and ${messages.length - SHOWN} more faults`] : [];
  return { status: 'False', reason: first.reason, message: [...messages.slice(0, SHOWN), ...more].join('; ') };
}

/** A fault may be there on each of a thousand nodes. */
const SHOWN = 10;
