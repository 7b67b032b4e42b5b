import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  BERTH_NAMESPACE,
  CONTROLLER,
  CONTROLLER_LEASE,
  SPEAKER,
  SPEAKER_LEASE_PREFIX,
  type Verb,
} from '../../src/api/access.ts';
import { type Lease, LeaseKind } from '../../src/api/kubernetes/lease.ts';
import { SpeakerStatusKind } from '../../src/api/speaker-status.ts';
import type { ClusterStore } from '../../src/store/cluster/cluster-store.ts';
import { kubeconfigCredentials } from '../../src/store/cluster/kubeconfig.ts';
import { eventually } from '../lab/eventually.ts';
import { speaker } from '../store/conformance/harness.ts';
import type { TokenBinding } from './service-account.ts';
import { StoreCluster } from './store/harness.ts';

const MANIFEST = fileURLToPath(new URL('../../manifests/speaker-node.yaml', import.meta.url));
const PODS = `/api/v1/namespaces/${BERTH_NAMESPACE}/pods`;

let cluster: StoreCluster;
let store: ClusterStore;
beforeAll(async () => {
  cluster = await StoreCluster.start();
  const { api } = cluster.cluster;
  for (const name of ['n1', 'n2']) await api.call('POST', '/api/v1/nodes', { metadata: { name } });
  const spec = {
    nodeName: 'n1',
    serviceAccountName: SPEAKER.name,
    containers: [{ name: 'speaker', image: 'speaker' }],
  };
  await api.call('POST', PODS, { metadata: { name: 'speaker-of-n1' }, spec });
  await cluster.cluster.kubectl('apply', '-f', MANIFEST);
  await eventually('the policy is in force', async () => {
    const unbound = await openAs(SPEAKER.name);
    const refused = await refusal(unbound.create(LeaseKind, lease(`${SPEAKER_LEASE_PREFIX}probe`)));
    await unbound.delete(LeaseKind, lease(`${SPEAKER_LEASE_PREFIX}probe`).metadata).catch(() => {});
    await unbound.close();
    return refused === undefined ? undefined : true;
  });
});
afterAll(() => cluster?.dispose());
beforeEach(async () => {
  await cluster.clear();
  await cluster.put(lease(CONTROLLER_LEASE));
  await cluster.put(lease(`${SPEAKER_LEASE_PREFIX}n2`));
  await cluster.put(speaker('n2'));
});
afterEach(() => store?.close());

async function openAs(name: string, boundTo?: TokenBinding): Promise<ClusterStore> {
  const { kubeconfig } = await cluster.cluster.serviceAccount(BERTH_NAMESPACE, name, boundTo);
  return cluster.open({ credentials: await kubeconfigCredentials({ path: kubeconfig }) });
}

function lease(name: string, holderIdentity = 'one') {
  const metadata = { namespace: BERTH_NAMESPACE, name };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { holderIdentity } } satisfies Lease;
}

/** Why a write is refused; undefined where it is not. */
function refusal(write: Promise<unknown>): Promise<string | undefined> {
  return write.then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** What a speaker writes for a node in its life. */
const life = (node: string): readonly (readonly [string, () => Promise<unknown>])[] => [
  ['makes its status object', () => store.create(SpeakerStatusKind, { ...speaker(node), status: undefined })],
  ['writes its status', () => store.patchStatus(SpeakerStatusKind, { name: node }, { withheld: [] })],
  ['makes its Lease', () => store.create(LeaseKind, lease(`${SPEAKER_LEASE_PREFIX}${node}`))],
  ['renews its Lease', () => store.update(LeaseKind, lease(`${SPEAKER_LEASE_PREFIX}${node}`, 'two'))],
  ['removes its Lease', () => store.delete(LeaseKind, lease(`${SPEAKER_LEASE_PREFIX}${node}`).metadata)],
];

describe.each([{ kind: 'Pod', name: 'speaker-of-n1' } as const, { kind: 'Node', name: 'n1' } as const])(
  'a speaker with a token that is bound to a $kind',
  (binding) => {
    beforeEach(async () => {
      store = await openAs(SPEAKER.name, binding);
    });

    it('writes what is of its own node', async () => {
      for (const [what, write] of life('n1')) expect([what, await refusal(write())]).toEqual([what, undefined]);
    });

    it('writes nothing of another node', async () => {
      for (const [what, write] of life('n2')) {
        const why = expect.stringMatching(/ the speaker of node n1 writes only what is called (berth-speaker-)?n1$/);
        expect([what, await refusal(write())]).toEqual([what, why]);
      }
    });

    it('writes nothing of the controller', async () => {
      const why = expect.stringMatching(/ the speaker of node n1 writes only what is called berth-speaker-n1$/);
      expect(await refusal(store.update(LeaseKind, lease(CONTROLLER_LEASE, 'thief')))).toEqual(why);
      expect(await refusal(store.delete(LeaseKind, lease(CONTROLLER_LEASE).metadata))).toEqual(why);
      expect(await refusal(store.create(LeaseKind, lease(`${CONTROLLER_LEASE}-2`)))).toEqual(why);
    });
  },
);

it('leaves a token that is bound to nothing nothing to write, and says what to do', async () => {
  store = await openAs(SPEAKER.name);
  const why = expect.stringMatching(/ bound to no node; .* kubectl create token --bound-object-kind Node$/);
  for (const [what, write] of life('n2')) expect([what, await refusal(write())]).toEqual([what, why]);
  const binding = ['--bound-object-kind', 'Node', '--bound-object-name', 'n1'];
  const token = await cluster.cluster.kubectl('create', 'token', SPEAKER.name, '-n', BERTH_NAMESPACE, ...binding);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(claims['kubernetes.io'].node.name).toBe('n1');
});

it('has all in it that a speaker may write', async () => {
  const [policy] = parseAllDocuments(await readFile(MANIFEST, 'utf8')).map((document) => document.toJS());
  const { resourceRules } = policy.spec.matchConstraints as { resourceRules: { resources: readonly string[] }[] };
  const reads = new Set<Verb>(['get', 'list', 'watch']);
  const written = SPEAKER.access.filter(({ verbs }) => verbs.some((verb) => !reads.has(verb)));
  const resources = new Set(resourceRules.flatMap((rule) => rule.resources));
  expect(written.map(({ resource }) => resource).filter((resource) => !resources.has(resource))).toEqual([]);
});

it('is no concern of the controller and of kubelets', async () => {
  store = await openAs(CONTROLLER.name);
  expect(await refusal(store.update(LeaseKind, lease(CONTROLLER_LEASE, 'two')))).toBeUndefined();
  const path = `/apis/coordination.k8s.io/v1/namespaces/${BERTH_NAMESPACE}/leases`;
  await cluster.cluster.api.call('POST', path, lease('kubelet-of-n1'));
});
