import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../../manifests/workloads/speaker.ts';
import { LINGER } from '../../../src/speaker/peering/unserved.ts';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { Bird } from './bird.ts';

const OBJECTS = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [198.51.100.0/24, 2001:db8:1::/64]}
---
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: all}
---
apiVersion: berth.dev/v1beta1
kind: BGPPeer
metadata: {name: tor}
spec: {myASN: 64512, peerASN: 64513, peerAddress: 192.0.2.1, connectTime: 1s, dualStackAddressFamily: true}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}
`;
const BIRD = `
router id 192.0.2.1;
protocol device {}
protocol kernel { ipv4 { export all; }; }
protocol kernel { ipv6 { export all; }; }
protocol bgp berth {
  local as 64513; neighbor 192.0.2.11 as 64512; connect delay time 1; error wait time 1, 2;
  ipv4 { import all; export none; };
  ipv6 { import all; export none; };
}
`;

let berth: string;
let segment: Segment;
let node: Member;
let tor: Member;
let folder: string;
let bird: Bird;

beforeAll(async () => {
  berth = await buildBerth();
});
beforeEach(async () => {
  segment = await Segment.create('un');
  node = await segment.add({ name: 'n1', addresses: ['192.0.2.11/24', '2001:db8::11/64'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
  // A node that forwards, and sends what it does not know back to the router.
  await node.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  await node.run('sysctl', '-qw', 'net.ipv4.conf.all.send_redirects=0', 'net.ipv4.conf.eth0.send_redirects=0');
  await tor.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  await node.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1');
  await node.run('ip', '-6', 'route', 'add', 'default', 'via', '2001:db8::1');
  folder = await mkdtemp(join(tmpdir(), 'unserved-'));
  await writeFile(join(folder, 'all.yaml'), OBJECTS);
  bird = await Bird.start(tor, BIRD);
});
afterEach(async () => {
  await segment.dispose();
  await bird.remove();
  await rm(folder, { recursive: true });
});

interface Daemon {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** Those that the manifests give to a speaker which rejects. */
const RIGHTS = Object.values(CAPABILITIES).map(({ name }) => `+${name.toLowerCase()}`);

/** Its address is not on `lo`: nothing but the kernel's own tables decides about what arrives. */
async function start(...options: readonly string[]): Promise<Daemon> {
  const program = ['node', berth, 'standalone', folder, '--node', 'n1', ...options];
  const child = node.spawn('setpriv', [`--bounding-set=-all,${RIGHTS}`, ...program], { stdio: 'ignore' });
  const ended = once(child, 'close');
  await bird.shows(['show', 'route'], /198\.51\.100\.0\/32/, 30_000);
  await bird.shows(['show', 'route'], /2001:db8:1::\/128/);
  return { child, ended };
}

/** What becomes of a connection from the router to an address. */
async function answer(address: string): Promise<string> {
  const url = `http://${address.includes(':') ? `[${address}]` : address}/`;
  return (await tor.try('curl', '-sv', '-m', '2', '-o', '/dev/null', url)).stderr;
}

/** Sends a datagram to an address at this pace, whatever becomes of it. */
async function sends(from: Member, address: string, interval: number): Promise<ChildProcess> {
  const program = `
    const udp = require('node:dgram').createSocket('udp4');
    udp.on('error', () => {});
    setInterval(() => udp.send('x', 9, '${address}', () => {}), ${interval});
    console.log();
  `;
  const child = from.spawn('node', ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

/** A counter of IPv4 of the node: `ForwDatagrams` of packets that it has sent on, `InReceives` of all that came. */
async function counted(name: string): Promise<number> {
  const [names = [], values = []] = (await node.run('cat', '/proc/net/snmp'))
    .split('\n')
    .filter((line) => line.startsWith('Ip:'))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf(name)]);
}

const forwarded = () => counted('ForwDatagrams');

const isRejected = async () => (await tables()).includes('unreachable 198.51.100.0');

const tables = async () => {
  const parts = [
    ['ip', 'rule'],
    ['ip', '-6', 'rule'],
    ['ip', 'route', 'show', 'table', 'all', 'type', 'unreachable'],
    ['ip', '-6', 'route', 'show', 'table', 'all', 'type', 'unreachable'],
  ];
  const shown = await Promise.all(parts.map(([command = '', ...args]) => node.run(command, ...args)));
  return shown.join('');
};

