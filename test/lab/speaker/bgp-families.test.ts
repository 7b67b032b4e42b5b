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

const OBJECTS = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [198.51.100.0/24, '2001:db8:1::/120']}
---
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: all}
---
apiVersion: berth.dev/v1beta1
kind: BGPPeer
metadata: {name: tor}
spec: {myASN: 64512, peerASN: 64513, peerAddress: 'ROUTER', connectTime: 1s, dualStackAddressFamily: true}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}
`;
const IPV4 = 'ipv4 { import all; export none; };';
const IPV6 = 'ipv6 { import all; export none; };';
/** The addresses of a session: the router's and ours. */
interface Ends {
  readonly router: string;
  readonly neighbor: string;
}

const OVER_IPV4: Ends = { router: '192.0.2.1', neighbor: '192.0.2.11' };
const OVER_IPV6: Ends = { router: '2001:db8::1', neighbor: '2001:db8::11' };
const BIRD = (channels: string, neighbor = OVER_IPV4.neighbor): string => `
router id 192.0.2.1;
protocol device {}
protocol bgp berth {
  local as 64513; neighbor ${neighbor} as 64512; connect delay time 1; error wait time 1, 2;
  ${channels}
}
`;
const V4 = '198.51.100.0/32';
const V6 = '2001:db8:1::/128';

let berth: string;
let segment: Segment;
let node: Member;
let tor: Member;
let folder: string;
let bird: Bird | undefined;
let log = '';

beforeAll(async () => {
  berth = await buildBerth();
});
beforeEach(async () => {
  segment = await Segment.create('fam');
  node = await segment.add({ name: 'n1', addresses: ['192.0.2.11/24'], mac: '02:00:00:00:00:11' });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
  folder = await mkdtemp(join(tmpdir(), 'families-'));
});
afterEach(async () => {
  await segment.dispose();
  await bird?.remove();
  await rm(folder, { recursive: true });
});

/** Starts a router with these channels, and Berth on the node. */
async function start(channels: string, { router, neighbor }: Ends = OVER_IPV4): Promise<Bird> {
  bird = await Bird.start(tor, BIRD(channels, neighbor));
  await writeFile(join(folder, '.objects.yaml'), OBJECTS.replace('ROUTER', router));
  await rename(join(folder, '.objects.yaml'), join(folder, 'objects.yaml'));
  const child = node.spawn('node', [berth, 'standalone', folder, '--node', 'n1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += String(chunk)));
  await bird.established();
  return bird;
}

const address = (...command: readonly string[]) => node.run('ip', '-6', 'address', ...command, 'dev', 'eth0');

/** Waits until a status file says what is wanted. */
async function reported<T>(file: string, wanted: (status: Record<string, unknown>) => T | undefined): Promise<T> {
  let last: unknown;
  const probe = async () => {
    const { status } = parse(await readFile(join(folder, '.status', file), 'utf8'));
    last = status;
    return wanted(status);
  };
  return eventually(`${file} is as wanted`, probe, { timeoutMs: 15_000 }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}\n${log}`);
  });
}

type Session = NonNullable<SpeakerReport['sessions']>[number];

const session = (wanted: (session: Session) => boolean) =>
  reported('speakerstatuses.berth.dev/n1.yaml', ({ sessions }) => (sessions as Session[]).find(wanted));

/** The condition `berth.dev/Announced` of the Service, once its reason is this. */
const announced = (reason: string) =>
  reported('services/default/web.yaml', ({ conditions }) =>
    (conditions as { type: string; reason: string; message: string }[]).find(
      (each) => each.type === 'berth.dev/Announced' && each.reason === reason,
    ),
  );

