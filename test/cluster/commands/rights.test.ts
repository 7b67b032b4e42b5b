import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE, DAEMONS } from '../../../src/api/access.ts';
import { eventually } from '../../lab/eventually.ts';
import type { AuditedRequest } from '../audit.ts';
import { DaemonRights, type Right } from '../rights.ts';
import { Installation, type RunningDaemon } from './installation.ts';

const SPEAKER_NODE = fileURLToPath(new URL('../../../manifests/speaker-node.yaml', import.meta.url));
const TOP_OF_RACK = fileURLToPath(new URL('../../../manifests/samples/bgp/top-of-rack.yaml', import.meta.url));
const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.59]}
`;
const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {berth.dev/service: default/web}}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
const PATIENCE = { timeoutMs: 30_000, intervalMs: 100 };

let berth: Installation;
beforeAll(async () => {
  berth = await Installation.start({ nodes: 2, kubeProxy: false, audit: true });
  await berth.cluster.kubectl('apply', '-f', SPEAKER_NODE);
  await live();
}, 180_000);
afterAll(() => berth?.dispose());

/** All that the daemons do in the life of a cluster, by their own programs. */
async function live(): Promise<void> {
  const { cluster } = berth;
  await cluster.kubectl('create', 'service', 'loadbalancer', 'web', '--tcp=80', '--save-config=false');
  await cluster.kubectl('delete', 'bl2', '--all');
  const first = await berth.startController('n1', 'controller-a', '--default-advertisement');
  await berth.ready(first);
  const second = await berth.startController('n2', 'controller-b');
  const speakers = [await berth.startSpeaker('n1'), await berth.startSpeaker('n2')];
  for (const daemon of [second, ...speakers]) await berth.ready(daemon);
  await reason('web', 'NoPools');
  await cluster.apply(POOL);
  await cluster.apply(INGRESS);
  await reason('web', 'Allocated');
  await announced('web');
  await advertises();
  await shown('ingress', 'shop', '{.status.loadBalancer.ingress[0].ip}', '192.0.2.50');
  await asksForAnother();
  for (const speaker of speakers) await startsAnew(speaker);
  await changesHands(first);
  await deletesThePool();
  await stops(speakers);
}

/** Each kind of BGP is told whether it can be followed. */
async function advertises(): Promise<void> {
  const { cluster } = berth;
  await cluster.kubectl('apply', '-f', TOP_OF_RACK);
  for (const kind of ['bpeer', 'bbgp', 'bbfd', 'bcomm']) {
    const probe = async () => {
      const told = await cluster.kubectl('get', kind, '-o', 'jsonpath={.items[*].status.conditions[*].type}');
      return told.includes('Ready') || undefined;
    };
    await eventually(`a condition of each ${kind}`, probe, PATIENCE);
  }
  await cluster.kubectl('delete', 'bbgp,bpeer', '--all');
  await cluster.kubectl('delete', 'bbfd,bcomm', '--all', '--timeout=30s');
}

/** What is told a second time is told by the same event. */
async function asksForAnother(): Promise<void> {
  const { cluster } = berth;
  await cluster.kubectl('annotate', 'service', 'web', 'berth.dev/loadBalancerIPs=198.51.100.1');
  await reason('web', 'KeptWhileRequestPending');
  await cluster.kubectl('annotate', 'service', 'web', 'berth.dev/loadBalancerIPs-');
  await reason('web', 'Allocated');
  const counts = ['get', 'events', '--field-selector=reason=Allocated', '-o', 'jsonpath={.items[*].count}'];
  await eventually(
    'an event that counts',
    async () => /2/.test(await cluster.kubectl(...counts)) || undefined,
    PATIENCE,
  );
}

async function changesHands(leader: RunningDaemon): Promise<void> {
  await leader.process.stop('SIGTERM');
  await berth.cluster.kubectl('create', 'service', 'loadbalancer', 'late', '--tcp=80', '--save-config=false');
  await reason('late', 'Allocated');
}

/** It stays while addresses of it are held. */
async function deletesThePool(): Promise<void> {
  const { cluster } = berth;
  await cluster.kubectl('delete', 'bpool', 'public', '--wait=false');
  await shown('bpool', 'public', '{.status.conditions[?(@.type=="Ready")].reason}', 'Deleting');
  await cluster.kubectl('delete', 'service', 'web', 'late');
  await cluster.kubectl('wait', '--for=delete', 'bpool/public', '--timeout=30s');
}

/** After a crash it finds its Lease as it left it, and renews that at once. */
async function startsAnew(daemon: RunningDaemon): Promise<void> {
  await daemon.process.stop('SIGKILL');
  daemon.process.start();
  await berth.ready(daemon);
}

/** For good: what is only to be started anew leaves its Lease behind. */
async function stops(daemons: readonly RunningDaemon[]): Promise<void> {
  for (const { process } of daemons) await process.stop('SIGINT');
}

const reason = (service: string, wanted: string) =>
  shown('service', service, '{.status.conditions[?(@.type=="berth.dev/Allocated")].reason}', wanted);

const announced = (service: string) =>
  shown('service', service, '{.status.conditions[?(@.type=="berth.dev/Announced")].status}', 'True');

async function shown(kind: string, name: string, path: string, wanted: string): Promise<void> {
  const args = ['get', kind, name, '-o', `jsonpath=${path}`] as const;
  const probe = async () => (await berth.cluster.kubectl(...args)) === wanted || undefined;
  await eventually(`${kind} ${name} shows ${wanted}`, probe, PATIENCE);
}

async function requestsOf(daemon: string): Promise<readonly AuditedRequest[]> {
  const { audit } = berth.cluster.controlPlane;
  const user = `system:serviceaccount:${BERTH_NAMESPACE}:${daemon}`;
  return ((await audit?.requests()) ?? []).filter((request) => request.user === user);
}

function isUsed(right: Right, requests: readonly AuditedRequest[]): boolean {
  return requests.some(
    ({ verb, group, resource, namespace, name, isAllowed }) =>
      isAllowed &&
      verb === right.verb &&
      group === right.group &&
      resource === right.resource &&
      (right.namespace === '' || namespace === right.namespace) &&
      (right.name === undefined || name === right.name),
  );
}

describe.each(DAEMONS)('$name', ({ name }) => {
  it('asks for nothing that it may not have', async () => {
    const requests = await requestsOf(name);
    expect(requests.length).toBeGreaterThan(20);
    expect(requests.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
  });

  it('uses each of its rights', async () => {
    const [rights, requests] = [(await DaemonRights.of(berth.cluster, name)).all, await requestsOf(name)];
    expect(rights.filter((right) => !isUsed(right, requests))).toEqual([]);
  });

  it('would be found with a right that it does not use', async () => {
    const rights = (await DaemonRights.of(berth.cluster, name)).all;
    const requests = await requestsOf(name);
    const others = rights.flatMap((right) => [
      { ...right, verb: 'deletecollection' },
      { ...right, group: 'example.com' },
      { ...right, resource: `${right.resource}/scale` },
      { ...right, namespace: 'kube-system', name: 'another' },
    ]);
    expect(others.filter((right) => isUsed(right, requests))).toEqual([]);
  });
});
