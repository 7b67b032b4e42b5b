import { uptime } from 'node:os';
import { type Lease, LeaseKind } from '../../api/kubernetes/lease.ts';
import { keyText, type ObjectKey } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import type { Leadership } from '../leadership.ts';
import { type Store, StoreError } from '../store.ts';
import { DEFAULT_ELECTION_TIMING, type ElectionTiming, LeaseElection, type LeaseSpec } from './lease-election.ts';
import { missingRight } from './missing-right.ts';

/** How a {@link LeaseLeadership} is set up. */
export interface LeaseLeadershipOptions {
  readonly store: Pick<Store, 'get' | 'create' | 'update'>;
  /** The Lease that the contenders share. */
  readonly lease: ObjectKey;
  /** Names this process and no other, not even a former one of the same pod: a pod's name and something random. */
  readonly identity: string;
  readonly logger: Logger;
  readonly timing?: ElectionTiming;
  /** A clock in milliseconds that never goes back and goes on while the machine sleeps. Default: time since boot. */
  readonly now?: () => number;
}

/** How long a look at the Lease may keep a start waiting, in milliseconds. */
const LOOK_TIMEOUT = 1_000;

/** How long the time since boot may be carried on without reading it, in milliseconds. */
const CARRIED_ON = 10;

/**
 * CLOCK_BOOTTIME, which unlike `performance.now` counts the time that the machine was suspended. Node.js reads it from a
 * file, which thousands of writes would notice.
 */
function sinceBoot(): () => number {
  let offset = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - readAt >= CARRIED_ON) {
      readAt = now;
      offset = Math.max(offset, uptime() * 1000 - now);
    }
    return now + offset;
  };
}

/** A {@link Leadership} by a Lease (coordination.k8s.io/v1): the shell of a {@link LeaseElection}. */
export class LeaseLeadership implements Leadership {
  readonly #options: LeaseLeadershipOptions;
  readonly #timing: ElectionTiming;
  readonly #election: LeaseElection;
  readonly #now: () => number;
  readonly #listeners = new Set<(held: boolean) => void>();
  #last: Lease | undefined;
  /** As {@link look} found it, and when. */
  #free: { readonly lease: Lease; readonly at: number } | undefined;
  #aloneSince: number | undefined;
  #isStarted = false;
  #told = false;
  #trouble: string | undefined;
  #toldHolder: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** To be written with the next renewal. */
  #notes: Readonly<Record<string, string>> = {};

  constructor(options: LeaseLeadershipOptions) {
    this.#options = options;
    this.#timing = options.timing ?? DEFAULT_ELECTION_TIMING;
    this.#election = new LeaseElection(options.identity, this.#timing);
    this.#now = options.now ?? sinceBoot();
  }

  held(): boolean {
    return this.#election.isHeld(this.#now());
  }

  holder(): string | undefined {
    return this.#election.holder;
  }

  /** Why the Lease could not be looked at the last time, and what to do; undefined where it could, or nobody has tried. */
  trouble(): string | undefined {
    return this.#trouble;
  }

  aloneSince(): number | undefined {
    return this.#aloneSince;
  }