describe('a Service with addresses of both families', () => {
  it('is announced in part to a router that carries IPv4 alone, and everybody says so', async () => {
    await address('add', '2001:db8::11/64', 'nodad');
    const router = await start(IPV4);
    await router.shows(['show', 'route'], new RegExp(V4));
    const { families, notCarried } = await session((each) => each.state === 'Established' && each.advertised === 1);
    expect([families, notCarried]).toMatchObject([['IPv4'], [{ family: 'IPv6', reason: 'FamilyNotNegotiated' }]]);
    const { message } = await announced('PartlyAnnounced');
    expect(message).toMatch(
      /2001:db8:1::: node n1 does not advertise it to tor \(FamilyNotNegotiated\): the router did not offer IPv6/,
    );
    const says = (...command: readonly string[]) => node.run('node', berth, ...command, '--dir', folder);
    const carried = /IPv4, not IPv6 \(FamilyNotNegotiated\)/;
    expect(await says('get', 'sessions', '-o', 'wide')).toMatch(carried);
    const peer = await says('explain', 'peer/tor');
    expect(peer).toMatch(/needs attention: FamilyNotNegotiated\nWhy: +node n1: the router did not offer IPv6/);
    expect(peer).toMatch(carried);
    expect(await says('explain', 'service/web')).toMatch(
      /n1 +tor +Established +FamilyNotNegotiated +the router did not/,
    );
    expect(await says('explain', 'address/2001:db8:1::')).toMatch(/n1 +tor +Established +FamilyNotNegotiated/);
    await router.configure(BIRD(`${IPV4} ${IPV6}`));
    await router.shows(['show', 'route'], new RegExp(V6), 30_000);
    await announced('Announced');
  });

  it('follows the IPv6 address of the node: without a new session, and IPv4 is not touched', async () => {
    const router = await start(`${IPV4} ${IPV6}`);
    await router.shows(['show', 'route'], new RegExp(V4));
    const { since } = await session(({ notCarried }) => notCarried?.[0]?.reason === 'NoNextHop');
    expect((await announced('PartlyAnnounced')).message).toMatch(
      /\(NoNextHop\): eth0, where the session runs from 192\.0\.2\.11, has no IPv6 address/,
    );
    const before = await router.ask('show', 'protocols', 'berth');
    const ipv4 = await router.ask('show', 'route', 'all', V4);
    await address('add', '2001:db8::11/64');
    expect(await router.shows(['show', 'route', 'all', V6], /next_hop/)).toMatch(/BGP.next_hop: 2001:db8::11\b/);
    await announced('Announced');
    // A newer address changes nothing, as long as the one that routes lead to is there.
    await address('add', '2001:db8::12/64');
    await address('add', '2001:db8::13/64');
    await address('del', '2001:db8::12/64');
    await address('del', '2001:db8::11/64');
    await router.shows(['show', 'route', 'all', V6], /BGP.next_hop: 2001:db8::13\b/);
    await address('del', '2001:db8::13/64');
    await router.shows(['show', 'route', 'count'], /^1 of 1 routes for 1 networks in table master4\n0 of 0 /m);
    await session(({ notCarried }) => notCarried?.[0]?.reason === 'NoNextHop');
    await announced('PartlyAnnounced');
    const updates = await router.ask('show', 'protocols', 'all', 'berth');
    const [, v6 = ''] = updates.split('Channel ipv6');
    // Told, told anew with another next hop, and withdrawn once.
    expect(v6).toMatch(/Import updates: +2 /);
    expect(v6).toMatch(/Import withdraws: +1 /);
    expect(await router.ask('show', 'route', 'all', V4)).toBe(ipv4);
    expect(await router.ask('show', 'protocols', 'berth')).toBe(before);
    expect((await session(({ state }) => state === 'Established')).since).toBe(since);
  });

  it('leads no route to an IPv6 address that another machine has', async () => {
    await node.run('sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=1');
    const router = await start(`${IPV4} ${IPV6}`);
    await session(({ notCarried }) => notCarried?.[0]?.reason === 'NoNextHop');
    await address('add', '2001:db8::1/64');
    await eventually('the kernel knows that it is a duplicate', async () =>
      /dadfailed/.test(await address('show')) ? true : undefined,
    );
    await address('add', '2001:db8::11/64');
    // On probation for a second.
    expect(await address('show', 'tentative')).toContain('2001:db8::11/64');
    await router.shows(['show', 'route', 'all', V6], /BGP.next_hop: 2001:db8::11\b/);
    expect(await address('show', 'tentative')).not.toContain('2001:db8::11/64');
    const [, updates = ''] = (await router.ask('show', 'protocols', 'all', 'berth')).split('Channel ipv6');
    expect(updates).toMatch(/Import updates: +1 /);
  });

  it('follows the IPv4 address of the node over IPv6 likewise', async () => {
    await address('add', '2001:db8::11/64', 'nodad');
    const router = await start(`${IPV4} ${IPV6}`, OVER_IPV6);
    await router.shows(['show', 'route', 'count'], /^1 of 1 .* master4\n1 of 1 .* master6/m);
    const before = await router.ask('show', 'protocols', 'berth');
    const ipv6 = await router.ask('show', 'route', 'all', V6);
    await node.run('ip', 'address', 'del', '192.0.2.11/24', 'dev', 'eth0');
    await router.shows(['show', 'route', 'count'], /^0 of 0 .* master4\n1 of 1 .* master6/m);
    const { notCarried } = await session((each) => each.notCarried !== undefined);
    expect(notCarried).toMatchObject([{ family: 'IPv4', reason: 'NoNextHop' }]);
    await node.run('ip', 'address', 'add', '192.0.2.12/24', 'dev', 'eth0');
    await router.shows(['show', 'route', 'all', V4], /BGP.next_hop: 192\.0\.2\.12\b/);
    expect(await router.ask('show', 'route', 'all', V6)).toBe(ipv6);
    expect(await router.ask('show', 'protocols', 'berth')).toBe(before);
  });
});
