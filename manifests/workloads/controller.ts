import type { Document } from 'yaml';
import { BERTH_NAMESPACE, CONTROLLER } from '../../src/api/access.ts';
import { LABELS, made, type Remark } from '../document.ts';
import type { Form } from '../form.ts';
import { image } from './image.ts';
import { METRICS_AUTH, METRICS_TLS_MOUNT, METRICS_TLS_VOLUME, metricsAuthArgs, probeScheme } from './metrics-auth.ts';

/** Where the controller serves health and metrics. */
export const CONTROLLER_PORT = 7480;
/** The labels of its pods. */
export const CONTROLLER_LABELS = { ...LABELS, 'app.kubernetes.io/component': 'controller' };

const { name } = CONTROLLER;
const metadata = { name, namespace: BERTH_NAMESPACE, labels: CONTROLLER_LABELS };
const POD = ['spec', 'template', 'spec'] as const;
const CONTAINER = [...POD, 'containers', 0] as const;

/** Two replicas of the controller, and what keeps one of them running while nodes are drained. */
export function controllerDocuments(form: Form, isDefaultAdvertised: boolean): readonly Document[] {
  return [made(deployment(form, isDefaultAdvertised), REMARKS), made(disruptionBudget(), BUDGET_REMARKS)];
}

function deployment(form: Form, isDefaultAdvertised: boolean): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: form.scalar('.Values.controller.replicas', 2),
      selector: { matchLabels: CONTROLLER_LABELS },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
      template: {
        metadata: { labels: CONTROLLER_LABELS },
        spec: {
          serviceAccountName: name,
          enableServiceLinks: false,
          priorityClassName: form.scalar('.Values.controller.priorityClassName', 'system-cluster-critical'),
          terminationGracePeriodSeconds: 30,
          imagePullSecrets: form.optional('.Values.imagePullSecrets'),
          nodeSelector: form.block('.Values.controller.nodeSelector', { 'kubernetes.io/os': 'linux' }),
          tolerations: form.block('.Values.controller.tolerations', [
            { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
          ]),
          topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
            topologyKey,
            maxSkew: 1,
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: CONTROLLER_LABELS },
          })),
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            runAsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(form, isDefaultAdvertised)],
          volumes: form.member(METRICS_AUTH, [METRICS_TLS_VOLUME]),
        },
      },
    },
  };
}

function container(form: Form, isDefaultAdvertised: boolean): object {
  return {
    name: 'controller',
    ...image(form),
    args: [
      'controller',
      ...form.entry('.Values.defaultAdvertisement', '--default-advertisement', isDefaultAdvertised),
      ...form.entry('.Values.loadBalancerClass', '--lb-class={{ .Values.loadBalancerClass }}', false),
      ...form.entry('.Values.reserved', '--reserved={{ join "," .Values.reserved }}', false),
      ...metricsAuthArgs(form),
      ...form.entries('.Values.controller.extraArgs'),
    ],
    ports: [{ name: 'http', containerPort: CONTROLLER_PORT }],
    livenessProbe: {
      httpGet: { path: '/healthz', port: 'http', scheme: probeScheme(form) },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    readinessProbe: {
      httpGet: { path: '/readyz', port: 'http', scheme: probeScheme(form) },
      periodSeconds: 5,
      timeoutSeconds: 5,
    },
    resources: form.block('.Values.controller.resources', {
      requests: { cpu: '50m', memory: '128Mi' },
      limits: { memory: '512Mi' },
    }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: form.member(METRICS_AUTH, [METRICS_TLS_MOUNT]),
  };
}

const REMARKS: readonly Remark[] = [
  [['spec', 'replicas'], 'One leads, by a Lease, and the other takes over. Speakers go on without either.'],
  [
    [...POD, 'topologySpreadConstraints'],
    'On two nodes, and in two zones, where there are two: a cluster of one node has both.',
  ],
  [
    [...CONTAINER, 'livenessProbe'],
    'It fails when the process does nothing any more, not when the API server is silent.',
  ],
  [
    [...CONTAINER, 'resources'],
    'Measured: 125 MiB with 1,000 Services on one node, 145 MiB on 1,000 nodes. No CPU limit: a throttled leader loses its Lease.',
  ],
];

function disruptionBudget(): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: CONTROLLER_LABELS },
    },
  };
}

const BUDGET_REMARKS: readonly Remark[] = [
  [['spec', 'unhealthyPodEvictionPolicy'], 'A replica that cannot start must not keep a node from being drained.'],
];
