import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AssignedPeer } from '../../../src/speaker/wire/bgp-messages.ts';
import { type Member, Segment } from '../network.ts';
import { assignedPeer, BgpWorker } from './bgp-worker.ts';
import { Bird } from './bird.ts';
import { bundleWire } from './bundle.ts';

let folder: string;
let segment: Segment;
let node: Member;
let tor: Member;
let bird: Bird | undefined;

beforeAll(async () => {
  folder = await bundleWire();
  segment = await Segment.create('bgp');
  node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24', '2001:db8::11/64'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
});

afterAll(async () => {
  await segment?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const member of [node, tor]) await member.killAll();
  await bird?.remove();
});

/** A BIRD that speaks BGP with the node. */
function configuration(body: string, { as = 64513, neighbor = '192.0.2.11' } = {}): string {
  return `
router id 192.0.2.1;
protocol device {}
protocol bfd { interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
protocol bgp berth {
  local as ${as};
  neighbor ${neighbor} as 64512;
  connect delay time 1; error wait time 1, 2;
  ${body}
}
`;
}

const IPV6 = 'ipv6 { import all; export none; };';
const IPV4 = 'ipv4 { import all; export none; };';

async function startBird(body: string, options?: Parameters<typeof configuration>[1]): Promise<Bird> {
  bird = await Bird.start(tor, configuration(body, options));
  return bird;
}

/** Starts a worker with one peer and its routes, and waits for the session. */
async function started(
  more: Partial<AssignedPeer>,
  routes: Parameters<BgpWorker['advertise']>[0],
  comesUp = true,
): Promise<BgpWorker> {
  const worker = await BgpWorker.start(node, folder);
  await worker.assign(node, assignedPeer(more));
  const complete = Object.entries(routes).map(([prefix, attributes]) => {
    return [prefix, { communities: [], largeCommunities: [], ...attributes }] as const;
  });
  worker.advertise(Object.fromEntries(complete));
  if (comesUp) await worker.established();
  return worker;
}

