import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { SpeakerReport } from '../../../src/api/speaker-status.ts';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { Bird } from './bird.ts';

const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [198.51.100.0/24]}
---
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: all}
spec: {communities: [no-advertise, 'large:64512:1:7']}
---
apiVersion: berth.dev/v1beta1
kind: Community
metadata: {name: names}
spec: {communities: [{name: no-advertise, value: '65535:65282'}]}
---
apiVersion: berth.dev/v1beta1
kind: BFDProfile
metadata: {name: fast}
spec: {receiveInterval: 100, transmitInterval: 100}
`;
const peer = (more: string) => `apiVersion: berth.dev/v1beta1
kind: BGPPeer
metadata: {name: tor}
spec: {myASN: 64512, peerASN: 64513, peerAddress: 192.0.2.1, connectTime: 1s, bfdProfile: fast${more}}
`;
const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n`;
const secret = (password: string, name = 'tor'): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: berth-system}\ntype: kubernetes.io/basic-auth\nstringData: {password: ${password}}\n`;
const BIRD = (more: string): string => `
router id 192.0.2.1;
protocol device {}
protocol bfd { interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
protocol bgp berth {
  local as 64513; neighbor 192.0.2.11 as 64512; connect delay time 1; error wait time 1, 2; bfd on;
  ipv4 { import all; export none; };
  ${more}
}
`;

let berth: string;
let segment: Segment;
let node: Member;
let tor: Member;
let folder: string;
let bird: Bird | undefined;

beforeAll(async () => {
  berth = await buildBerth();
});
beforeEach(async () => {
  segment = await Segment.create('sa');
  node = await segment.add({ name: 'n1', addresses: ['192.0.2.11/24'], mac: '02:00:00:00:00:11' });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24'] });
  folder = await mkdtemp(join(tmpdir(), 'bgp-'));
});
afterEach(async () => {
  await segment.dispose();
  await bird?.remove();
  await rm(folder, { recursive: true });
});

interface Daemon {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  log(): string;
}

function start(): Daemon {
  const options = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
  const child = node.spawn('node', [berth, 'standalone', folder, '--node', 'n1'], options);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += String(chunk)));
  return { child, ended: once(child, 'close'), log: () => log };
}

/** Puts a whole file in place at once. */
async function put(name: string, content: string): Promise<void> {
  await writeFile(join(folder, `.${name}`), content);
  await rename(join(folder, `.${name}`), join(folder, name));
}

type Session = NonNullable<SpeakerReport['sessions']>[number];

/** Waits until the status tells of the session as wanted. */
function reported(wanted: (session: Session) => boolean, daemon: Daemon): Promise<Session> {
  let last: unknown;
  const probe = async () => {
    const { status } = parse(await readFile(join(folder, '.status/speakerstatuses.berth.dev/n1.yaml'), 'utf8'));
    last = status.sessions;
    return (status.sessions as Session[]).find(wanted);
  };
  return eventually('the session is reported', probe, { timeoutMs: 20_000 }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}\n${daemon.log()}`);
  });
}

