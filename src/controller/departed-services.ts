import type { Service } from '../api/kubernetes/service.ts';
import { isOurs } from '../api/load-balancer.ts';
import { keyOf, keyText } from '../api/object.ts';
import type { Address } from '../ip/address.ts';
import type { WatchEvent } from '../store/store.ts';
import { farewellPatch } from './service-status.ts';

/** Services that this process has served and that are not ours any more, with what is to be taken from their status. */
export class DepartedServices {
  readonly #loadBalancerClass: string | undefined;
  readonly #addresses = new Map<string, readonly Address[]>();

  constructor(loadBalancerClass: string | undefined) {
    this.#loadBalancerClass = loadBalancerClass;
  }

  /** @param last what the Service held; undefined where nothing was decided about it */
  note({ type, object }: WatchEvent<Service>, last: readonly Address[] | undefined): void {
    const key = keyText(keyOf(object));
    const isLoadBalancer = object.spec?.type === 'LoadBalancer';
    if (type === 'DELETED' || isOurs(object, this.#loadBalancerClass)) this.#addresses.delete(key);
    // With another type the API server clears the list: what comes to stand there later is not from us.
    else if (last !== undefined) this.#addresses.set(key, isLoadBalancer ? last : []);
    else if (!isLoadBalancer && this.#addresses.has(key)) this.#addresses.set(key, []);
  }

  /**
   * A Service without a verdict that is ours has not been decided yet. One of another class is said farewell to only where
   * this process has served it: another Berth may be serving it now, and its conditions look like ours.
   */
  farewell(service: Service): ReturnType<typeof farewellPatch> {
    if (isOurs(service, this.#loadBalancerClass)) return null;
    const addresses = this.#addresses.get(keyText(keyOf(service)));
    const isLoadBalancer = service.spec?.type === 'LoadBalancer';
    return isLoadBalancer && addresses === undefined ? null : farewellPatch(service, addresses);
  }
}