describe('a session with BIRD', () => {
  it('carries IPv4 routes with their attributes, changes and withdrawals', async () => {
    const router = await startBird(IPV4);
    const worker = await BgpWorker.start(node, folder);
    await worker.assign(node, assignedPeer());
    worker.advertise({
      '198.51.100.1/32': {
        multiExitDisc: 7,
        prepend: 2,
        communities: [(64512 << 16) >>> 0, 0xffff0000],
        largeCommunities: [[64512, 1, 2]],
      },
      '198.51.100.0/24': { communities: [], largeCommunities: [] },
    });
    await worker.established();
    await router.established();
    const shown = await router.shows(['show', 'route', 'all', '198.51.100.1/32'], /large_community/);
    expect(shown).toContain('BGP.as_path: 64512 64512 64512');
    expect(shown).toContain('BGP.next_hop: 192.0.2.11');
    expect(shown).toContain('BGP.med: 7');
    expect(shown).toMatch(/BGP.community: \(64512,0\) \(65535,0\)/);
    expect(shown).toContain('BGP.large_community: (64512, 1, 2)');
    await router.shows(['show', 'route', 'count'], /^2 of 2 routes/m);
    await worker.until('both are told', ({ advertised }) => advertised === 2);
    worker.change({ '198.51.100.1/32': null, '198.51.100.2/32': { communities: [], largeCommunities: [] } });
    await router.shows(['show', 'route'], /198.51.100.2\/32/);
    expect(await router.ask('show', 'route')).not.toContain('198.51.100.1/32');
    expect(await router.ask('show', 'protocols', 'all', 'berth')).toContain('Import updates:              3');
  });

  it('carries IPv6 routes with both next hops, and local-pref within one AS', async () => {
    const router = await startBird(IPV6, { as: 64512, neighbor: '2001:db8::11' });
    const peer = { peerAs: 'internal', address: '2001:db8::1', families: ['IPv6'] } as const;
    await started(peer, { '2001:db8:1::1/128': { localPref: 300, communities: [], largeCommunities: [] } });
    await router.established();
    const shown = await router.shows(['show', 'route', 'all', '2001:db8:1::1/128'], /local_pref/);
    expect(shown).toContain('BGP.local_pref: 300');
    expect(shown).toMatch(/BGP.next_hop: 2001:db8::11 fe80::/);
  });

  it.each([
    ['over IPv4', '192.0.2.1', '192.0.2.11', false, '192.0.2.11', '2001:db8::11'],
    ['over IPv6', '2001:db8::1', '2001:db8::11', false, '192.0.2.11', '2001:db8::11'],
    ['over IPv6 with IPv6 next hops', '2001:db8::1', '2001:db8::11', true, '2001:db8::11', '2001:db8::11'],
  ])('carries both families %s', async (_, address, neighbor, extendedNextHop, ipv4, ipv6) => {
    const channel = extendedNextHop ? IPV4.replace('import', 'extended next hop; import') : IPV4;
    const router = await startBird(`${channel} ${IPV6}`, { neighbor });
    await started(
      { address, families: ['IPv4', 'IPv6'], extendedNextHop },
      { '198.51.100.1/32': {}, '2001:db8:1::1/128': {} },
    );
    await router.shows(['show', 'route', 'all', '198.51.100.1/32'], new RegExp(`next_hop: ${ipv4}\\b`));
    await router.shows(['show', 'route', 'all', '2001:db8:1::1/128'], new RegExp(`next_hop: ${ipv6}\\b`));
  });

  it('comes up by link-local addresses', async () => {
    const linkLocal = async (member: Member) => {
      const shown = await member.run('ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'link');
      return /fe80:[0-9a-f:]+/.exec(shown)?.[0] ?? '';
    };
    const channels = `${IPV4.replace('import', 'extended next hop; import')} ${IPV6}`;
    const router = await startBird(`interface "eth0"; ${channels}`, { neighbor: await linkLocal(node) });
    const address = await linkLocal(tor);
    const peer = { address, interface: 'eth0', families: ['IPv4', 'IPv6'], extendedNextHop: true } as const;
    await started(peer, { '198.51.100.1/32': {}, '2001:db8:1::1/128': {} });
    await router.shows(['show', 'route', 'all', '198.51.100.1/32'], /next_hop: 2001:db8::11 fe80/);
  });

  it.each([
    ['IPv4', '192.0.2.1', '192.0.2.11'],
    ['IPv6', '2001:db8::1', '2001:db8::11'],
  ] as const)('needs the same password over %s', async (family, address, neighbor) => {
    const router = await startBird(`${family === 'IPv4' ? IPV4 : IPV6} password "right";`, { neighbor });
    const worker = await started({ address, families: [family], password: 'wrong' }, {}, false);
    const failed = await worker.until('the failure is told', ({ lastError }) => lastError !== undefined, 20_000);
    expect(failed.lastError?.text).toMatch(/^TCP: no answer .* (signature is wrong or missing|password)/);
    await worker.assign(node, assignedPeer({ address, families: [family], password: 'right' }));
    await router.ask('restart', 'berth');
    await worker.established(30_000);
    await router.established();
  });

  it('comes up with TTL security on both sides, and not where the peer sends less', async () => {
    const router = await startBird(`${IPV4} ttl security on;`);
    const worker = await started({ ttlSecurityHops: 1 }, {});
    await worker.established();
    await router.configure(
      configuration(`${IPV4} ttl security off; multihop 5;`).replace('protocol bfd', 'protocol bfd'),
    );
    await worker.until('it is down', ({ state }) => state !== 'Established', 10_000);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(worker.session()?.state).not.toBe('Established');
  });

  it.each([
    ['IPv4', '192.0.2.1', '192.0.2.11'],
    ['IPv6', '2001:db8::1', '2001:db8::11'],
  ] as const)(
    'ends at once by BFD over %s when the router dies, and comes back with it',
    async (family, address, neighbor) => {
      const router = await startBird(`${family === 'IPv4' ? IPV4 : IPV6} bfd on;`, { neighbor });
      const bfd = { receiveInterval: 100, transmitInterval: 100, detectMultiplier: 3, passive: false, minimumTtl: 254 };
      const worker = await started({ address, families: [family], bfd }, {});
      await worker.until('BFD is up', (session) => session.bfd === 'Up' && session.state === 'Established');
      const [pid] = await tor.pids();
      process.kill(Number(pid), 'SIGSTOP');
      const before = performance.now();
      const ended = await worker.until('the session is down', ({ state }) => state !== 'Established', 3_000);
      expect(performance.now() - before).toBeLessThan(2_000);
      expect(ended.lastError).toMatchObject({ code: 6, subcode: 10 });
      process.kill(Number(pid), 'SIGCONT');
      await worker.established(30_000);
      await router.established();
    },
  );

  it('ends when the router is frozen for longer than the hold time, and comes back', async () => {
    const router = await startBird(IPV4);
    const worker = await started({ holdTime: 3 }, { '198.51.100.1/32': {} });
    await worker.established();
    const [pid] = await tor.pids();
    process.kill(Number(pid), 'SIGSTOP');
    const ended = await worker.until('the session is down', ({ state }) => state !== 'Established', 10_000);
    expect(ended.lastError).toMatchObject({ code: 4, subcode: 0, text: 'sent: Hold Timer Expired' });
    process.kill(Number(pid), 'SIGCONT');
    await worker.established(30_000);
    await router.shows(['show', 'route'], /198.51.100.1\/32/);
  });

  it('comes back with all routes after the router has restarted', async () => {
    const router = await startBird(IPV4);
    const worker = await started({}, { '198.51.100.1/32': {}, '198.51.100.2/32': {} });
    await worker.established();
    await tor.killAll();
    await worker.until('the session is down', ({ state }) => state !== 'Established');
    await router.run();
    await router.shows(['show', 'route', 'count'], /^2 of 2 routes/m, 30_000);
  });

  it('comes up where the router connects and we wait, and says farewell', async () => {
    const router = await startBird(IPV4);
    const worker = await started({ passive: true }, { '198.51.100.1/32': {} });
    await router.shows(['show', 'route', 'count'], /^1 of 1 routes/m, 20_000);
    worker.stop('Restart');
    await router.shows(['show', 'protocols', 'all', 'berth'], /Received: Administrative shutdown/, 3_000);
  });

  it('takes its routes along where the node leaves, though it would restart gracefully', async () => {
    const router = await startBird(`${IPV4} graceful restart on;`);
    const worker = await started({ gracefulRestartTime: 60 }, { '198.51.100.1/32': {} });
    await router.shows(['show', 'route', 'count'], /^1 of 1 routes/m, 20_000);
    worker.stop('Leave');
    await router.shows(['show', 'protocols', 'all', 'berth'], /Received: Administrative shutdown/, 3_000);
    await router.shows(['show', 'route', 'count'], /^0 of 0 routes/m);
  });

  it('leaves its routes behind where it restarts gracefully, and takes them up again', async () => {
    const router = await startBird(`${IPV4} graceful restart on;`);
    const worker = await started({ gracefulRestartTime: 60 }, { '198.51.100.1/32': {}, '198.51.100.2/32': {} });
    await router.shows(['show', 'route', 'count'], /^2 of 2 routes/m, 20_000);
    worker.stop('Restart');
    await router.shows(['show', 'protocols', 'berth'], /^berth +BGP +\S+ +(?!up)/m);
    expect(await router.ask('show', 'route', 'count')).toMatch(/^2 of 2 routes/m);
    await started({ gracefulRestartTime: 60 }, { '198.51.100.1/32': {} });
    await router.shows(['show', 'route', 'count'], /^1 of 1 routes/m, 20_000);
  });

  it('keeps its routes over a graceful restart that BFD sees', async () => {
    const router = await startBird(`${IPV4} graceful restart on; bfd graceful;`);
    const bfd = { receiveInterval: 100, transmitInterval: 100, detectMultiplier: 3, passive: false, minimumTtl: 254 };
    const worker = await started({ gracefulRestartTime: 60, bfd }, { '198.51.100.1/32': {} });
    await worker.until('BFD is up', (session) => session.bfd === 'Up');
    await router.shows(['show', 'route', 'count'], /^1 of 1 routes/m, 20_000);
    worker.stop('Restart');
    await router.shows(['show', 'protocols', 'berth'], /^berth +BGP +\S+ +(?!up)/m);
    await router.shows(['show', 'bfd', 'sessions'], /192\.0\.2\.11 .* Down/);
    expect(await router.ask('show', 'route', 'count')).toMatch(/^1 of 1 routes/m);
    const next = await started({ gracefulRestartTime: 60, bfd }, { '198.51.100.1/32': {} });
    await next.until('BFD is up again', (session) => session.bfd === 'Up');
    expect(await router.ask('show', 'route', 'count')).toMatch(/^1 of 1 routes/m);
  });

  it('is asked for other ways before a node leaves', async () => {
    const router = await startBird(IPV4);
    const worker = await started({}, { '198.51.100.1/32': {} });
    await router.shows(['show', 'route', 'count'], /^1 of 1 routes/m, 20_000);
    worker.stop('Leave');
    await router.shows(['show', 'route', 'all'], /BGP.community: \(65535,0\)/, 1_500);
    await router.shows(['show', 'protocols', 'all', 'berth'], /Received: Administrative shutdown/, 3_000);
    await router.shows(['show', 'route', 'count'], /^0 of 0 routes/m);
  });

  it.each(['Restart', 'Leave'] as const)('hears why we %s before it sees that BFD ends', async (reason) => {
    // It shows what it heard until it connects again.
    const router = await startBird(`${IPV4} bfd on; connect delay time 60; error wait time 60, 60;`);
    const bfd = { receiveInterval: 100, transmitInterval: 100, detectMultiplier: 3, passive: false, minimumTtl: 254 };
    const worker = await started({ bfd }, {});
    await worker.until('BFD is up', (session) => session.bfd === 'Up' && session.state === 'Established');
    worker.stop(reason);
    await router.shows(['show', 'protocols', 'all', 'berth'], /Received: Administrative shutdown/, 3_000);
  });

  it('tells all again when asked to, and takes 10,000 routes back at once', async () => {
    const router = await startBird(IPV4);
    const many = Array.from({ length: 10_000 }, (_, i) => `10.64.${i >> 8}.${i & 255}/32`);
    const worker = await started({}, Object.fromEntries(many.map((prefix) => [prefix, {}])));
    await router.shows(['show', 'route', 'count'], /^10000 of 10000 routes/m);
    await router.ask('reload', 'in', 'berth');
    await router.shows(['show', 'protocols', 'all', 'berth'], /Import updates: +20000 /);
    worker.advertise({});
    await router.shows(['show', 'route', 'count'], /^0 of 0 routes/m);
    await worker.established();
  });

  it('is refused in words where an AS number is wrong', async () => {
    await startBird(IPV4, { as: 64999 });
    const worker = await started({}, {}, false);
    const failed = await worker.until('the failure is told', ({ lastError }) => (lastError?.code ?? 0) > 0);
    expect(failed.lastError).toMatchObject({ code: 2, subcode: 2 });
    expect(failed.lastError?.text).toContain('Bad Peer AS');
  });
});
