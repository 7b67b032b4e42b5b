import { type Ingress, IngressKind } from '../../api/kubernetes/ingress.ts';
import { type IngressClass, IngressClassKind } from '../../api/kubernetes/ingress-class.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { keyOf, keyText } from '../../api/object.ts';
import { FIELD_MANAGER, ownsStatus } from '../../api/owned-status.ts';
import { Candidates } from '../../ingress/candidates.ts';
import { decideIngress, type IngressDecision, pointsOf, textOf } from '../../ingress/decision.ts';
import { classOf } from '../../ingress/ingress-class.ts';
import { dependenciesOf } from '../../ingress/known-controllers.ts';
import { referenceOf, type ServiceReference } from '../../ingress/service-reference.ts';
import type { Logger } from '../../log/logger.ts';
import type { Leadership } from '../../store/leadership.ts';
import { ObjectCache } from '../../store/object-cache.ts';
import { type Store, StoreError } from '../../store/store.ts';
import { WorkQueue } from '../../store/work-queue.ts';
import type { Clock } from '../clock.ts';
import type { EventSink } from '../event-sink.ts';
import type { ControllerMetrics } from '../metrics.ts';
import { Concerns } from './concerns.ts';
import { Reminders } from './reminders.ts';

/** What an {@link IngressStatus} works with. */
export interface IngressStatusOptions {
  readonly store: Store;
  readonly leadership: Leadership;
  readonly logger: Logger;
  readonly metrics: ControllerMetrics;
  readonly events: EventSink;
  readonly clock: Clock;
  /** Milliseconds for which a status is left to the ingress controller that is known to serve it. */
  readonly grace: number;
  serviceOf(key: string): Service | undefined;
}

/** What is remembered of an Ingress. */
interface Memory {
  /** What its Service shows, as text. */
  wanted: string;
  /** Since when that has been so while the status has been empty. */
  emptySince: number | undefined;
  /** The status was seen to show something. */
  wasFilled: boolean;
  isContested: boolean;
  /** We have taken away what we wrote, or are about to. */
  isCleared: boolean;
  /** The state of the Ingress, by `resourceVersion`, in which it was found that somebody else writes its status. */
  refused?: string | undefined;
  fault?: string;
}

/** Changes of Services that come within so many milliseconds are looked at together. */
const LOOK_INTERVAL = 20;

/** Shows the addresses of Services in the status of the Ingresses that they stand for. All decisions are in decision.ts. */
export class IngressStatus {
  /** Resolves when everything that decisions depend on is known. */
  readonly synced: Promise<void>;
  readonly #options: IngressStatusOptions;
  readonly #ingresses: ObjectCache<Ingress>;
  readonly #classes: ObjectCache<IngressClass>;
  readonly #classByName = new Map<string, IngressClass>();
  readonly #candidates = new Candidates();
  /** The Services, and the controllers whose Services, each Ingress depends on. */
  readonly #concerns = new Concerns();
  /** Those of them that have changed since they were last looked at; undefined for all. */
  #changed: Set<string> | undefined = new Set();
  readonly #memory = new Map<string, Memory>();
  readonly #queue: WorkQueue;
  readonly #waiting: Reminders;
  #isSynced = false;
  #cancelLook: (() => void) | undefined;

