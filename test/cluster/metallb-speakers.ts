import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabelSelector, matchesSelector } from '../../src/api/fields/label-selector.ts';
import type { Cluster } from './cluster.ts';
import type { ProgramOf } from './kubelet.ts';
import { ASN } from './top-of-rack.ts';

const PEER = '/apis/metallb.io/v1beta2/namespaces/metallb-system/bgppeers/tor';

const configurationOf = (address: string) => `
router id from "eth0";
protocol device {}
protocol static { ipv4; route ${address}/32 blackhole; }
protocol bgp tor {
  local as ${ASN.nodes}; neighbor 192.0.2.1 as ${ASN.router};
  connect delay time 1; error wait time 1, 2;
  ipv4 { import none; export all; };
}
`;

/**
 * MetalLB's speakers as far as a router sees them: a BIRD in each pod, which has a session while the `nodeSelectors` of the
 * BGPPeer `tor` select its node.
 */
export class MetalLBSpeakers {
  /** Control sockets of BIRD, by node. */
  readonly #controls = new Map<string, string>();
  readonly #disabled = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param address what all of them advertise */
  constructor(readonly address: string) {}

  /** What their pods run. */
  programOf(cluster: Cluster): ProgramOf {
    return async ({ metadata: { name }, spec: { nodeName = '' } }) => {
      const file = join(cluster.folder, name);
      await writeFile(`${file}.conf`, configurationOf(this.address));
      this.#controls.set(nodeName, `${file}.ctl`);
      return ['bird', '-f', '-c', `${file}.conf`, '-s', `${file}.ctl`];
    };
  }

  /** Begins to look after nodes and peer. */
  start(cluster: Cluster): void {
    this.#timer = setTimeout(() => {
      // It begins and ends with kinds and pods that are not there.
      this.#look(cluster)
        .catch(() => undefined)
        .finally(() => this.#timer !== undefined && this.start(cluster));
    }, 100);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look({ api, nodes }: Cluster): Promise<void> {
    const { spec } = await api.call<{ spec: { nodeSelectors?: readonly LabelSelector[] } }>('GET', PEER);
    for (const { name, machine } of nodes) {
      const { metadata } = await api.call<{ metadata: { labels: Record<string, string> } }>(
        'GET',
        `/api/v1/nodes/${name}`,
      );
      const control = this.#controls.get(name);
      const selectors = spec.nodeSelectors ?? [];
      const isSelected = selectors.length === 0 || selectors.some((each) => matchesSelector(each, metadata.labels));
      if (control === undefined || isSelected !== this.#disabled.has(name)) continue;
      await machine.run('birdc', '-s', control, isSelected ? 'enable' : 'disable', 'tor');
      if (isSelected) this.#disabled.delete(name);
      else this.#disabled.add(name);
    }
  }
}