  /**
   * Looks, before {@link start}, whether its last holder has released the Lease. Where it has, and the Lease can be taken in
   * that state, nobody has led meanwhile: what is read after this call need not be read again. Fails silently, and waits
   * for a second at most: without it, a start only takes longer.
   */
  async look(): Promise<void> {
    const { store, lease: key } = this.#options;
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, LOOK_TIMEOUT);
      const done = () => {
        clearTimeout(timeout);
        resolve();
      };
      store.get(LeaseKind, key).then((lease) => {
        if (lease?.spec?.holderIdentity === '') this.#free = { lease, at: performance.now() };
        done();
      }, done);
    });
  }

  /** What an annotation of the Lease says, which outlives whoever holds it; undefined where it does not have it. */
  note(name: string): string | undefined {
    return this.#notes[name] ?? this.#last?.metadata.annotations?.[name];
  }

  /** Annotates the Lease with its next renewal, where this process still holds it then. */
  setNote(name: string, value: string): void {
    this.#notes = { ...this.#notes, [name]: value };
  }

  onChange(listener: (held: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    clearTimeout(this.#timer);
    await this.#turn;
    const spec = this.#election.release(Date.now());
    this.#tell();
    if (spec === undefined || this.#last === undefined) return;
    try {
      await this.#options.store.update(LeaseKind, this.#next(this.#last, spec));
    } catch (error) {
      this.#options.logger.warn('the Lease could not be released: it runs out by itself', { error });
    }
  }

  #schedule(millis: number): void {
    if (!this.#isStarted) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.#try().then(() => this.#schedule(this.#pause()));
    }, millis);
  }

  /** Contenders look at different times, so that they do not write at the same time. */
  #pause(): number {
    return this.held() ? this.#timing.retryPeriod : this.#timing.retryPeriod * (1 + Math.random());
  }

  async #try(): Promise<void> {
    try {
      if (!(await this.#renew())) await this.#contend();
      if (this.#trouble !== undefined) this.#options.logger.info('the Lease can be looked at again');
      this.#trouble = undefined;
    } catch (error) {
      this.#reportTrouble(error);
    }
    this.#tell();
  }

  /** Writes without reading first. False where that is not for this process, or somebody else has written. */
  async #renew(): Promise<boolean> {
    const begun = this.#now();
    const spec = this.#election.renewal(begun, Date.now());
    if (spec === undefined || this.#last === undefined) return false;
    try {
      this.#wrote(await this.#options.store.update(LeaseKind, this.#next(this.#last, spec)), begun);
      return true;
    } catch (error) {
      if (isOvertaken(error)) return false;
      throw error;
    }
  }

  async #contend(): Promise<void> {
    const { store, lease: key, identity } = this.#options;
    const free = this.#free;
    this.#free = undefined;
    const lease = free?.lease ?? (await store.get(LeaseKind, key));
    const begun = this.#now();
    const step = this.#election.decide(lease, begun, Date.now());
    // Timers stand still while the machine is suspended: another may have led before a term is known to be over.
    this.#tell();
    if (step.do === 'wait') {
      this.#tellHolder();
      return;
    }
    const { spec } = step;
    try {
      const written =
        lease === undefined
          ? await store.create(LeaseKind, {
              apiVersion: 'coordination.k8s.io/v1',
              kind: 'Lease',
              metadata: { ...key },
              spec,
            })
          : await store.update(LeaseKind, { ...lease, spec });
      this.#wrote(written, begun);
      this.#aloneSince = free?.at;
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      this.#options.logger.debug('another process was faster to take the Lease', { identity });
    }
  }

  #next(last: Lease, spec: LeaseSpec): Lease {
    if (Object.keys(this.#notes).length === 0) return { ...last, spec };
    const annotations = { ...last.metadata.annotations, ...this.#notes };
    return { ...last, metadata: { ...last.metadata, annotations }, spec };
  }

  #wrote(lease: Lease, begun: number): void {
    this.#last = lease;
    this.#election.written(lease, begun, this.#now());
  }

  #reportTrouble(error: unknown): void {
    const { lease, logger } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    const isForbidden = error instanceof StoreError && error.code === 'Forbidden';
    const remedy = isForbidden && missingRight(reason) === undefined ? neededRights(lease) : undefined;
    const fields = { lease: keyText(lease), holder: this.holder(), error, ...(remedy ? { remedy } : {}) };
    const before = this.#trouble;
    this.#trouble = `the Lease ${keyText(lease)} cannot be looked at or renewed: ${reason}${remedy ? `; ${remedy}` : ''}`;
    // Another right that is missing is news.
    const isNews = before === undefined || (isForbidden && before !== this.#trouble);
    if (isNews) logger.warn('the Lease cannot be looked at or renewed', fields);
    else logger.debug('the Lease still cannot be looked at or renewed', fields);
  }

  /** Whoever looks at a process that does nothing has to see why. */
  #tellHolder(): void {
    const holder = this.holder();
    if (holder === this.#toldHolder) return;
    this.#toldHolder = holder;
    if (holder === undefined) return;
    const lease = keyText(this.#options.lease);
    this.#options.logger.info('another process leads; this one stands by', { lease, holder });
  }

  #tell(): void {
    clearTimeout(this.#expiry);
    const held = this.held();
    // Whoever led meanwhile has said what there was to say.
    if (!held) this.#notes = {};
    // Also while a request hangs: nobody has to look for the right to be over.
    if (held) {
      const millis = Math.max(1, Math.ceil(this.#election.validUntil - this.#now()));
      this.#expiry = setTimeout(() => this.#tell(), millis).unref();
    }
    if (held === this.#told) return;
    this.#told = held;
    this.#toldHolder = undefined;
    this.#options.logger.info(held ? 'leading' : 'no longer leading', { holder: this.holder() });
    for (const listener of this.#listeners) {
      try {
        listener(held);
      } catch (error) {
        this.#options.logger.error('a listener for leadership failed', { error });
      }
    }
  }
}

function neededRights({ namespace, name }: ObjectKey): string {
  return (
    `give it the right to create leases, and to get and update the one named ${name}, in the namespace ${namespace}: ` +
    'manifests/rbac.yaml grants that for the Lease berth-controller in berth-system'
  );
}

/** Somebody else has written since. A Lease of that name that appears or goes is the same. */
function isOvertaken(error: unknown): boolean {
  return (
    error instanceof StoreError &&
    (error.code === 'Conflict' || error.code === 'AlreadyExists' || error.code === 'NotFound')
  );
}
