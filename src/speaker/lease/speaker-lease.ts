import { type Lease, LeaseKind } from '../../api/kubernetes/lease.ts';
import { leaseKeyOf } from '../../api/speaker-lease.ts';
import { type Store, StoreError } from '../../store/store.ts';

/** Milliseconds between renewals. */
export const RENEWAL = 30_000;
/** How long one renewal counts as life, s: the next may be late, or fail once. */
const DURATION = 40;

/** This node's own Lease. Every method rejects with StoreError. */
export class SpeakerLease {
  readonly #store: Store;
  readonly #key: ReturnType<typeof leaseKeyOf>;
  readonly #identity: string;

  /** @param identity tells this process from others, such as a former one of the same node. */
  constructor(store: Store, node: string, identity: string) {
    this.#store = store;
    this.#key = leaseKeyOf(node);
    this.#identity = identity;
  }

  /** Gives a sign of life. @param wall ms since 1970 */
  async renew(wall: number): Promise<void> {
    const lease = this.#lease(wall);
    try {
      await this.#store.update(LeaseKind, lease);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'NotFound') throw error;
      await this.#store.create(LeaseKind, lease);
    }
  }

  /** Takes leave, so that others need not wait until it expires. */
  async remove(): Promise<void> {
    await this.#store.delete(LeaseKind, this.#key);
  }

  #lease(wall: number): Lease {
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...this.#key },
      spec: {
        holderIdentity: this.#identity,
        leaseDurationSeconds: DURATION,
        renewTime: new Date(wall).toISOString().replace('Z', '000Z'),
      },
    };
  }
}
