import type { Registry } from 'prom-client';
import type { AddressRange } from '../ip/range.ts';
import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { EventSink } from './event-sink.ts';

/** What the controller works with. */
export interface ControllerOptions {
  readonly store: Store;
  /** The right to allocate; the controller only watches while another process has it. Started by the caller. */
  readonly leadership: Leadership;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Serves Services of this `spec.loadBalancerClass`; undefined for those without one. */
  readonly loadBalancerClass?: string | undefined;
  /**
   * The store is a copy that only this process decides on, while others decide on theirs: where there are several Nodes,
   * only an address that a Service names is given, since nothing that depends on history would come out the same.
   */
  readonly ownCopy?: boolean | undefined;
  /** Never given, whatever a pool or an object says. */
  readonly reserved?: readonly AddressRange[] | undefined;
  /** Where each change of a verdict is told. Nowhere when absent. */
  readonly events?: EventSink | undefined;
  /** Milliseconds for which the status of an Ingress is left to its controller. Default: 90,000. */
  readonly ingressGrace?: number | undefined;
  /** For tests. */
  readonly clock?: Clock | undefined;
}
