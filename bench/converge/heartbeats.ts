import type { ApiClient } from '../../test/cluster/api-client.ts';
import { forEach, names } from './services.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
/** As a kubelet has it: its Lease every 10 s, the status of its Node every 5 minutes. Milliseconds. */
const LEASE_PERIOD = 10_000;
const STATUS_PERIOD = 300_000;

/** Signs of life of kubelets that are not there, evenly spread over time. */
export class Heartbeats {
  readonly #timers: NodeJS.Timeout[] = [];

  private constructor(
    private readonly api: ApiClient,
    private readonly nodes: readonly string[],
  ) {}

  /** Creates so many Nodes and begins. */
  static async start(api: ApiClient, count: number): Promise<Heartbeats> {
    const nodes = names(count, 'node-');
    await forEach(nodes, async (name) => {
      await api.call('POST', '/api/v1/nodes', { metadata: { name } });
      await api.call('PATCH', `/api/v1/nodes/${name}/status`, status(name));
      await api.call('POST', LEASES, { metadata: { name }, spec: { holderIdentity: name } });
    });
    const heartbeats = new Heartbeats(api, nodes);
    heartbeats.#each(LEASE_PERIOD, `${LEASES}/`, '', () => ({ spec: { renewTime: microTime() } }));
    heartbeats.#each(STATUS_PERIOD, '/api/v1/nodes/', '/status', status);
    return heartbeats;
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #each(period: number, before: string, after: string, patch: (name: string) => unknown): void {
    let next = 0;
    const beat = () => {
      const name = this.nodes[next++ % this.nodes.length] ?? '';
      // A busy machine may lose one, as a busy network does.
      this.api.try('PATCH', `${before}${name}${after}`, patch(name)).catch(() => undefined);
    };
    this.#timers.push(setInterval(beat, period / this.nodes.length));
  }
}

/** Of which only the time changes. */
function status(node: string): unknown {
  const index = Number(node.replace('node-', ''));
  return {
    status: {
      addresses: [{ type: 'InternalIP', address: `10.62.${index >> 8}.${index & 255}` }],
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString() }],
    },
  };
}

function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
