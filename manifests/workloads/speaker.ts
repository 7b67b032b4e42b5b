import type { Document } from 'yaml';
import { BERTH_NAMESPACE, SPEAKER } from '../../src/api/access.ts';
import { RUN_DIRECTORY } from '../../src/speaker/memory/next-life-file.ts';
import { LABELS, made, type Remark } from '../document.ts';
import type { Form } from '../form.ts';
import { image } from './image.ts';
import { METRICS_AUTH, METRICS_TLS_MOUNT, METRICS_TLS_VOLUME, metricsAuthArgs, probeScheme } from './metrics-auth.ts';

/** Where a speaker serves health and metrics, on its node. */
export const SPEAKER_PORT = 7481;
/** The labels of its pods. */
export const SPEAKER_LABELS = { ...LABELS, 'app.kubernetes.io/component': 'speaker' };

const { name } = SPEAKER;
const POD = ['spec', 'template', 'spec'] as const;
const CONTAINER = [...POD, 'containers', 0] as const;
const LOOPBACK = '127.0.0.1';
/** Where the key is that signs what speakers tell one another. */
const MESSAGE_KEY = { value: '.Values.speaker.messageKeySecret', folder: '/etc/berth-key' } as const;

/** What a speaker may do to the kernel, and what for. */
export const CAPABILITIES = {
  layer2: { name: 'NET_RAW', reason: 'Packet sockets: ARP and neighbour discovery.' },
  bgp: { name: 'NET_BIND_SERVICE', reason: 'Port 179, so that routers can open BGP sessions as well.' },
  unserved: { name: 'NET_ADMIN', reason: 'The rule and the routes by which --reject-unserved has the kernel reject.' },
} as const;
const REJECT_UNSERVED = '.Values.bgp.rejectUnserved';

/** What a speaker of this installation does beside layer 2. */
export interface SpeakerSettings {
  readonly isBgp: boolean;
}

/** A speaker on every node. */
export function speakerDocument(form: Form, settings: SpeakerSettings): Document {
  const capabilities = added(form, settings);
  return made(daemonSet(form, capabilities), remarks(capabilities));
}

interface Added {
  readonly entry: string;
  readonly reason: string;
}

function added(form: Form, { isBgp }: SpeakerSettings): readonly Added[] {
  const { layer2, bgp, unserved } = CAPABILITIES;
  const entries = (value: string, { name: entry, reason }: typeof bgp | typeof unserved, isDefault: boolean) =>
    form.entry(value, entry, isDefault).map((each) => ({ entry: each, reason }));
  return [
    { entry: layer2.name, reason: layer2.reason },
    ...entries('.Values.bgp.enabled', bgp, isBgp),
    ...entries(REJECT_UNSERVED, unserved, false),
  ];
}

function daemonSet(form: Form, capabilities: readonly Added[]): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: BERTH_NAMESPACE, labels: SPEAKER_LABELS },
    spec: {
      selector: { matchLabels: SPEAKER_LABELS },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels: SPEAKER_LABELS },
        spec: {
          serviceAccountName: name,
          hostNetwork: true,
          enableServiceLinks: false,
          priorityClassName: form.scalar('.Values.speaker.priorityClassName', 'system-node-critical'),
          terminationGracePeriodSeconds: 30,
          imagePullSecrets: form.optional('.Values.imagePullSecrets'),
          nodeSelector: form.block('.Values.speaker.nodeSelector', { 'kubernetes.io/os': 'linux' }),
          tolerations: form.block(
            '.Values.speaker.tolerations',
            ['control-plane', 'master'].map((role) => ({
              key: `node-role.kubernetes.io/${role}`,
              operator: 'Exists',
              effect: 'NoSchedule',
            })),
          ),
          securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container(form, capabilities)],
          volumes: [
            { name: 'run', hostPath: { path: RUN_DIRECTORY, type: 'DirectoryOrCreate' } },
            ...form.item(MESSAGE_KEY.value, {
              name: 'message-key',
              secret: { secretName: `{{ ${MESSAGE_KEY.value} }}` },
            }),
            ...form.item(METRICS_AUTH, METRICS_TLS_VOLUME),
          ],
        },
      },
    },
  };
}

