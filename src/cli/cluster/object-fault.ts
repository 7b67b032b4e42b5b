import type { ObjectFault } from '../../store/cluster/known-objects.ts';

/** An object that cannot be read, as one line. */
export function objectFaultText({ kind, object, faults }: ObjectFault): string {
  const reasons = faults.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return `${kind}/${object}: ${reasons.join('; ')}`;
}