describe('berth standalone --reject-unserved', () => {
  it('rejects what would bounce, forwards what is translated, and cleans up', async () => {
    const before = await tables();
    const plain = await start();
    await eventually('the node sends a packet back to the router', async () => {
      const count = await forwarded();
      await answer('198.51.100.0');
      return (await forwarded()) > count ? true : undefined;
    });
    expect(await tables()).toBe(before);
    plain.child.kill('SIGTERM');
    await plain.ended;
    await bird.shows(['show', 'route', 'count'], /^0 of 0 routes/m);

    const { child, ended } = await start('--reject-unserved');
    await eventually('IPv4 is rejected', async () =>
      /No route to host/.test(await answer('198.51.100.0')) ? true : undefined,
    );
    const count = await forwarded();
    await answer('198.51.100.0');
    expect(await forwarded()).toBe(count);
    expect(await answer('2001:db8:1::')).toMatch(/No route to host|Network is unreachable|Permission denied/);
    // What is translated before it is routed gets through, as kube-proxy does it.
    await node.run('nft', 'add table ip proxy; add chain ip proxy pre { type nat hook prerouting priority dstnat; }');
    await node.run('nft', 'add rule ip proxy pre ip daddr 198.51.100.0 dnat to 192.0.2.11');
    expect(await answer('198.51.100.0')).toMatch(/Connection refused/);
    child.kill('SIGTERM');
    await ended;
    expect(await tables()).toBe(before);
  });

  it('takes away at its start what a killed one has left, asked for or not', async () => {
    const before = await tables();
    for (const options of [['--reject-unserved'], []]) {
      const { child, ended } = await start('--reject-unserved');
      await eventually('the table is there', async () => ((await tables()) === before ? undefined : true));
      child.kill('SIGKILL');
      await ended;
      expect(await tables()).toMatch(/not from all iif lo lookup/);
      await rm(join(folder, '.status'), { recursive: true, force: true });
      const next = await start(...options);
      const rules = (await tables()).match(/not from all iif lo lookup/g)?.length ?? 0;
      expect(rules).toBe(options.length === 0 ? 0 : 2);
      next.child.kill('SIGTERM');
      await next.ended;
      expect(await tables()).toBe(before);
    }
  });

  it('goes on for a while after a withdrawal, for routers that still send', async () => {
    // A router that is slow to change its forwarding table.
    await tor.run('ip', 'route', 'add', '198.51.100.0/24', 'via', '192.0.2.11');
    const { child, ended } = await start('--reject-unserved');
    await eventually('it is rejected', async () => ((await isRejected()) ? true : undefined));
    await writeFile(
      join(folder, '.all'),
      (await readFile(join(folder, 'all.yaml'), 'utf8')).replace(/---\napiVersion: v1[\s\S]*/, ''),
    );
    await rename(join(folder, '.all'), join(folder, 'all.yaml'));
    await bird.shows(['show', 'route', 'count'], /^0 of 0 routes/m);
    const withdrawn = performance.now();
    const before = await forwarded();
    for (const after of [0, LINGER - 4000]) {
      await new Promise((resolve) => setTimeout(resolve, withdrawn + after - performance.now()));
      expect(await answer('198.51.100.0')).toMatch(/No route to host/);
    }
    expect(await forwarded()).toBe(before);
    await eventually('it is rejected no longer', async () => ((await isRejected()) ? undefined : true), {
      timeoutMs: 10_000,
    });
    expect(performance.now() - withdrawn).toBeGreaterThan(LINGER - 1000);
    await answer('198.51.100.0');
    expect(await forwarded()).toBeGreaterThan(before);
    child.kill('SIGTERM');
    await ended;
  });

  it('goes on at the end until the router sends nothing more', async () => {
    const before = await tables();
    const { child, ended } = await start('--reject-unserved');
    await eventually('it is rejected', async () => ((await isRejected()) ? true : undefined));
    const flood = await sends(tor, '198.51.100.0', 2);
    const count = await forwarded();
    const received = await counted('InReceives');
    await eventually('they arrive', async () => ((await counted('InReceives')) > received + 200 ? true : undefined));
    child.kill('SIGTERM');
    await ended;
    expect(await tables()).toBe(before);
    flood.kill();
    expect(await forwarded()).toBe(count);
  });
});

describe('berth standalone without --reject-unserved', () => {
  it('tells doctor of packets that bounce until their TTL ends', async () => {
    const { child, ended } = await start();
    const doctor = async () => (await node.try('node', berth, 'doctor', '--dir', folder)).stdout;
    expect(await doctor()).not.toContain('TrafficBounces');
    await tor.run('sysctl', '-qw', 'net.ipv4.conf.all.send_redirects=0', 'net.ipv4.conf.eth0.send_redirects=0');
    const client = await segment.add({ name: 'client', addresses: ['192.0.2.99/24'] });
    await client.run('ip', 'route', 'add', '198.51.100.0/24', 'via', '192.0.2.1');
    const count = await forwarded();
    // An even TTL at the router is an odd one at the node, where it ends.
    const datagrams = await sends(client, '198.51.100.0', 500);
    await eventually('they bounce', async () => ((await forwarded()) - count > 100 ? true : undefined));
    const file = join(folder, '.status/speakerstatuses.berth.dev/n1.yaml');
    const told = async () => ((await readFile(file, 'utf8')).includes('bouncing') ? true : undefined);
    await eventually('the status tells of it', told, { timeoutMs: 40_000 });
    expect(await doctor()).toMatch(/TrafficBounces/);
    datagrams.kill();
    child.kill('SIGTERM');
    await ended;
  });
});
