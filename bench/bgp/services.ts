import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from '../../test/cluster/commands/installation.ts';
import { eventually } from '../../test/lab/eventually.ts';
import { forEach, names } from '../converge/services.ts';
import { usageOf } from '../converge/usage.ts';
import { BirdControl } from './bird-control.ts';

const NODES = ['n1', 'n2', 'n3'];
const AS = { nodes: 64_512, router: 64_513 };
const ROUTER = '192.0.2.1';
const SERVICES = '/api/v1/namespaces/default/services';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const OBJECTS = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: bench}
spec: {addresses: [10.62.0.0/16]}
---
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: bench}
---
apiVersion: berth.dev/v1beta1
kind: BGPPeer
metadata: {name: tor}
spec: {myASN: ${AS.nodes}, peerASN: ${AS.router}, peerAddress: ${ROUTER}, connectTime: 1s}
`;
/** Milliseconds between questions to the router. */
const PACE = 2;
const PATIENCE = { timeoutMs: 60_000, intervalMs: PACE };

/** How 1,000 Services, or so, came to a router once. */
export interface ServicesSeen {
  /** From the first patch to the answer to the last one, ms. */
  readonly patched: number;
  /** From the first patch until the router has all of them from all speakers, ms. */
  readonly routed: number;
}

/** What the speakers have used in the end. */
export interface SpeakerUsage {
  /** Resident memory of each, MiB. */
  readonly rss: readonly number[];
  /** Processor time of each, s. */
  readonly cpu: readonly number[];
}

/** A cluster of three nodes with a speaker on each, Services that wait for an address, and a BIRD that peers with all. */
export class ServicesLab {
  readonly #berth: Installation;
  readonly #speakers: readonly { readonly process: { readonly pid: number } }[];
  readonly #router: BirdControl;
  readonly #folder: string;
  readonly #services: readonly string[];

  private constructor(
    berth: Installation,
    speakers: readonly { readonly process: { readonly pid: number } }[],
    router: BirdControl,
    { folder, services }: { readonly folder: string; readonly services: readonly string[] },
  ) {
    this.#berth = berth;
    this.#speakers = speakers;
    this.#router = router;
    this.#folder = folder;
    this.#services = services;
  }

  /** @param count how many Services, at most 65,000. Each has an endpoint, and no controller gives it an address. */
  static async start(count: number): Promise<ServicesLab> {
    const berth = await Installation.start({ nodes: NODES.length, kubeProxy: false });
    const { cluster } = berth;
    const folder = await mkdtemp(join(tmpdir(), 'services-'));
    const path = (extension: string) => join(folder, `bird.${extension}`);
    const neighbours = cluster.network.nodes.map(({ name, addresses }) => [name, addresses.IPv4] as const);
    await writeFile(path('conf'), configuration(neighbours));
    cluster.machine('router').spawn('bird', ['-f', '-c', path('conf'), '-s', path('ctl')], { stdio: 'ignore' });
    const router = await eventually('the router answers', () => BirdControl.connect(path('ctl')));
    await cluster.apply(OBJECTS);
    const services = names(count);
    await forEach(services, async (name) => {
      await cluster.api.call('POST', SERVICES, service(name));
      await cluster.api.call('POST', SLICES, slice(name));
    });
    const speakers = [];
    for (const node of NODES) speakers.push(await berth.startSpeaker(node));
    const lab = new ServicesLab(berth, speakers, router, { folder, services });
    await lab.#until('all sessions are Established', async () => {
      const shown = await router.ask('show protocols');
      return [...shown.matchAll(/Established/g)].length === NODES.length;
    });
    return lab;
  }

  /** Gives all Services their addresses, and takes them back when the router has them. */
  async run(): Promise<ServicesSeen> {
    const { api } = this.#berth.cluster;
    const patch = async (name: string, ingress: readonly object[] | null) => {
      await api.call('PATCH', `${SERVICES}/${name}/status`, { status: { loadBalancer: { ingress } } });
    };
    const addresses = new Map(this.#services.map((name, index) => [name, addressAt(index)]));
    const begun = performance.now();
    const routed = this.#has(this.#services.length).then(() => performance.now() - begun);
    await forEach(this.#services, (name) => patch(name, [{ ip: addresses.get(name) }]));
    const patched = performance.now() - begun;
    const seen = { patched, routed: await routed };
    await forEach(this.#services, (name) => patch(name, null));
    await this.#has(0);
    return seen;
  }

  async usage(): Promise<SpeakerUsage> {
    const usages = await Promise.all(this.#speakers.map(({ process }) => usageOf(process.pid)));
    return { rss: usages.map(({ rss }) => rss), cpu: usages.map(({ cpuSeconds }) => cpuSeconds) };
  }

  async dispose(): Promise<void> {
    this.#router.close();
    await this.#berth.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Waits until the router has routes to so many addresses, through every node. */
  #has(count: number): Promise<true> {
    return this.#until(`the router has ${count} addresses`, async () => {
      const shown = await this.#router.ask('show route count table master4');
      const [, routes, networks] = /(\d+) of \d+ routes for (\d+) networks/.exec(shown) ?? [];
      return Number(routes) === count * NODES.length && Number(networks) === count;
    });
  }

  #until(what: string, probe: () => Promise<boolean>): Promise<true> {
    return eventually(what, async () => (await probe()) || undefined, PATIENCE);
  }
}

function addressAt(index: number): string {
  return `10.62.${(index + 1) >> 8}.${(index + 1) & 255}`;
}

function service(name: string): object {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  return { metadata: { name }, spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports } };
}

function slice(name: string): object {
  return {
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    endpoints: [{ addresses: ['10.244.1.10'], nodeName: 'n1', conditions: { ready: true } }],
  };
}

function configuration(neighbours: readonly (readonly [name: string, address: string])[]): string {
  const sessions = neighbours.map(
    ([name, address]) => `
protocol bgp ${name} {
  local as ${AS.router}; neighbor ${address} as ${AS.nodes};
  connect delay time 1; error wait time 1, 2;
  ipv4 { import all; export none; };
}`,
  );
  return `router id ${ROUTER};\nprotocol device {}\n${sessions.join('')}\n`;
}
