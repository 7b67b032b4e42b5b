import type { Document } from 'yaml';
import { BERTH_NAMESPACE, CONTROLLER } from '../../src/api/access.ts';
import { LABELS, made } from '../document.ts';
import { CONTROLLER_LABELS } from './controller.ts';

/** Nobody connects to the controller. */
export function networkPolicyDocument(): Document {
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: CONTROLLER.name, namespace: BERTH_NAMESPACE, labels: LABELS },
    spec: { podSelector: { matchLabels: CONTROLLER_LABELS }, policyTypes: ['Ingress'] },
  };
  return made(object, [
    [
      ['spec', 'podSelector'],
      'The kubelet of its node reaches a pod whatever a policy says. Speakers are on the host network, where no policy holds.',
    ],
    [
      ['spec', 'policyTypes'],
      'Egress is left open: at which port the API server is found differs from cluster to cluster.',
    ],
  ]);
}
