import { groupOf, type Kind } from '../api/kind.ts';
import type { KubernetesObject } from '../api/object.ts';
import { GROUP } from '../api/schema/custom-kind.ts';

/** Whether objects of this kind are Berth's as a whole; of all others, people write the object and Berth its status. */
export function isWrittenByBerth(kind: Kind<KubernetesObject>): boolean {
  const group = groupOf(kind);
  return (
    (group === GROUP && kind.kind === 'SpeakerStatus') || (group === 'coordination.k8s.io' && kind.kind === 'Lease')
  );
}

/** Whether Berth may add an object of this kind: its own, and the L2Advertisement that an installation begins with. */
export function mayBeMadeByBerth(kind: Kind<KubernetesObject>): boolean {
  return isWrittenByBerth(kind) || (groupOf(kind) === GROUP && kind.kind === 'L2Advertisement');
}

/** Whether the status of this kind says who holds which address, which nobody could work out anew if it were lost. */
export function holdsAddresses(kind: Kind<KubernetesObject>): boolean {
  return groupOf(kind) === '' && kind.kind === 'Service';
}
