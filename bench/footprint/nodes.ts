import { BERTH_NAMESPACE } from '../../src/api/access.ts';
import { leaseKeyOf } from '../../src/api/speaker-lease.ts';
import { RENEWAL } from '../../src/speaker/lease/speaker-lease.ts';
import type { ApiClient } from '../../test/cluster/api-client.ts';
import { addressOf, Heartbeats, microTime, spread } from '../converge/heartbeats.ts';
import { forEach, names } from '../converge/services.ts';

const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${BERTH_NAMESPACE}/leases`;
const STATUSES = '/apis/berth.dev/v1beta1/speakerstatuses';

/**
 * Nodes that are not there: objects, and the signs of life that their kubelets and speakers give. They are in a network of
 * their own, in which no address of the pool is. The first one is without a speaker: a real one runs there.
 */
export class SimulatedNodes {
  readonly #heartbeats: Heartbeats[] = [];
  readonly #renewals: NodeJS.Timeout[] = [];
  #count = 0;

  /** @param addresses that the speakers withhold, as they say */
  constructor(
    private readonly api: ApiClient,
    private readonly addresses: number,
  ) {}

  /** Adds Nodes until there are so many. */
  async grow(count: number): Promise<void> {
    const added = names(count, 'node-').slice(this.#count);
    if (added.length === 0) return;
    const speakers = this.#count === 0 ? added.slice(1) : added;
    this.#count = count;
    this.#heartbeats.push(await Heartbeats.start(this.api, added));
    await forEach(speakers, (node) => this.#addSpeaker(node));
    const renew = (node: string) => {
      const spec = { renewTime: microTime() };
      return this.api.try('PATCH', `${LEASES}/${leaseKeyOf(node).name}`, { spec });
    };
    if (speakers.length > 0) this.#renewals.push(spread(speakers, RENEWAL, renew));
  }

  async #addSpeaker(node: string): Promise<void> {
    const spec = { holderIdentity: node, leaseDurationSeconds: 40, renewTime: microTime() };
    await this.api.call('POST', LEASES, { metadata: { name: leaseKeyOf(node).name }, spec });
    const address = addressOf(node);
    const eth0 = { name: 'eth0', mac: '02:00:00:00:00:01', up: true, addresses: [`${address}/16`], gateways: [] };
    const examples = names(Math.min(this.addresses, 20)).map((name, index) => `10.61.0.${index} bench/${name}`);
    const withheld = [{ reason: 'OffSubnet', count: this.addresses, examples }];
    await this.api.call('POST', STATUSES, {
      apiVersion: 'berth.dev/v1beta1',
      kind: 'SpeakerStatus',
      metadata: { name: node },
    });
    await this.api.call('PATCH', `${STATUSES}/${node}/status`, { status: { interfaces: [eth0], withheld } });
  }

  stop(): void {
    for (const heartbeats of this.#heartbeats) heartbeats.stop();
    for (const timer of this.#renewals) clearInterval(timer);
  }
}
