import { findCondition } from '../api/conditions.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ANNOUNCED } from '../api/reasons/reasons.ts';
import type { Clock } from './clock.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { ServiceStatusPatch } from './service-status.ts';

/** Measures how long Services wait for an address, and then for somebody to announce it, while this process leads. */
export class ServiceWaits {
  readonly #metrics: Pick<ControllerMetrics, 'addressed' | 'announced'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Since when each Service without an address is known. */
  readonly #forAddress = new Map<string, number>();
  /** Since when each new address is published. */
  readonly #forAnnouncement = new Map<string, number>();

  constructor(metrics: Pick<ControllerMetrics, 'addressed' | 'announced'>, clock: Pick<Clock, 'monotonic'>) {
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /** A Service of ours, as it is in the store now. */
  seen(service: Service): void {
    const key = keyText(keyOf(service));
    const { loadBalancer, conditions } = service.status ?? {};
    const hasAddress = (loadBalancer?.ingress ?? []).length > 0;
    if (!hasAddress && !this.#forAddress.has(key)) this.#forAddress.set(key, this.#clock.monotonic());
    this.#observe(key, hasAddress, conditions);
  }

  /** This has been written into the status of a Service. The store may have told of it already. */
  written(key: string, { loadBalancer, conditions }: ServiceStatusPatch): void {
    this.#observe(key, (loadBalancer?.ingress ?? []).length > 0, conditions);
  }

  #observe(key: string, hasAddress: boolean, conditions: ServiceStatusPatch['conditions']): void {
    const now = this.#clock.monotonic();
    const since = this.#forAddress.get(key);
    if (since !== undefined && hasAddress) {
      this.#forAddress.delete(key);
      this.#metrics.addressed((now - since) / 1000);
      this.#forAnnouncement.set(key, now);
    }
    const publishedAt = this.#forAnnouncement.get(key);
    if (publishedAt === undefined || findCondition(conditions ?? [], ANNOUNCED)?.status !== 'True') return;
    this.#forAnnouncement.delete(key);
    this.#metrics.announced((now - publishedAt) / 1000);
  }

  /** A Service is gone, or not ours any more. */
  forget(key: string): void {
    this.#forAddress.delete(key);
    this.#forAnnouncement.delete(key);
  }

  /** Another process decides from now on. */
  clear(): void {
    this.#forAddress.clear();
    this.#forAnnouncement.clear();
  }
}
