import type { ApiClient } from '../../test/cluster/api-client.ts';
import { forEach } from './services.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
/** As a kubelet has it: its Lease every 10 s, the status of its Node every 5 minutes. Milliseconds. */
const LEASE_PERIOD = 10_000;
const STATUS_PERIOD = 300_000;
/** Requests a minute of one kubelet, for these alone. */
export const KUBELET_REQUESTS = 60_000 / LEASE_PERIOD + 60_000 / STATUS_PERIOD;

/** Does something for each of the names once a period (in milliseconds), evenly spread over it, until the timer is cleared. */
export function spread(
  names: readonly string[],
  period: number,
  beat: (name: string) => Promise<unknown>,
): NodeJS.Timeout {
  let next = 0;
  return setInterval(() => {
    // A busy machine may lose one, as a busy network does.
    beat(names[next++ % names.length] ?? '').catch(() => undefined);
  }, period / names.length);
}

/** Signs of life of kubelets that are not there, evenly spread over time. */
export class Heartbeats {
  private constructor(private readonly timers: readonly NodeJS.Timeout[]) {}

  /** Creates Nodes of these names and begins. */
  static async start(api: ApiClient, nodes: readonly string[]): Promise<Heartbeats> {
    await forEach(nodes, async (name) => {
      await api.call('POST', '/api/v1/nodes', { metadata: { name } });
      await api.call('PATCH', `/api/v1/nodes/${name}/status`, status(name));
      await api.call('POST', LEASES, { metadata: { name }, spec: { holderIdentity: name } });
    });
    const renew = (name: string) => api.try('PATCH', `${LEASES}/${name}`, { spec: { renewTime: microTime() } });
    const report = (name: string) => api.try('PATCH', `/api/v1/nodes/${name}/status`, status(name));
    return new Heartbeats([spread(nodes, LEASE_PERIOD, renew), spread(nodes, STATUS_PERIOD, report)]);
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }
}

/** The address of a node, which its name ends in the number of. */
export function addressOf(node: string): string {
  const number = Number(node.replace('node-', ''));
  return `10.62.${number >> 8}.${number & 255}`;
}

/** Of which only the time changes. */
function status(node: string): unknown {
  return {
    status: {
      addresses: [{ type: 'InternalIP', address: addressOf(node) }],
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString() }],
    },
  };
}

/** Now, as a Lease has it. */
export function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
