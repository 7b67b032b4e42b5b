import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PREFIX } from './network.ts';

/** How the addresses are announced. */
export interface Announcing {
  /** Numbers of the nodes, best first. */
  readonly order: readonly number[];
  /** Whether an address moves back to a better node, in no time. */
  readonly movesBack: boolean;
  /** Numbers of the nodes that may; all when absent. */
  readonly nodes?: readonly number[];
}

/** Objects that the daemons read, in a folder that all of them see. */
export class Folder {
  private constructor(readonly path: string) {}

  static async create(): Promise<Folder> {
    const folder = new Folder(await mkdtemp(join(tmpdir(), 'failover-l2-')));
    await folder.#put('pool.yaml', [
      {
        apiVersion: 'berth.dev/v1beta1',
        kind: 'IPAddressPool',
        metadata: { name: 'bench' },
        spec: { addresses: [`${PREFIX.IPv4}.128.0/17`, `${PREFIX.IPv6}:1:0/112`] },
      },
    ]);
    await folder.drain();
    return folder;
  }

  /**
   * Replaces all Services by others, of which every second has an IPv6 address.
   *
   * @param local the number of the node that has the endpoints of all, where these are Services of local traffic
   * @returns their addresses
   */
  async services(n: number, generation: number, local?: number): Promise<readonly string[]> {
    const policy = local === undefined ? {} : { externalTrafficPolicy: 'Local' };
    const services = Array.from({ length: n }, (_, index) => {
      // One address alone is of the one family and the other by turns.
      const isIPv6 = (n === 1 ? generation : index) % 2 === 1;
      const number = ((generation * n + index) % 32_000) + 1;
      const address = isIPv6
        ? `${PREFIX.IPv6}:1:${number.toString(16)}`
        : `${PREFIX.IPv4}.${128 + (number >> 8)}.${number & 255}`;
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `s${generation}-${index}`, namespace: 'default' },
        spec: {
          type: 'LoadBalancer',
          loadBalancerIP: address,
          ipFamilies: [isIPv6 ? 'IPv6' : 'IPv4'],
          ports: [{ port: 7000 }],
          ...policy,
        },
      };
      return { address, service };
    });
    if (local !== undefined)
      await this.endpoints(
        services.map(({ service }) => service.metadata.name),
        local,
      );
    await this.#put(
      'services.yaml',
      services.map(({ service }) => service),
    );
    return services.map(({ address }) => address);
  }

  /** Has the endpoints of these Services on one node. */
  async endpoints(services: readonly string[], node: number): Promise<void> {
    const slices = services.flatMap((name) =>
      (['IPv4', 'IPv6'] as const).map((family) => ({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: `${name}-${family.toLowerCase()}`,
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': name },
        },
        addressType: family,
        ports: [{ port: 7000 }],
        endpoints: [
          {
            addresses: [family === 'IPv4' ? `10.244.${node}.2` : `fd00:244:${node}::2`],
            nodeName: `n${node}`,
            conditions: { ready: true, serving: true, terminating: false },
          },
        ],
      })),
    );
    await this.#put('endpoints.yaml', slices);
  }

  async announce({ order, movesBack, nodes }: Announcing): Promise<void> {
    const labels = (number: number) => ({ matchLabels: { 'kubernetes.io/hostname': `n${number}` } });
    const preferred = order.map((number, place) => ({ weight: 100 - place, preference: labels(number) }));
    await this.#put('announcing.yaml', [
      {
        apiVersion: 'berth.dev/v1beta1',
        kind: 'L2Advertisement',
        metadata: { name: 'default' },
        spec: {
          preferredNodeSelectors: preferred,
          failover: { holdOff: movesBack ? '200ms' : '0s' },
          ...(nodes === undefined ? {} : { nodeSelectors: nodes.map(labels) }),
        },
      },
    ]);
  }

  /** Drains one node, or none. */
  async drain(node?: number): Promise<void> {
    const nodes = [1, 2, 3].map((number) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: `n${number}`,
        labels: { 'kubernetes.io/hostname': `n${number}` },
        ...(number === node ? { annotations: { 'berth.dev/drain': '' } } : {}),
      },
    }));
    await this.#put('nodes.yaml', nodes);
  }

  async #put(name: string, objects: readonly object[]): Promise<void> {
    // JSON is YAML, and written in no time.
    const text = objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
    await writeFile(join(this.path, `.${name}`), text);
    await rename(join(this.path, `.${name}`), join(this.path, name));
  }
}
