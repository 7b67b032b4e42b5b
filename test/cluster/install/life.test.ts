import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { eventually } from '../../lab/eventually.ts';
import { TypedShell } from '../../lab/typed-shell.ts';
import type { PodObject } from '../kubelet.ts';
import { typed } from './installation-guide.ts';
import { IN, PodCluster, WEB_IMAGE, WORKLOADS } from './pod-cluster.ts';
import { previousSource, type Source } from './previous-source.ts';
import { type Asked, type WireSeen, WireWatch } from './wire-watch.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BERTH = join(ROOT, 'manifests/berth.yaml');
const REGISTRY = { previous: 'previous.example', current: 'registry.example' } as const;
type Version = keyof typeof REGISTRY;

const SERVICES = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: ${WEB_IMAGE}, ports: [{containerPort: 8080}, {containerPort: 8081, protocol: UDP}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: kept}
spec: {type: LoadBalancer, loadBalancerIP: 192.0.2.55, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: echo, port: 7, targetPort: 8081, protocol: UDP}]
`;
const ADDRESS = '192.0.2.50';
const QUESTIONS = ['arp', 'udp', 'http'] as const;
/** Forty times what is seen where nothing else runs, and less than a speaker or a pod takes to start. */
const MOST_IN_VAIN_MS = 1_000;

interface Template {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: Pick<PodObject, 'spec'> & { readonly metadata: object } };
}

let folder: string;
let previous: Source;
let pods: PodCluster;
let shell: TypedShell;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'previous-'));
  previous = await previousSource(folder);
  process.stdout.write(`the version before this one, for upgrade and rollback: ${previous.name}\n`);
  const other = { prefix: REGISTRY.previous, source: previous.folder };
  pods = await PodCluster.start({ patienceMs: 40_000, kubeProxy: true, other });
  shell = await TypedShell.start(pods.cluster.env);
  await symlink(join(ROOT, 'dist/berth.js'), join(shell.home, '.local/bin/kubectl-berth'));
}, 150_000);
afterAll(async () => {
  await shell?.dispose();
  await pods?.dispose();
  await rm(folder, { recursive: true, force: true });
});

const kubectl = (...args: readonly string[]) => pods.kubectl(...args);

/** Types a block of the guide in the folder of a version. */
async function type(
  version: Version,
  heading: string,
  index: number,
  change = (text: string) => text,
): Promise<string> {
  const cd = `cd '${version === 'previous' ? previous.folder : ROOT}'\n`;
  return await shell.type(cd + change(typed(heading, index, REGISTRY[version]))).catch((error: unknown) => {
    throw new Error(`${String(error)}; the kubelet: ${String(pods.kubelet.fault)}`);
  });
}

/** Waits until all pods are of a version. */
async function runs(version: Version): Promise<void> {
  await pods.rolledOut();
  for (const image of await pods.images()) expect(image).toMatch(new RegExp(`^${REGISTRY[version]}/berth:`));
}

/** All objects of Berth that people make, by kind and name. */
async function objects(): Promise<ReadonlyMap<string, object>> {
  const { items } = JSON.parse(await kubectl('get', 'bpool,bl2,bpeer,bbgp,bbfd,bcomm', '-o', 'json')) as {
    items: { kind: string; metadata: { name: string; uid: string }; spec?: object }[];
  };
  return new Map(items.map(({ kind, metadata: { name, uid }, spec }) => [`${kind}/${name}`, { uid, spec }]));
}

/** Asks for the address all the time while something is done, of which it has to see nothing. */
async function unnoticed(what: string, act: () => Promise<void>): Promise<void> {
  const before = { addresses: new Map(pods.history.addresses), objects: await objects() };
  const watch = await WireWatch.start(pods.cluster.machine('client'), ADDRESS, 80, 7);
  try {
    const owner = await eventually('all is answered', async () => {
      const seen = await watch.seen();
      return QUESTIONS.every((question) => answersOf(seen[question]) > 0) ? Object.keys(seen.arp.from) : undefined;
    });
    expect(owner).toHaveLength(1);
    await act();
    const seen = await watch.seen();
    process.stdout.write(`${what}: ${told(seen)}\n`);
    expect(Object.keys(seen.arp.from)).toEqual(owner);
    for (const question of QUESTIONS) {
      expect(seen[question].faults, question).toEqual([]);
      expect(seen[question].inVainMs, question).toBeLessThan(MOST_IN_VAIN_MS);
    }
  } finally {
    watch.stop();
  }
  expect([new Map(pods.history.addresses), pods.history.violations]).toEqual([before.addresses, []]);
  expect(Object.fromEntries(await objects())).toMatchObject(Object.fromEntries(before.objects));
}

function told(seen: WireSeen): string {
  return QUESTIONS.map((question) => {
    return `${question} ${answersOf(seen[question])} answers, at most ${seen[question].inVainMs} ms in vain`;
  }).join('; ');
}

const answersOf = ({ from }: Asked) => Object.values(from).reduce((sum, count) => sum + count, 0);

/** Pods of both templates, as their controllers make them. */
async function templates(): Promise<readonly Template[]> {
  const all = parseAllDocuments(await readFile(BERTH, 'utf8')).map((document) => document.toJS());
  return all.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet') as Template[];
}

async function dryRun({ metadata: { name }, spec: { template } }: Template, namespace: string) {
  const pod = { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...template.metadata, name, namespace } };
  return await pods.cluster.tryKubectl(['create', '--dry-run=server', '-f', '-'], `---\n${stringify(pod)}`);
}

describe('the version before this one', () => {
  it('is installed by one kubectl apply on a cluster that knows nothing of Berth', async () => {
    await type('previous', 'With kubectl', 0);
    await runs('previous');
    await shell.type('kubectl apply -f manifests/samples/bgp/top-of-rack.yaml');
    await pods.shows(['bl2', 'default'], '{.spec.offSubnet}', 'Skip');
    await pods.cluster.apply(SERVICES);
    await pods.address('web', ADDRESS);
    await pods.address('kept', '192.0.2.55');
    for (const service of ['web', 'kept']) await pods.announced(service);
    expect((await objects()).size).toBeGreaterThan(6);
  });

  it('hands over to this one, and a client sees nothing of it', async () => {
    await unnoticed(`upgrade from ${previous.name}`, async () => {
      expect(await type('current', 'Upgrade and rollback', 0)).not.toMatch(/warning/i);
      await runs('current');
    });
    for (const service of ['web', 'kept']) await pods.announced(service);
  });
});

describe('manifests/berth.yaml', () => {
  it('is taken again without a change', async () => {
    const generations = () => kubectl('get', '-f', BERTH, '-o', 'jsonpath={.items[*].metadata.generation}');
    const before = await generations();
    await type('current', 'Upgrade and rollback', 0);
    expect(await generations()).toBe(before);
  });

  it('has an overlay that the API server takes as well', async () => {
    const dry = (text: string) => text.replace('apply', 'apply --dry-run=server');
    expect(await type('current', 'With kustomize', 0, dry)).toMatch(/daemonset.apps\/berth-speaker configured/);
  });

  it('makes pods that the policy of their namespaces admits', async () => {
    await pods.cluster.apply(
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}\n',
    );
    for (const name of ['berth-controller', 'berth-speaker']) {
      await kubectl('create', 'serviceaccount', name, '-n', 'strict');
    }
    const [controller, speaker] = await templates();
    if (controller === undefined || speaker === undefined) throw new Error('a template is missing');
    for (const template of [controller, speaker]) {
      expect(await dryRun(template, BERTH_NAMESPACE)).toMatchObject({ status: 0, stderr: '' });
    }
    expect(await dryRun(controller, 'strict')).toMatchObject({ status: 0, stderr: '' });
    expect(await dryRun(speaker, 'strict')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/violates PodSecurity "restricted:latest": host namespaces \(hostNetwork=true\)/),
    });
  });
});

describe('a rollback', () => {
  it('by the manifests of the version before, and of the daemons alone, is not noticed either', async () => {
    await unnoticed(`rollback to ${previous.name}`, async () => {
      await type('previous', 'Upgrade and rollback', 0);
      await runs('previous');
    });
    await unnoticed('kubectl rollout undo', async () => {
      await type('current', 'Upgrade and rollback', 1);
      await runs('current');
    });
    await pods.announced('web');
  });
});

describe('the default L2Advertisement', () => {
  it('is left to people: deleted, it does not come back', async () => {
    await kubectl('delete', 'bl2', 'default');
    await kubectl('delete', 'bbgp', '--all');
    await kubectl('rollout', 'restart', ...WORKLOADS.slice(0, 1), ...IN);
    await pods.rolledOut();
    await kubectl('create', 'service', 'loadbalancer', 'late', '--tcp=80');
    await pods.address('late', '192.0.2.51');
    expect(await kubectl('get', 'bl2', '-o', 'name')).toBe('');
    await pods.cluster.apply('apiVersion: berth.dev/v1beta1\nkind: L2Advertisement\nmetadata: {name: mine}\n');
    await pods.announced('web');
  });
});

describe('an uninstall', () => {
  // Whoever types has a terminal, and is asked.
  const agreed = (text: string) => text.replace('--keep', '--keep --yes');

  it('leaves Services their addresses, which the next installation finds', async () => {
    const before = new Map(pods.history.addresses);
    expect(await type('current', 'Uninstall', 0, agreed)).toMatch(
      /^Nothing holds pools, BFDProfiles or Communities back any more/m,
    );
    expect(await kubectl('get', 'crd', '-o', 'name')).toBe('');
    expect([new Map(pods.history.addresses), pods.history.violations]).toEqual([before, []]);

    await type('current', 'With kubectl', 0);
    await runs('current');
    await kubectl('create', 'service', 'loadbalancer', 'next', '--tcp=80');
    await pods.address('next', '192.0.2.52');
    await pods.shows(['bl2', 'default'], '{.metadata.name}', 'default');
    expect(pods.history.violations).toEqual([]);
  });

  it('or gives them back', async () => {
    const released = (text: string) => agreed(text).replace('--keep', '--release');
    expect(await type('current', 'Uninstall', 0, released)).toMatch(/given back/);
    for (const service of ['kept', 'web', 'late', 'next']) await pods.address(service, '');
  });

  it('and every program ended of itself, in the grace period of its pod', () => {
    // Of four pods each time: upgrade, two rollbacks, two uninstalls.
    expect(pods.kubelet.exits.length).toBeGreaterThanOrEqual(20);
    expect(pods.unclean).toEqual([]);
  });
});
