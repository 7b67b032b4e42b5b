import type { Service } from '../../src/api/kubernetes/service.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { explainService } from '../../src/explain/service.ts';
import { Situation, type SituationInput } from '../../src/explain/situation.ts';
import { keyFor } from '../allocator/builders.ts';
import { advertisement } from '../announcement/objects.ts';

export const NOW = new Date('2026-01-01T12:00:00Z');

/** A situation with the default advertisement. */
export function situation(objects: readonly KubernetesObject[], rest: Partial<SituationInput> = {}): Situation {
  return new Situation({ objects: [advertisement(), ...objects], ...rest });
}

/** The Lease of the controller, renewed so many seconds ago. */
export function controllerLease(secondsAgo: number, holderIdentity = 'controller-a'): KubernetesObject {
  const renewTime = new Date(NOW.getTime() - secondsAgo * 1000).toISOString();
  return lease('berth-controller', { holderIdentity, renewTime, leaseDurationSeconds: 15 });
}

/** The Lease of a node's speaker, renewed so many seconds ago. */
export function speakerLease(node: string, secondsAgo: number): KubernetesObject {
  const renewTime = new Date(NOW.getTime() - secondsAgo * 1000).toISOString();
  return lease(`berth-speaker-${node}`, { holderIdentity: node, renewTime, leaseDurationSeconds: 3 });
}

function lease(name: string, spec: object): KubernetesObject {
  const metadata = { namespace: 'berth-system', name };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, ...{ spec } };
}

/** Explains one Service of the objects. */
export function explained(
  name: string,
  objects: readonly KubernetesObject[],
  rest: Partial<SituationInput> = {},
): Explanation & { readonly service: NonNullable<Explanation['service']> } {
  const whole = situation(objects, rest);
  const service = whole.serviceOf(keyFor(name)) as Service;
  const explanation = explainService(service, whole);
  if (explanation.service === undefined) throw new Error('a Service is explained as something else');
  return { ...explanation, service: explanation.service };
}