describe('berth standalone and BIRD', () => {
  it('advertises what Services hold, withdraws it, and tells of the session', async () => {
    bird = await Bird.start(tor, BIRD(''));
    await put('pool.yaml', POOL);
    await put('peer.yaml', peer(''));
    await put('web.yaml', service('web'));
    const daemon = start();
    await bird.established();
    const shown = await bird.shows(['show', 'route', 'all'], /198.51.100.0\/32/);
    expect(shown).toContain('BGP.community: (65535,65282)');
    expect(shown).toContain('BGP.large_community: (64512, 1, 7)');
    const session = await reported(({ advertised, bfd }) => advertised === 1 && bfd === 'Up', daemon);
    expect(session).toMatchObject({ peer: 'tor', address: '192.0.2.1', state: 'Established' });
    await put('api.yaml', service('api'));
    await bird.shows(['show', 'route'], /198.51.100.1\/32/);
    await rm(join(folder, 'web.yaml'));
    await bird.shows(['show', 'route', 'count'], /^1 of 1 routes/m);
    expect(await bird.ask('show', 'route')).toContain('198.51.100.1/32');
    await reported(({ advertised, state }) => advertised === 1 && state === 'Established', daemon);
    daemon.child.kill('SIGTERM');
    await bird.shows(['show', 'protocols', 'all', 'berth'], /Received: Administrative shutdown/, 3000);
    await daemon.ended;
    expect(await bird.ask('show', 'route')).not.toContain('198.51.100');
  });

  it('takes the password from a Secret, and a new one without a restart or a lost route', async () => {
    bird = await Bird.start(tor, BIRD('password "first";'));
    await put('pool.yaml', POOL);
    await put('peer.yaml', peer(', passwordSecret: {name: tor}'));
    await put('web.yaml', service('web'));
    const daemon = start();
    await reported(({ lastError }) => /the Secret tor .* is not there/.test(lastError?.text ?? ''), daemon);
    await put('secret.yaml', secret('first'));
    await bird.shows(['show', 'route'], /198.51.100.0\/32/);
    const { since } = await reported(({ state, advertised }) => state === 'Established' && advertised === 1, daemon);
    await put('secret.yaml', secret('second'));
    await put('api.yaml', service('api'));
    await reported(({ advertised }) => advertised === 2, daemon);
    await put('secret.yaml', secret('first'));
    await bird.shows(['show', 'route'], /198.51.100.1\/32/);
    expect((await reported(({ state }) => state === 'Established', daemon)).since).toBe(since);
    expect(daemon.log()).not.toMatch(/"first"|second/);
  });

  it('keeps its session and routes while the Secret is missing, and takes the password of the next one', async () => {
    bird = await Bird.start(tor, BIRD('password "first";'));
    await put('pool.yaml', POOL);
    await put('peer.yaml', peer(', passwordSecret: {name: tor}'));
    await put('secret.yaml', secret('first'));
    await put('web.yaml', service('web'));
    const daemon = start();
    await bird.shows(['show', 'route'], /198.51.100.0\/32/);
    const { since } = await reported(({ state, advertised }) => state === 'Established' && advertised === 1, daemon);
    const missing = (name: string) =>
      eventually('the condition says so', async () => {
        const { status } = parse(await readFile(join(folder, '.status/bgppeers.berth.dev/tor.yaml'), 'utf8'));
        const [ready] = status.conditions as { reason: string; message: string }[];
        return ready?.reason === 'SecretMissing' && ready.message.includes(`berth-system/${name},`) ? true : undefined;
      });
    await rm(join(folder, 'secret.yaml'));
    await missing('tor');
    await put('peer.yaml', peer(', passwordSecret: {name: next}'));
    await missing('next');
    await eventually('the log says so', async () =>
      /its session keeps the one that it has.*the Secret next/.test(daemon.log()) ? true : undefined,
    );
    await put('api.yaml', service('api'));
    await bird.shows(['show', 'route'], /198.51.100.1\/32/);
    // Signed by another key, nothing arrives any more; and by the right one again it does.
    await put('secret.yaml', secret('second', 'next'));
    await put('web2.yaml', service('web2'));
    await reported(({ advertised }) => advertised === 3, daemon);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await bird.ask('show', 'route')).not.toContain('198.51.100.2/32');
    await put('secret.yaml', secret('first', 'next'));
    await bird.shows(['show', 'route'], /198.51.100.2\/32/);
    expect((await reported(({ state }) => state === 'Established', daemon)).since).toBe(since);
    expect(await bird.ask('show', 'protocols', 'all', 'berth')).toMatch(/Import withdraws: +0 /);
    expect(daemon.log()).not.toMatch(/"first"|second/);
  });

  it('says of a passive peer since when it waits, and that the password differs', async () => {
    await put('pool.yaml', POOL);
    await put('secret.yaml', secret('first'));
    await put('peer.yaml', peer(', passive: true, passwordSecret: {name: tor}'));
    await put('web.yaml', service('web'));
    const daemon = start();
    const nobody = await reported(({ lastError }) => lastError?.cause === 'NobodyConnects', daemon);
    expect(nobody.lastError?.text).toContain(`nobody has from 192.0.2.1 since ${nobody.since}`);
    bird = await Bird.start(tor, BIRD('password "second";'));
    await reported(({ lastError }) => lastError?.cause === 'PasswordMismatch', daemon);
    const explained = await node.run('node', berth, 'explain', 'peer/tor', '--dir', folder);
    expect(explained).toMatch(/waits for the router to connect: nobody has .* MD5 signature is wrong or missing/);
    await bird.configure(BIRD('password "first";'));
    await bird.shows(['show', 'route'], /198.51.100.0\/32/);
  });

  it('has no session in a VRF that the node lacks, and says so', async () => {
    bird = await Bird.start(tor, BIRD(''));
    await put('pool.yaml', POOL);
    await put('peer.yaml', peer(', vrf: red'));
    await put('web.yaml', service('web'));
    const daemon = start();
    const { lastError } = await reported(({ state }) => state === 'Idle', daemon);
    expect(lastError).toMatchObject({ cause: 'NoVRF' });
    expect(lastError?.text).toMatch(
      /^spec\.vrf is red, and the node has no interface of that name: ip link add red type vrf/,
    );
    await node.run('ip', 'link', 'add', 'red', 'type', 'bridge');
    await reported(({ lastError }) => /no VRF but of the kind bridge/.test(lastError?.text ?? ''), daemon);
    const explained = await node.run('node', berth, 'explain', 'peer/tor', '--dir', folder);
    expect(explained).toMatch(/NoVRF/);
    expect(explained).toMatch(
      /that interface of the node is no VRF but of the kind bridge: name a VRF, or take spec\.vrf out/,
    );
    expect(await bird.ask('show', 'route')).not.toContain('198.51.100');
    await put('peer.yaml', peer(''));
    await bird.shows(['show', 'route'], /198.51.100.0\/32/);
  });
});
