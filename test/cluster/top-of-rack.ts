import { ip, type Member, Segment } from '../lab/network.ts';
import { Bird } from '../lab/speaker/bird.ts';
import type { ClusterNetwork } from './network.ts';

/** The network behind the router, and who is in it. */
const OUTSIDE = { router: '203.0.113.1', client: '203.0.113.9' };
/** AS numbers: of the router, and of all nodes. */
export const ASN = { router: 64_513, nodes: 64_512 } as const;

/** The router of a cluster's LAN as a top-of-rack router: a BIRD that peers with all nodes, and a client behind it. */
export class TopOfRack {
  readonly #outside: Segment;

  private constructor(
    outside: Segment,
    readonly router: Member,
    readonly bird: Bird,
    /** Reaches the cluster through the router alone. */
    readonly client: Member,
    readonly clientAddress: string,
  ) {
    this.#outside = outside;
  }

  static async create({ router, nodes }: ClusterNetwork): Promise<TopOfRack> {
    const outside = await Segment.create('out');
    await ip('link', 'add', 'out-tor', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', router.name);
    await ip('link', 'set', 'out-tor', 'master', 'out', 'up');
    await router.run('ip', 'address', 'add', `${OUTSIDE.router}/24`, 'dev', 'eth1');
    await router.run('ip', 'link', 'set', 'eth1', 'up');
    // By ports too, so that the connections of one client go to all nodes.
    await router.run('sysctl', '-qw', 'net.ipv4.fib_multipath_hash_policy=1');
    const client = await outside.add({ name: 'far', addresses: [`${OUTSIDE.client}/24`] });
    await client.run('ip', 'route', 'add', 'default', 'via', OUTSIDE.router);
    const bird = await Bird.start(router, configuration(nodes.map(({ name, addresses }) => [name, addresses.IPv4])));
    return new TopOfRack(outside, router, bird, client, OUTSIDE.client);
  }

  /** The nodes to which BIRD has a route for the address, and those that the kernel spreads its packets over. */
  async waysTo(address: string): Promise<{ readonly bird: readonly string[]; readonly kernel: readonly string[] }> {
    const shown = await this.bird.ask('show', 'route', 'where', 'net', '=', `${address}/32`);
    const installed = await this.router.run('ip', 'route', 'show', `${address}/32`);
    return { bird: hopsIn(shown), kernel: hopsIn(installed) };
  }

  /** Fetches a page from behind the router, over a connection of its own. */
  fetch(url: string): Promise<string> {
    return this.client.run('curl', '-gsS', '--max-time', '2', url);
  }

  async dispose(): Promise<void> {
    await this.router.killAll();
    await this.bird.remove();
    await this.#outside.dispose();
  }
}

function hopsIn(text: string): readonly string[] {
  return [...text.matchAll(/via (\S+)/g)].map(([, hop = '']) => hop).sort();
}

function configuration(neighbours: readonly (readonly [name: string, address: string])[]): string {
  const sessions = neighbours.map(
    ([name, address]) => `
protocol bgp ${name} {
  local as ${ASN.router}; neighbor ${address} as ${ASN.nodes};
  connect delay time 1; error wait time 1, 2; bfd on;
  ipv4 { import all; export none; };
}`,
  );
  return `
router id 192.0.2.1;
protocol device {}
# Slow enough for a machine on which all of a cluster runs.
protocol bfd { interface "eth0" { min rx interval 300 ms; min tx interval 300 ms; multiplier 10; }; }
protocol kernel {
  merge paths on;
  ipv4 { import none; export where source = RTS_BGP; };
}
${sessions.join('')}
`;
}
