import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../lab/eventually.ts';
import { serve, Traffic } from '../lab/speaker/traffic.ts';
import { Installation, type RunningDaemon } from './commands/installation.ts';

const ADDRESS = '192.0.2.50';
const OBJECTS = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [${ADDRESS}/32]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{name: tcp, port: 7000, protocol: TCP}, {name: udp, port: 7000, protocol: UDP}]
`;
/** Longer than others answer in the name of a node whose speaker is gone. */
const BEYOND_CARETAKING = 35_000;

let berth: Installation;
const speakers = new Map<string, RunningDaemon>();
beforeAll(async () => {
  berth = await Installation.start({ nodes: 2, controllerManager: true });
  for (const node of ['n1', 'n2']) {
    const pod = await berth.cluster.startPod({
      ...{ name: `web-${node}`, node, labels: { app: 'web' } },
      ports: [{ containerPort: 8080 }],
    });
    await serve(pod.machine);
  }
  const controller = await berth.startController('n1', 'controller-a');
  for (const node of ['n1', 'n2']) speakers.set(node, await berth.startSpeaker(node));
  for (const daemon of [controller, ...speakers.values()]) await berth.ready(daemon);
  await berth.cluster.apply(OBJECTS);
  expect(await berth.addressOf('web')).toBe(ADDRESS);
});
afterAll(async () => {
  await berth?.dispose();
  await rm('/run/berth', { recursive: true, force: true });
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const speaker = (node: string) => speakers.get(node) as RunningDaemon;

/** The node whose MAC address the client gets when it asks. */
async function answerer(): Promise<string> {
  const client = berth.cluster.machine('client');
  return await eventually(
    'somebody answers',
    async () => {
      const { stdout } = await client.try('arping', '-c', '1', '-w', '2', '-I', 'eth0', ADDRESS);
      return /\[02:00:00:00:00:1([12])\]/.exec(stdout)?.[1];
    },
    { timeoutMs: 20_000 },
  ).then((number) => `n${number}`);
}

async function remembered(node: string): Promise<boolean> {
  const texts = await Promise.all(
    ['objects', 'held'].map((file) => readFile(`/run/berth/${file}-${node}.json`, 'utf8').catch(() => '')),
  );
  return texts.every((text) => text.includes(ADDRESS));
}

describe('while the API server is down', () => {
  it('a speaker that is killed and started answers for what it held, and no flow breaks', async () => {
    const owner = await answerer();
    const traffic = new Traffic(berth.cluster.machine('client'), ADDRESS);
    await eventually('the flow stands', async () => ((await traffic.seen()).got > 0 ? true : undefined));
    await eventually('all is written down', async () => (await remembered(owner)) || undefined);
    const secrets = await readFile(`/run/berth/objects-${owner}.json`, 'utf8');
    expect(secrets).not.toContain('token');

    await berth.cluster.controlPlane.apiServer.stop('SIGKILL');
    await traffic.seen();
    await speaker(owner).process.stop('SIGKILL');
    speaker(owner).process.start();
    await pause(BEYOND_CARETAKING);
    expect(await answerer()).toBe(owner);
    expect(await speaker(owner).process.log()).toContain('The store does not answer');
    const seen = await traffic.seen();
    expect(seen.broken).toBeNull();
    expect(seen.got).toBeGreaterThan(1000);
    expect(seen.gap).toBeLessThan(4000);
  });

  it('so do all speakers at once', async () => {
    const owner = await answerer();
    for (const each of speakers.values()) await each.process.stop('SIGKILL');
    for (const each of speakers.values()) each.process.start();
    await pause(5000);
    expect(await answerer()).toBe(owner);
  });

  it('and they report when it is back', async () => {
    const owner = await answerer();
    berth.cluster.controlPlane.apiServer.start();
    await berth.cluster.controlPlane.ready();
    for (const each of speakers.values()) await berth.ready(each);
    await eventually(
      'the report',
      async () => {
        const rows = JSON.parse(await berth.output('berth', 'get', 'addresses', '-o', 'json')).items;
        const owners = rows.filter((row: { role: string }) => row.role === 'Owner');
        return (owners.length === 1 && owners[0].node === owner) || undefined;
      },
      { timeoutMs: 30_000 },
    );
    expect(await answerer()).toBe(owner);
  });
});
