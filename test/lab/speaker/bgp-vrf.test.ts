import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { ip, type Member, Segment } from '../network.ts';
import { assignedPeer, BgpWorker } from './bgp-worker.ts';
import { Bird } from './bird.ts';
import { bundleWire } from './bundle.ts';

/** Both routers have this address, and the node has one at either end: only what a socket is bound to tells them apart. */
const ROUTER = '192.0.2.1';
const NODE = '192.0.2.11';
const BFD = { receiveInterval: 100, transmitInterval: 100, detectMultiplier: 3, passive: false, minimumTtl: 254 };
const ATTRIBUTES = { communities: [], largeCommunities: [] };

const configuration = (as: number, more = ''): string => `
router id ${ROUTER};
protocol device {}
protocol bfd { interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
protocol bgp berth {
  local as ${as}; neighbor ${NODE} as 64512; connect delay time 1; error wait time 1, 2; bfd on; ${more}
  ipv4 { import all; export none; };
}
`;

let folder: string;
let segments: readonly Segment[] = [];
let node: Member;
let tor: Member;
let other: Member;
let birds: readonly Bird[] = [];

beforeAll(async () => {
  folder = await bundleWire();
  const [first, second] = [await Segment.create('one'), await Segment.create('two')];
  segments = [first, second];
  node = await first.add({ name: 'node', addresses: [`${NODE}/24`] });
  tor = await first.add({ name: 'tor', addresses: [`${ROUTER}/24`] });
  other = await second.add({ name: 'other', addresses: [`${ROUTER}/24`] });
  await ip('link', 'add', 'two-node', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', 'node');
  await ip('link', 'set', 'two-node', 'master', 'two', 'up');
  await node.run('sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.eth1.rp_filter=0');
  await node.run('ip', 'link', 'set', 'eth1', 'up');
  await node.run('ip', 'address', 'add', `${NODE}/24`, 'dev', 'eth1');
});

afterAll(async () => {
  for (const segment of segments) await segment.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const member of [node, tor, other]) await member.killAll();
  for (const bird of birds) await bird.remove();
});

async function startRouters(more = ''): Promise<readonly [Bird, Bird]> {
  const both = [
    await Bird.start(tor, configuration(64513)),
    await Bird.start(other, configuration(64514, more)),
  ] as const;
  birds = both;
  return both;
}

async function eth1(): Promise<{ readonly name: string; readonly index: number }> {
  const [link] = JSON.parse(await node.run('ip', '-j', 'link', 'show', 'eth1')) as { ifindex: number }[];
  return { name: 'eth1', index: link?.ifindex ?? 0 };
}

/** All that binds sockets runs as with a VRF; an Ethernet interface stands for one, as not every kernel has VRFs. */
describe('a session whose sockets are bound to an interface', () => {
  it('is with the router that is reached there, beside one with another at the same address', async () => {
    const [router, far] = await startRouters();
    const worker = await BgpWorker.start(node, folder);
    const red = assignedPeer({ peer: 'red', peerAs: 64514, vrf: await eth1(), bfd: BFD });
    await worker.assign(node, assignedPeer({ bfd: BFD }), red);
    worker.advertise({ '198.51.100.1/32': ATTRIBUTES });
    worker.advertise({ '198.51.100.2/32': ATTRIBUTES }, 'red');
    for (const peer of ['tor', 'red']) {
      const isUp = async () => {
        const { state, bfd, advertised } = worker.session(peer) ?? {};
        return (state === 'Established' && bfd === 'Up' && advertised === 1) || undefined;
      };
      await eventually(`${peer} is Established, and BFD is up`, isUp, { timeoutMs: 30_000 });
    }
    expect(await router.shows(['show', 'route'], /198.51.100.1\/32/)).not.toContain('198.51.100.2/32');
    expect(await far.shows(['show', 'route', 'all'], /198.51.100.2\/32/)).not.toContain('198.51.100.1/32');
    expect(await far.ask('show', 'route', 'all')).toContain(`BGP.next_hop: ${NODE}`);
    const connections = await node.run('ss', '-Htn', 'state', 'established', 'dst', ROUTER);
    expect(connections).toMatch(new RegExp(`${NODE}%eth1:`));
    expect(connections).toMatch(new RegExp(`${NODE}:`));
    const watching = await node.run('ss', '-Huln', 'sport = 3784');
    expect(watching).toMatch(/%eth1:3784/);
    expect(watching).toMatch(/%eth0:3784/);
  });

  it('is had by who connects there with the password, and by nobody elsewhere', async () => {
    const [router, far] = await startRouters('password "hush";');
    const worker = await BgpWorker.start(node, folder);
    const red = assignedPeer({ peer: 'red', peerAs: 64514, vrf: await eth1(), passive: true, password: 'hush' });
    await worker.assign(node, red);
    worker.advertise({ '198.51.100.2/32': ATTRIBUTES }, 'red');
    await far.shows(['show', 'route'], /198.51.100.2\/32/, 30_000);
    expect(await node.run('ss', '-Hltn', 'sport = 179')).toMatch(/%eth1:179/);
    // The router may have the route before the worker has told of its session.
    await eventually('red is Established', async () => worker.session('red')?.state === 'Established' || undefined);
    await router.shows(['show', 'protocols', 'all', 'berth'], /Last error: +Socket: Connection refused/, 20_000);
  });
});