  constructor(options: IngressStatusOptions) {
    this.#options = options;
    this.#waiting = new Reminders(options.clock, (key) => this.#check(key));
    this.#queue = new WorkQueue({
      work: (key) => this.#work(key),
      onFailure: (key, error, retryIn) => {
        const code = error instanceof StoreError ? error.code : 'Unexpected';
        options.metrics.wrote(IngressKind.kind, code);
        const fields = { ingress: key, code, retryInMillis: Math.round(retryIn), error };
        options.logger.warn('cannot write the status of an Ingress, trying again', fields);
      },
    });
    this.#ingresses = new ObjectCache(options.store, IngressKind, ({ type, object }) => {
      const key = keyText(keyOf(object));
      if (type === 'DELETED') this.#forget(key);
      else this.#check(key);
    });
    this.#classes = new ObjectCache(options.store, IngressClassKind, ({ type, object }) => {
      if (type === 'DELETED') this.#classByName.delete(object.metadata.name);
      else this.#classByName.set(object.metadata.name, object);
      this.#changed = undefined;
      this.#lookLater();
    });
    this.synced = Promise.all([this.#ingresses.synced, this.#classes.synced]).then(() => {
      this.#isSynced = true;
    });
  }

  /** A Service has changed, or is gone. */
  onService(service: Service, isGone: boolean): void {
    const key = keyText(keyOf(service));
    const controllers = isGone ? this.#candidates.remove(key) : this.#candidates.put(service);
    const concerned = [key, ...controllers].filter((each) => this.#concerns.has(each));
    if (concerned.length === 0) return;
    for (const each of concerned) this.#changed?.add(each);
    this.#lookLater();
  }

  /** Looks at every Ingress: this process may write from now on. */
  begin(): void {
    this.#changed = new Set();
    for (const ingress of this.#ingresses.values()) this.#check(keyText(keyOf(ingress)));
  }

  /** Forgets what has not been written yet. */
  clear(): void {
    this.#queue.clear();
    this.#memory.clear();
    this.#waiting.clear();
    this.#concerns.clear();
  }

  get isBusy(): boolean {
    return this.#cancelLook !== undefined || this.#queue.size > 0;
  }

  async stop(): Promise<void> {
    this.#cancelLook?.();
    this.#waiting.clear();
    this.#isSynced = false;
    this.#ingresses.stop();
    this.#classes.stop();
    await this.#queue.stop();
  }

  #forget(key: string): void {
    this.#memory.delete(key);
    this.#waiting.delete(key);
    this.#concerns.set(key, []);
  }

  #lookLater(): void {
    if (!this.#isSynced) return;
    this.#cancelLook ??= this.#options.clock.after(LOOK_INTERVAL, () => {
      this.#cancelLook = undefined;
      const changed = this.#changed;
      if (changed === undefined) return this.begin();
      this.#changed = new Set();
      for (const key of this.#concerns.of(changed)) this.#check(key);
    });
  }

  /** Writes what is due now, or sees that it is looked at again when it may be. */
  #check(key: string): void {
    if (!this.#isSynced || !this.#options.leadership.held()) return;
    const decision = this.#decide(key);
    if (decision.do === 'apply' || decision.do === 'clear') this.#queue.add(key);
    if (decision.do === 'wait') this.#waiting.set(key, decision.for);
    else this.#waiting.delete(key);
  }

  #decide(key: string): IngressDecision {
    const ingress = this.#ingresses.get(key);
    if (ingress === undefined) return { do: 'nothing' };
    const { serviceOf, clock, grace } = this.#options;
    const services = { get: serviceOf, candidates: (controller: string) => this.#candidates.of(controller) };
    const reference = referenceOf(ingress, this.#classByName, services);
    this.#concerns.set(key, this.#dependenciesOf(ingress, reference));
    const current = ingress.status?.loadBalancer?.ingress ?? [];
    const wanted = 'service' in reference ? pointsOf(reference.service) : [];
    const memory = this.#remember(key, textOf(wanted), current.length === 0);
    this.#tellFault(ingress, memory, reference.by === 'Fault' ? reference.message : undefined);
    if (memory.refused !== ingress.metadata.resourceVersion) memory.refused = undefined;
    if (memory.refused !== undefined) return { do: 'nothing' };
    return decideIngress({
      current,
      isOurs: ownsStatus(ingress.metadata.managedFields, 'loadBalancer'),
      wanted,
      isNamed: reference.by === 'Annotation',
      isContested: memory.isContested,
      emptyFor: clock.monotonic() - (memory.emptySince ?? clock.monotonic()),
      grace,
    });
  }

  #dependenciesOf(ingress: Ingress, reference: ServiceReference): readonly string[] {
    if (reference.by === 'Annotation') return [reference.key];
    return reference.by === 'Fault' ? [] : dependenciesOf(ingress, classOf(ingress, this.#classByName));
  }

  #remember(key: string, wanted: string, isEmpty: boolean): Memory {
    const before = this.#memory.get(key);
    const now = this.#options.clock.monotonic();
    const memory = before ?? { wanted, emptySince: undefined, wasFilled: false, isContested: false, isCleared: false };
    this.#memory.set(key, memory);
    if (isEmpty && memory.wasFilled) {
      memory.isContested = !memory.isCleared;
      memory.isCleared = false;
    }
    memory.wasFilled = !isEmpty;
    if (!isEmpty) memory.emptySince = undefined;
    else if (memory.emptySince === undefined || memory.wanted !== wanted) memory.emptySince = now;
    memory.wanted = wanted;
    return memory;
  }

  async #work(key: string): Promise<void> {
    const { store, leadership, logger, metrics } = this.#options;
    const decision = this.#decide(key);
    const ingress = this.#ingresses.get(key);
    if (ingress === undefined || !leadership.held()) return;
    if (decision.do !== 'apply' && decision.do !== 'clear') return;
    const memory = this.#memory.get(key);
    if (memory) memory.isCleared = decision.do === 'clear';
    const status = decision.do === 'apply' ? { loadBalancer: { ingress: decision.points } } : {};
    try {
      const { resourceVersion } = ingress.metadata;
      await store.applyStatus(IngressKind, keyOf(ingress), status, FIELD_MANAGER, { resourceVersion });
      metrics.wrote(IngressKind.kind, 'ok');
    } catch (error) {
      if (!(error instanceof StoreError) || (error.code !== 'Conflict' && error.code !== 'NotFound')) throw error;
      metrics.wrote(IngressKind.kind, error.code);
      if (memory) memory.refused = ingress.metadata.resourceVersion;
      logger.info('an Ingress has changed, or somebody else writes its status: leaving it alone until it changes', {
        ingress: key,
        error,
      });
    }
  }

  #tellFault(ingress: Ingress, memory: Memory, message: string | undefined): void {
    if (memory.fault === message) return;
    if (message === undefined) {
      delete memory.fault;
      return;
    }
    memory.fault = message;
    this.#options.logger.warn(message);
    this.#options.events.record({ object: ingress, type: 'Warning', reason: 'InvalidRequest', message });
  }
}
