import { GROUP } from '../api/custom-kind.ts';
import { groupOf, type Kind } from '../api/kind.ts';
import type { KubernetesObject } from '../api/object.ts';

/** Whether objects of this kind are Berth's as a whole; of all others, people write the object and Berth its status. */
export function isWrittenByBerth(kind: Kind<KubernetesObject>): boolean {
  const group = groupOf(kind);
  return (
    (group === GROUP && kind.kind === 'SpeakerStatus') || (group === 'coordination.k8s.io' && kind.kind === 'Lease')
  );
}
