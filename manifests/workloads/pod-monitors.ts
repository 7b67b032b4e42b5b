import type { Document } from 'yaml';
import { BERTH_NAMESPACE, CONTROLLER, SPEAKER } from '../../src/api/access.ts';
import { LABELS, made } from '../document.ts';
import type { Form } from '../form.ts';
import { CONTROLLER_LABELS, CONTROLLER_PORT } from './controller.ts';
import { scraperSettings } from './metrics-auth.ts';
import { SPEAKER_LABELS } from './speaker.ts';

/** What the Prometheus operator scrapes. */
export function podMonitorDocuments(form: Form): readonly Document[] {
  return [[CONTROLLER.name, CONTROLLER_LABELS] as const, [SPEAKER.name, SPEAKER_LABELS] as const].map(
    ([name, matchLabels]) =>
      made({
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata: { name, namespace: BERTH_NAMESPACE, labels: LABELS },
        spec: {
          selector: { matchLabels },
          podMetricsEndpoints: [{ port: 'http', path: '/metrics', ...scraperSettings(form), relabelings: [NODE] }],
        },
      }),
  );
}

/** A speaker is known by its node, whatever pod it is at present. */
const NODE = { sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node', action: 'replace' };

/** Lets Prometheus at the controller, which nobody else may connect to. */
export function scrapePolicyDocument(): Document {
  return made({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `${CONTROLLER.name}-metrics`, namespace: BERTH_NAMESPACE, labels: LABELS },
    spec: {
      podSelector: { matchLabels: CONTROLLER_LABELS },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ protocol: 'TCP', port: CONTROLLER_PORT }] }],
    },
  });
}