function container(form: Form, capabilities: readonly Added[]): object {
  return {
    name: 'speaker',
    ...image(form),
    args: [
      'speaker',
      form.text(
        `--http-address={{ .Values.prometheus.enabled | ternary "" "${LOOPBACK}" }}:${SPEAKER_PORT}`,
        `--http-address=${LOOPBACK}:${SPEAKER_PORT}`,
      ),
      ...form.entry('.Values.loadBalancerClass', '--lb-class={{ .Values.loadBalancerClass }}', false),
      ...form.entry(MESSAGE_KEY.value, `--message-key-file=${MESSAGE_KEY.folder}/key`, false),
      ...form.entry(REJECT_UNSERVED, '--reject-unserved', false),
      ...metricsAuthArgs(form),
      ...form.entries('.Values.speaker.extraArgs'),
    ],
    env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
    ports: [{ name: 'http', containerPort: SPEAKER_PORT }],
    livenessProbe: { httpGet: probe(form, '/healthz'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { httpGet: probe(form, '/readyz'), periodSeconds: 5, timeoutSeconds: 5 },
    resources: form.block('.Values.speaker.resources', {
      requests: { cpu: '50m', memory: '192Mi' },
      limits: { memory: '512Mi' },
    }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: {
        drop: ['ALL'],
        add: capabilities.map(({ entry }) => entry),
      },
    },
    volumeMounts: [
      { name: 'run', mountPath: RUN_DIRECTORY },
      ...form.item(MESSAGE_KEY.value, { name: 'message-key', mountPath: MESSAGE_KEY.folder, readOnly: true }),
      ...form.item(METRICS_AUTH, METRICS_TLS_MOUNT),
    ],
  };
}

function probe(form: Form, path: string): object {
  return { path, port: SPEAKER_PORT, host: LOOPBACK, scheme: probeScheme(form) };
}

function remarks(capabilities: readonly Added[]): readonly Remark[] {
  const add = [...CONTAINER, 'securityContext', 'capabilities', 'add'];
  return [
    [
      ['spec', 'updateStrategy'],
      'One at a time: while a speaker is replaced, the speaker of another node answers in its name. Nothing moves.',
    ],
    [[...POD, 'hostNetwork'], 'It answers ARP and neighbour discovery on the interfaces of its node.'],
    [
      [...POD, 'terminationGracePeriodSeconds'],
      'Ended, it tells the others first, or hands over where its node is drained: each step takes 8 s at most.',
    ],
    [
      [...POD, 'tolerations'],
      'Nodes of the control plane announce addresses too. Exclude one by a nodeSelector of its L2Advertisement.',
    ],
    [
      [...POD, 'securityContext', 'runAsUser'],
      'Capabilities count for root alone: Kubernetes cannot give them to another user. All others are dropped.',
    ],
    [
      [...CONTAINER, 'args', 1],
      'On the node alone: what listens on a host network can be reached by whoever reaches the node. Prometheus needs :7481.',
    ],
    [
      [...CONTAINER, 'livenessProbe'],
      'It fails when the process does nothing any more, not when the API server is silent.',
    ],
    [
      [...CONTAINER, 'resources'],
      'Measured: 142 MiB with 1,000 Services on 100 nodes, 212 MiB on 1,000. No CPU limit: one that is throttled misses its BFD intervals of 100 ms, and loses its addresses.',
    ],
    ...capabilities.map(({ reason }, index) => [[...add, index], reason] as const),
    [[...POD, 'volumes'], 'What it answers for, for its next life. It goes when the node restarts.'],
  ];
}
