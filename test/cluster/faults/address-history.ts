import { findCondition } from '../../../src/api/conditions.ts';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { keyOf, keyText } from '../../../src/api/object.ts';
import { ANNOUNCED } from '../../../src/api/reasons/reasons.ts';
import type { Store, Watch } from '../../../src/store/store.ts';

/** Follows which address each Service has, and writes down whatever must never happen. */
export class AddressHistory {
  readonly addresses = new Map<string, string>();
  /** Addresses that changed, went, or were two Services' at a time. */
  readonly violations: string[] = [];
  /** Services that ask for an address and have none. */
  readonly pending = new Set<string>();
  /** Services of which it is not said that their address is announced. */
  readonly unannounced = new Set<string>();
  readonly #holders = new Map<string, string>();
  readonly #watch: Watch;

  constructor(store: Store) {
    this.#watch = store.watch(ServiceKind, {
      onEvent: ({ type, object }) => this.#take(keyText(keyOf(object)), type === 'DELETED' ? undefined : object),
    });
  }

  stop(): void {
    this.#watch.stop();
  }

  #take(key: string, service: Service | undefined): void {
    if (service?.spec?.type !== 'LoadBalancer') this.#forget(key);
    else {
      if (findCondition(service.status?.conditions, ANNOUNCED)?.status === 'True') this.unannounced.delete(key);
      else this.unannounced.add(key);
      this.#put(key, service.status?.loadBalancer?.ingress?.map(({ ip }) => ip).join(' ') ?? '');
    }
  }

  #forget(key: string): void {
    this.#holders.delete(this.addresses.get(key) ?? '');
    this.addresses.delete(key);
    this.pending.delete(key);
    this.unannounced.delete(key);
  }

  #put(key: string, address: string): void {
    const former = this.addresses.get(key);
    if (former !== undefined && former !== address) this.violations.push(`${key}: ${former} became '${address}'`);
    if (address === '') {
      this.pending.add(key);
      return;
    }
    const holder = this.#holders.get(address) ?? key;
    if (holder !== key) this.violations.push(`${address}: held by ${holder} and ${key}`);
    this.#holders.set(address, key);
    this.addresses.set(key, address);
    this.pending.delete(key);
  }
}
