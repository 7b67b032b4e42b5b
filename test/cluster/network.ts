import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ip, Member, Segment } from '../lab/network.ts';
import type { Machine } from './machine.ts';

/** Addresses of one machine, without prefix length. */
export interface AddressPair {
  readonly IPv4: string;
  readonly IPv6: string;
}

/** The machine of a node on the LAN, and the range of its pods. */
export interface NodeMachine {
  readonly name: string;
  /** 1 for `n1`. */
  readonly number: number;
  readonly machine: Member;
  readonly mac: string;
  readonly addresses: AddressPair;
  readonly podCIDRs: AddressPair;
  /** The networks of the pods that are on it. */
  readonly pods: Set<PodMachine>;
}

/** Where the API server listens: the bridge of the LAN. */
export const CONTROL_PLANE = { IPv4: '192.0.2.10', IPv6: '2001:db8::10' } as const;
/** All pods of the cluster. */
export const CLUSTER_CIDRS = { IPv4: '10.244.0.0/16', IPv6: 'fd00:244::/40' } as const;
const ROUTER = { IPv4: '192.0.2.1', IPv6: '2001:db8::1' } as const;
const CLIENT = { IPv4: '192.0.2.100', IPv6: '2001:db8::100' } as const;

/**
 * The LAN 192.0.2.0/24 and 2001:db8::/64: the control plane on the bridge itself (.10), nodes (.11, .12, …) that route
 * between it and their pods (10.244.N.0/24, fd00:244:N::/64), a router (.1) and a client (.100).
 */
export class ClusterNetwork {
  private constructor(
    readonly segment: Segment,
    readonly client: Member,
    readonly router: Member,
    readonly nodes: readonly NodeMachine[],
  ) {}

  static async create(count: number): Promise<ClusterNetwork> {
    const segment = await Segment.create('lan');
    await ip('address', 'add', `${CONTROL_PLANE.IPv4}/24`, 'dev', segment.name);
    await ip('address', 'add', `${CONTROL_PLANE.IPv6}/64`, 'dev', segment.name, 'nodad');
    const nodes: NodeMachine[] = [];
    for (let number = 1; number <= count; number++) nodes.push(await addNode(segment, number));
    const [client, router] = [
      await segment.add({ name: 'client', addresses: onLan(CLIENT), mac: '02:00:00:00:01:00' }),
      await segment.add({ name: 'router', addresses: onLan(ROUTER), mac: '02:00:00:00:02:54' }),
    ];
    await forward(router);
    for (const node of nodes) {
      await ipBatch(node.name, routes(node, nodes));
      // Pods speak to the API server.
      for (const family of ['IPv4', 'IPv6'] as const) {
        await ip('route', 'add', node.podCIDRs[family], 'via', node.addresses[family]);
      }
    }
    return new ClusterNetwork(segment, client, router, nodes);
  }

  /** Kills what runs on the LAN and in pods, and removes it. */
  async dispose(): Promise<void> {
    for (const pod of this.nodes.flatMap(({ pods }) => [...pods])) await pod.dispose();
    await this.segment.dispose();
  }
}

/** A pod's network namespace, connected to its node as the `ptp` plugin of CNI does it: nothing is bridged. */
export class PodMachine {
  private constructor(
    readonly machine: Machine,
    readonly addresses: AddressPair,
    readonly node: NodeMachine,
    /** The pod's interface on the node. */
    readonly port: string,
  ) {}

  /** `index` is from 2 to 254, unique on the node. */
  static async create(node: NodeMachine, index: number): Promise<PodMachine> {
    const name = `p${node.number}-${index}`;
    const port = `veth${index}`;
    const prefix = { IPv4: `10.244.${node.number}.`, IPv6: `fd00:244:${node.number}::` };
    const addresses = { IPv4: `${prefix.IPv4}${index}`, IPv6: `${prefix.IPv6}${index.toString(16)}` };
    await ip('netns', 'add', name);
    const pod = new PodMachine(new Member(name, port), addresses, node, port);
    node.pods.add(pod);
    await ip('-n', node.name, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    await ipBatch(node.name, [
      `link set ${port} up`,
      `address add ${prefix.IPv4}1/32 dev ${port}`,
      `address add ${prefix.IPv6}1/128 dev ${port} nodad`,
      `route add ${addresses.IPv4}/32 dev ${port}`,
      `route add ${addresses.IPv6}/128 dev ${port}`,
    ]);
    await ipBatch(name, [
      'link set lo up',
      'link set eth0 up',
      `address add ${addresses.IPv4}/32 dev eth0`,
      `address add ${addresses.IPv6}/128 dev eth0 nodad`,
      `route add ${prefix.IPv4}1 dev eth0`,
      `route add default via ${prefix.IPv4}1`,
      `route add ${prefix.IPv6}1 dev eth0`,
      `route add default via ${prefix.IPv6}1`,
    ]);
    return pod;
  }

  /** Kills what runs in it and removes it. */
  async dispose(): Promise<void> {
    if (!this.node.pods.delete(this)) return;
    await this.machine.killAll();
    await ip('-n', this.node.name, 'link', 'delete', this.port).catch(() => undefined);
    await ip('netns', 'delete', this.machine.name);
  }
}

async function addNode(segment: Segment, number: number): Promise<NodeMachine> {
  const name = `n${number}`;
  const addresses = { IPv4: `192.0.2.${10 + number}`, IPv6: `2001:db8::${10 + number}` };
  const mac = `02:00:00:00:00:${10 + number}`;
  const machine = await segment.add({ name, addresses: onLan(addresses), mac });
  await forward(machine);
  const podCIDRs = { IPv4: `10.244.${number}.0/24`, IPv6: `fd00:244:${number}::/64` };
  return { name, number, machine, mac, addresses, podCIDRs, pods: new Set() };
}

function routes(node: NodeMachine, all: readonly NodeMachine[]): readonly string[] {
  const others = all.filter((other) => other !== node);
  return [
    ...others.map(({ podCIDRs, addresses }) => `route add ${podCIDRs.IPv4} via ${addresses.IPv4}`),
    ...others.map(({ podCIDRs, addresses }) => `route add ${podCIDRs.IPv6} via ${addresses.IPv6}`),
    `route add default via ${ROUTER.IPv4}`,
    `route add default via ${ROUTER.IPv6}`,
  ];
}

/** kube-proxy relies on somebody else to turn forwarding on. */
async function forward(machine: Machine): Promise<void> {
  await machine.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
}

function onLan({ IPv4, IPv6 }: AddressPair): readonly string[] {
  return [`${IPv4}/24`, `${IPv6}/64`];
}

/** Runs several `ip` commands on a machine in one process. */
async function ipBatch(machine: string, commands: readonly string[]): Promise<void> {
  const child = spawn('ip', ['-n', machine, '-batch', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)));
  child.stdin.end(`${commands.join('\n')}\n`);
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${machine}$ ip -batch: ${errors}`);
}
