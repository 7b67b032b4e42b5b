import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../test/lab/eventually.ts';
import { ip, type Member, Segment } from '../../test/lab/network.ts';
import { assignedPeer, BgpWorker } from '../../test/lab/speaker/bgp-worker.ts';
import { bundleWire } from '../../test/lab/speaker/bundle.ts';
import { Probe } from './probe.ts';

export const NODES = ['n1', 'n2', 'n3'] as const;
export type NodeName = (typeof NODES)[number];
export type RouterMake = 'bird' | 'frr';
/** The two ways to have a peer, as the design has them. */
export type Choice = 'fast' | 'graceful';

/** The address that all nodes advertise. */
const ADDRESS = '198.51.100.1';
const PORT = 7777;
const ADDRESSES: Readonly<Record<NodeName, string>> = { n1: '192.0.2.11', n2: '192.0.2.12', n3: '192.0.2.13' };
/** Seconds for which routes outlive a graceful restart: a dead node keeps its flows for so long. */
const RESTART_TIME = 3;
const BFD = { receiveInterval: 50, transmitInterval: 50, detectMultiplier: 3, passive: false, minimumTtl: 254 };
const PATIENCE = { timeoutMs: 60_000, intervalMs: 20 };

const BIRD = (choice: Choice): string => `
router id 192.0.2.1;
protocol device {}
protocol kernel { merge paths yes limit 16; ipv4 { import none; export filter { if source = RTS_BGP then accept; reject; }; }; }
protocol bfd { interface "eth0" { min rx interval 50 ms; min tx interval 50 ms; multiplier 3; }; }
${NODES.map(
  (node) => `protocol bgp ${node} {
  local as 64513; neighbor ${ADDRESSES[node]} as 64512; connect delay time 1; error wait time 1, 1; connect retry time 1;
  ${choice === 'graceful' ? 'bfd graceful; graceful restart on;' : 'bfd on;'}
  ipv4 { import all; export none; };
}`,
).join('\n')}
`;

const FRR_FAST = ['remote-as 64512', 'timers connect 1', 'bfd 3 50 50'];
const FRR_NEIGHBOR: Readonly<Record<Choice, readonly string[]>> = {
  fast: FRR_FAST,
  graceful: [...FRR_FAST, 'graceful-restart-helper'],
};
const FRR = (choice: Choice): string => `router bgp 64513
 bgp router-id 192.0.2.1
 no bgp ebgp-requires-policy
${NODES.flatMap((node) => FRR_NEIGHBOR[choice].map((line) => ` neighbor ${ADDRESSES[node]} ${line}`)).join('\n')}
 address-family ipv4 unicast
  maximum-paths 16
 exit-address-family
`;

/** Three nodes that advertise one address to one router with equal paths, and a client behind that. */
export class EcmpLab {
  readonly #lan: Segment;
  readonly #outside: Segment;
  readonly #nodes: ReadonlyMap<string, Member>;
  readonly #tor: Member;
  readonly #wire: string;
  readonly #programs: string;
  readonly #workers = new Map<NodeName, BgpWorker>();
  readonly probe: Probe;

  private constructor(
    lan: Segment,
    outside: Segment,
    { tor, client, wire, programs }: { tor: Member; client: Member; wire: string; programs: string },
  ) {
    this.#lan = lan;
    this.#outside = outside;
    this.#tor = tor;
    this.#wire = wire;
    this.#programs = programs;
    this.#nodes = new Map(lan.members.map((member) => [member.name, member]));
    this.probe = new Probe(client, programs, ADDRESS, PORT);
  }

