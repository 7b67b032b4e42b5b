import { type ChildProcess, execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { SpeakerReport } from '../../../src/api/speaker-status.ts';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';

type Session = NonNullable<SpeakerReport['sessions']>[number];

/** A router that is started with what `berth router-config` printed, and nothing else that says anything of Berth. */
interface Router {
  readonly vendor: string;
  start(member: Member, folder: string, generated: string): Promise<void>;
  /** What it shows of its routes. */
  show(member: Member, folder: string, family: 'ipv4' | 'ipv6'): Promise<string>;
}

const QUIET = { stdio: 'ignore' } as const;

const BIRD: Router = {
  vendor: 'bird',
  async start(member, folder, generated) {
    await writeFile(join(folder, 'berth.conf'), generated);
    const own = `router id 192.0.2.1;\nprotocol device {}\ninclude "${join(folder, 'berth.conf')}";\n`;
    await writeFile(join(folder, 'bird.conf'), own);
    await member.run('bird', '-p', '-c', join(folder, 'bird.conf'));
    member.spawn('bird', ['-f', '-c', join(folder, 'bird.conf'), '-s', join(folder, 'ctl')], QUIET);
  },
  show: async (member, folder) => (await member.try('birdc', '-s', join(folder, 'ctl'), 'show', 'route')).stdout,
};

const FRR: Router = {
  vendor: 'frr',
  async start(member, folder, generated) {
    await writeFile(join(folder, 'frr.conf'), generated);
    // It gives up its rights before it makes its sockets.
    await member.run('chown', 'frr:frr', folder);
    for (const daemon of ['zebra', 'bfdd', 'bgpd']) {
      await writeFile(join(folder, `${daemon}.conf`), '');
      const files = ['-f', join(folder, `${daemon}.conf`), '-i', join(folder, `${daemon}.pid`), '--vty_socket', folder];
      const more = daemon === 'bfdd' ? ['--bfdctl', join(folder, 'bfdd.sock')] : [];
      const zebra = ['-z', join(folder, 'zserv'), '-P', '0'];
      member.spawn(`/usr/lib/frr/${daemon}`, [...zebra, ...files, ...more], QUIET);
      await eventually(`${daemon} answers`, async () => {
        const { status } = await member.try('vtysh', '--vty_socket', folder, '-d', daemon, '-c', 'show version');
        return status === 0 ? true : undefined;
      });
    }
    const { status, stdout, stderr } = await member.try(
      'vtysh',
      '--vty_socket',
      folder,
      '-f',
      join(folder, 'frr.conf'),
    );
    expect([status, stderr, stdout.match(/.*(Unknown|Ambiguous|%).*/)?.[0]]).toEqual([0, '', undefined]);
  },
  show: async (member, folder, family) =>
    (await member.try('vtysh', '--vty_socket', folder, '-c', `show bgp ${family} unicast`)).stdout,
};

const GOBGP: Router = {
  vendor: 'gobgp',
  async start(member, folder, generated) {
    await writeFile(join(folder, 'gobgpd.toml'), generated);
    member.spawn('gobgpd', ['-f', join(folder, 'gobgpd.toml'), '--api-hosts', '127.0.0.1:50051'], QUIET);
  },
  show: async (member, _folder, family) => (await member.try('gobgp', 'global', 'rib', '-a', family)).stdout,
};

const OPENBGPD: Router = {
  vendor: 'openbgpd',
  async start(member, folder, generated) {
    const file = join(folder, 'bgpd.conf');
    await mkdir('/run/openbgpd', { recursive: true });
    await writeFile(file, `fib-update no\nsocket "${join(folder, 'bgpd.sock')}"\n${generated}`);
    await chmod(file, 0o600);
    await member.run('/usr/sbin/bgpd', '-n', '-f', file);
    member.spawn('/usr/sbin/bgpd', ['-d', '-f', file], QUIET);
  },
  show: async (member, folder) => (await member.try('bgpctl', '-s', join(folder, 'bgpd.sock'), 'show', 'rib')).stdout,
};

const object = (kind: string, name: string, spec: string) =>
  `apiVersion: berth.dev/v1beta1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n---\n`;
const service = (name: string, more: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {type: LoadBalancer, ports: [{port: 80}]${more}}\n`;
const OBJECTS = [
  object('IPAddressPool', 'public', '{addresses: [198.51.100.0/24, 2001:db8:1::/64]}'),
  object('BGPAdvertisement', 'all', '{communities: ["64512:7"]}'),
  object('BFDProfile', 'fast', '{receiveInterval: 100, transmitInterval: 100}'),
].join('');
const BOTH = ', ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack';

let berth: string;
let segment: Segment;
let node: Member;
let tor: Member;
let folder: string;
let run: string;

beforeAll(async () => {
  berth = await buildBerth();
});
beforeEach(async () => {
  segment = await Segment.create('rc');
  node = await segment.add({ name: 'n1', addresses: ['192.0.2.11/24', '2001:db8::11/64'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
  folder = await mkdtemp(join(tmpdir(), 'objects-'));
  run = await mkdtemp(join(tmpdir(), 'router-'));
});
afterEach(async () => {
  await segment.dispose();
  await rm(folder, { recursive: true });
  await rm(run, { recursive: true });
});

function start(): ChildProcess {
  return node.spawn('node', [berth, 'standalone', folder, '--node', 'n1'], QUIET);
}

async function put(name: string, content: string): Promise<void> {
  await writeFile(join(folder, `.${name}`), content);
  await rename(join(folder, `.${name}`), join(folder, name));
}

function reported(what: string, wanted: (session: Session) => boolean): Promise<Session> {
  let last: unknown;
  const probe = async () => {
    const text = await readFile(join(folder, '.status/speakerstatuses.berth.dev/n1.yaml'), 'utf8').catch(() => '');
    const sessions: readonly Session[] = parse(text)?.status?.sessions ?? [];
    last = sessions;
    return sessions.find(wanted);
  };
  return eventually(what, probe, { timeoutMs: 40_000, intervalMs: 100 }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
  });
}

async function generated(vendor: string, ...more: readonly string[]): Promise<string> {
  const args = [berth, 'router-config', 'tor', '--vendor', vendor, '--dir', folder, '--show-password', ...more];
  const { stdout, stderr } = await promisify(execFile)('node', args);
  expect(stderr).toBe('');
  return stdout;
}

const LOCAL = 'myASN: 64512, peerASN: 64513, connectTime: 1s';
const IPV4 = `${LOCAL}, peerAddress: 192.0.2.1`;

/** The other settings are in bgp-interop.test.ts, where the same is loaded without the command line. */
const FULL = `${IPV4}, password: hush-4711, bfdProfile: fast, dualStackAddressFamily: true`;
const WITH_BFD = ['frr', 'bird'];
const UNNUMBERED = 'myASN: 64512, dynamicASN: external, interface: eth0, connectTime: 1s';
function shows(router: Router, family: 'ipv4' | 'ipv6', wanted: RegExp): Promise<true> {
  let shown = '';
  const probe = async () => {
    shown = await router.show(tor, run, family);
    return wanted.test(shown) || undefined;
  };
  return eventually(`${family} routes as ${wanted}`, probe, { timeoutMs: 20_000, intervalMs: 100 }).catch((error) => {
    throw new Error(`${String(error)}: ${shown}`);
  });
}

describe.each([BIRD, FRR, GOBGP, OPENBGPD])('what router-config prints for $vendor', (router) => {
  it('is all that a session needs, with MD5, BFD and both families', async () => {
    await put('objects.yaml', OBJECTS);
    await put('peer.yaml', object('BGPPeer', 'tor', `{${FULL}}`));
    await put('web.yaml', service('web', BOTH));
    start();
    await reported('the speaker tells of its session', () => true);
    await router.start(tor, run, await generated(router.vendor));
    const isGuarded = WITH_BFD.includes(router.vendor);
    await reported('it is Established', (each) => each.state === 'Established' && (!isGuarded || each.bfd === 'Up'));
    await shows(router, 'ipv4', /198\.51\.100\.0(\/32)?\b/);
    await shows(router, 'ipv6', /2001:db8:1::(\/128)?\b/);
  });

  it('lets in what the pools hold, and nothing else', async () => {
    await put('objects.yaml', OBJECTS);
    await put('peer.yaml', object('BGPPeer', 'tor', `{${IPV4}}`));
    await put('web.yaml', service('web', ''));
    start();
    await reported('the speaker tells of its session', () => true);
    await router.start(tor, run, await generated(router.vendor));
    await shows(router, 'ipv4', /198\.51\.100\.0(\/32)?\b/);
    await put('later.yaml', object('IPAddressPool', 'later', '{addresses: [203.0.113.0/24]}'));
    await put(
      'far.yaml',
      service('far', '').replace('{name: far}', '{name: far, annotations: {berth.dev/address-pool: later}}'),
    );
    await put(
      'api.yaml',
      service('api', '').replace('{name: api}', '{name: api, annotations: {berth.dev/address-pool: public}}'),
    );
    await reported('both are advertised', ({ advertised }) => advertised === 3);
    await shows(router, 'ipv4', /198\.51\.100\.1(\/32)?\b/);
    expect(await router.show(tor, run, 'ipv4')).not.toContain('203.0.113');
  });
});

// The others do not tell the node who they are.
it.each([BIRD, FRR])(
  'what router-config prints for $vendor is all that an unnumbered session needs',
  async (router) => {
    await put('objects.yaml', OBJECTS);
    await put('peer.yaml', object('BGPPeer', 'tor', `{${UNNUMBERED}}`));
    await put('web.yaml', service('web', BOTH));
    start();
    await reported('nobody is there yet', (each) => each.lastError?.cause === 'NoNeighbour');
    const text = await generated(router.vendor, '--as', '64513');
    await router.start(tor, run, text.replaceAll('INTERFACE-TO-n1', 'eth0'));
    const session = await reported('it is Established', (each) => each.state === 'Established');
    expect(session.address).toMatch(/^fe80::/);
    await shows(router, 'ipv4', /198\.51\.100\.0(\/32)?\b/);
    await shows(router, 'ipv6', /2001:db8:1::(\/128)?\b/);
  },
);
