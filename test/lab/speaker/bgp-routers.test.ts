import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { assignedPeer, BgpWorker } from './bgp-worker.ts';
import { bundleWire } from './bundle.ts';

/** A router of another make: how it is started, and what it shows of a prefix. */
interface Router {
  start(member: Member, folder: string, password: string | undefined): Promise<void>;
  show(member: Member, folder: string, family: 'ipv4' | 'ipv6', prefix: string): Promise<string>;
}

const FRR: Router = {
  async start(member, folder, password) {
    await writeFile(
      join(folder, 'bgpd.conf'),
      `router bgp 64513
 bgp router-id 192.0.2.1
 no bgp ebgp-requires-policy
 neighbor 192.0.2.11 remote-as 64512
 neighbor 192.0.2.11 timers connect 1
 ${password === undefined ? '' : `neighbor 192.0.2.11 password ${password}`}
 address-family ipv6 unicast
  neighbor 192.0.2.11 activate
 exit-address-family
`,
    );
    const files = ['-f', join(folder, 'bgpd.conf'), '-i', join(folder, 'bgpd.pid'), '--vty_socket', folder];
    const child = member.spawn('/usr/lib/frr/bgpd', ['-S', '-Z', '-P', '0', ...files], {
      stdio: 'ignore',
    });
    child.on('error', () => {});
  },
  show: async (member, folder, family, prefix) => {
    const command = `show bgp ${family} unicast ${prefix} json`;
    return (await member.try('vtysh', '--vty_socket', folder, '-c', command)).stdout;
  },
};

const GOBGP: Router = {
  async start(member, folder, password) {
    const families = ['ipv4-unicast', 'ipv6-unicast'].map(
      (name) => `[[neighbors.afi-safis]]\n[neighbors.afi-safis.config]\nafi-safi-name = "${name}"\n`,
    );
    await writeFile(
      join(folder, 'gobgpd.toml'),
      `[global.config]
as = 64513
router-id = "192.0.2.1"
[[neighbors]]
[neighbors.config]
neighbor-address = "192.0.2.11"
peer-as = 64512
${password === undefined ? '' : `auth-password = "${password}"`}
${families.join('')}`,
    );
    const child = member.spawn('gobgpd', ['-f', join(folder, 'gobgpd.toml'), '--api-hosts', '127.0.0.1:50051'], {
      stdio: 'ignore',
    });
    child.on('error', () => {});
  },
  show: async (member, _folder, family, prefix) =>
    (await member.try('gobgp', '-j', 'global', 'rib', '-a', family, prefix)).stdout,
};

let folder: string;
let run: string;
let segment: Segment;
let node: Member;
let tor: Member;

beforeAll(async () => {
  folder = await bundleWire();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  segment = await Segment.create('rt');
  node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24', '2001:db8::11/64'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
  run = await mkdtemp(join(tmpdir(), 'router-'));
});
afterEach(async () => {
  await segment.dispose();
  await rm(run, { recursive: true, force: true });
});

const PLAIN = { communities: [], largeCommunities: [] };

describe.each<[string, Router]>([
  ['FRR', FRR],
  ['GoBGP', GOBGP],
])('a session with %s', (_, router) => {
  const shows = (family: 'ipv4' | 'ipv6', prefix: string, wanted: RegExp) =>
    eventually(
      `${prefix} as ${wanted}`,
      async () => {
        const shown = await router.show(tor, run, family, prefix);
        return wanted.test(shown) ? shown : undefined;
      },
      { timeoutMs: 20_000, intervalMs: 100 },
    );

  it.each([
    ['without a password', undefined],
    ['with a password', 'hush'],
  ])('carries both families, changes and withdrawals %s', async (__, password) => {
    await router.start(tor, run, password);
    const worker = await BgpWorker.start(node, folder);
    await worker.assign(node, assignedPeer({ families: ['IPv4', 'IPv6'], password }));
    const large = { communities: [(64512 << 16) + 7], largeCommunities: [[64512, 1, 2]], multiExitDisc: 5 };
    worker.advertise({ '198.51.100.1/32': large, '198.51.100.2/32': PLAIN, '2001:db8:1::1/128': PLAIN });
    await worker.established(30_000);
    const shown = await shows('ipv4', '198.51.100.1/32', /192\.0\.2\.11/);
    expect(shown).toMatch(/64512:7|4227858439/);
    expect(shown).toMatch(/64512:1:2|"ASN":64512,"LocalData1":1,"LocalData2":2/);
    await shows('ipv6', '2001:db8:1::1/128', /2001:db8::11/);
    worker.change({ '198.51.100.1/32': null });
    await shows('ipv4', '198.51.100.1/32', /^(?!.*192\.0\.2\.11)/s);
    await shows('ipv4', '198.51.100.2/32', /192\.0\.2\.11/);
    await worker.until('it advertises two', ({ state, advertised }) => state === 'Established' && advertised === 2);
  });

  it('comes back after the router was killed, and says farewell to it', async () => {
    await router.start(tor, run, undefined);
    const worker = await BgpWorker.start(node, folder);
    await worker.assign(node, assignedPeer({ families: ['IPv4', 'IPv6'] }));
    worker.advertise({ '198.51.100.1/32': PLAIN });
    await worker.established(30_000);
    await tor.killAll();
    await worker.until('the session is down', ({ state }) => state !== 'Established');
    await router.start(tor, run, undefined);
    await worker.established(30_000);
    await shows('ipv4', '198.51.100.1/32', /192\.0\.2\.11/);
    worker.stop('Restart');
    await shows('ipv4', '198.51.100.1/32', /^(?!.*192\.0\.2\.11)/s);
  });
});