  static async create(programs: string): Promise<EcmpLab> {
    const lan = await Segment.create('lan');
    const outside = await Segment.create('out');
    const tor = await lan.add({ name: 'tor', addresses: ['192.0.2.1/24'] });
    await ip('link', 'add', 'out-tor', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', 'tor');
    await ip('link', 'set', 'out-tor', 'master', 'out', 'up');
    await tor.run('ip', 'address', 'add', '203.0.113.1/24', 'dev', 'eth1');
    await tor.run('ip', 'link', 'set', 'eth1', 'up');
    await tor.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.fib_multipath_hash_policy=1');
    const client = await outside.add({ name: 'client', addresses: ['203.0.113.9/24'] });
    await client.run('ip', 'route', 'add', 'default', 'via', '203.0.113.1');
    for (const name of NODES) {
      const node = await lan.add({ name, addresses: [`${ADDRESSES[name]}/24`] });
      await node.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1');
      await node.run('ip', 'address', 'add', `${ADDRESS}/32`, 'dev', 'lo');
    }
    return new EcmpLab(lan, outside, { tor, client, wire: await bundleWire(), programs });
  }

  /** Starts the router, and a speaker and a server on each node; waits until the router has all paths. */
  async start(make: RouterMake, choice: Choice): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'ecmp-'));
    if (make === 'bird') await this.#startBird(folder, choice);
    else await this.#startFrr(folder, choice);
    for (const name of NODES) {
      const file = join(this.#programs, 'echo-process.mjs');
      this.#member(name).spawn(process.execPath, [file, ADDRESS, `${PORT}`, name], { stdio: 'ignore' });
    }
    await Promise.all(NODES.map((name) => this.startSpeaker(name, choice)));
    await this.hasPaths(NODES.length);
  }

  async startSpeaker(name: NodeName, choice: Choice): Promise<void> {
    const node = this.#member(name);
    const worker = await BgpWorker.start(node, this.#wire);
    this.#workers.set(name, worker);
    const gracefulRestartTime = choice === 'graceful' ? RESTART_TIME : undefined;
    const bgpIdentifier = 0xc000020b + NODES.indexOf(name);
    await worker.assign(node, assignedPeer({ bfd: BFD, bgpIdentifier, gracefulRestartTime }));
    worker.advertise({ [`${ADDRESS}/32`]: { communities: [], largeCommunities: [] } });
  }

  speaker(name: NodeName): BgpWorker {
    const worker = this.#workers.get(name);
    if (worker === undefined) throw new Error(`bench: no speaker on ${name}`);
    return worker;
  }

  /** Waits until BFD and BGP of a node are up. */
  async isGuarded(name: NodeName): Promise<void> {
    await this.speaker(name).until(
      'session and BFD are up',
      ({ state, bfd }) => state === 'Established' && bfd === 'Up',
      PATIENCE.timeoutMs,
    );
  }

  /** What a power cut does: no frame comes any more, and the speaker is gone. */
  async cut(name: NodeName): Promise<void> {
    await this.#member(name).setCable(false);
    this.speaker(name).process.kill('SIGKILL');
  }

  async plugIn(name: NodeName): Promise<void> {
    await this.#member(name).setCable(true);
  }

  /** Waits until the kernel of the router has so many equal paths. */
  async hasPaths(count: number): Promise<void> {
    const probe = async () => {
      const shown = await this.#tor.run('ip', 'route', 'show', ADDRESS);
      return [...shown.matchAll(/via /g)].length === count ? true : undefined;
    };
    await eventually(`the router has ${count} paths`, probe, PATIENCE);
  }

  /** Ends the speakers and the router; a node that was cut off is not any more. */
  async stop(): Promise<void> {
    for (const name of NODES) {
      await this.#member(name).killAll();
      await this.plugIn(name);
    }
    await this.#tor.killAll();
    await this.#tor.try('ip', 'route', 'flush', 'root', `${ADDRESS}/32`);
  }

  async dispose(): Promise<void> {
    await this.#outside.dispose();
    await this.#lan.dispose();
  }

  #member(name: string): Member {
    const member = this.#nodes.get(name) ?? this.#lan.members.find((each) => each.name === name);
    if (member === undefined) throw new Error(`bench: no machine ${name}`);
    return member;
  }

  async #startBird(folder: string, choice: Choice): Promise<void> {
    await writeFile(join(folder, 'bird.conf'), BIRD(choice));
    const args = ['-f', '-c', join(folder, 'bird.conf'), '-s', join(folder, 'bird.ctl')];
    this.#tor.spawn('bird', args, { stdio: 'ignore' });
  }

  async #startFrr(folder: string, choice: Choice): Promise<void> {
    await writeFile(join(folder, 'bgpd.conf'), FRR(choice));
    for (const daemon of ['zebra', 'bfdd']) await writeFile(join(folder, `${daemon}.conf`), '\n');
    await this.#tor.run('chown', '-R', 'frr:frr', folder);
    const run = (daemon: string, ...more: readonly string[]) => {
      const path = (name: string) => join(folder, name);
      const files = ['-f', path(`${daemon}.conf`), '-i', path(`${daemon}.pid`), '-z', path('zserv')];
      const args = ['-P', '0', '--vty_socket', folder, ...files, ...more];
      this.#tor.spawn(`/usr/lib/frr/${daemon}`, args, { stdio: 'ignore' });
    };
    run('zebra');
    await eventually('zebra answers', () => this.#tor.run('vtysh', '--vty_socket', folder, '-c', 'show version'));
    run('bfdd', '--bfdctl', join(folder, 'bfdd.sock'));
    run('bgpd');
  }
}
