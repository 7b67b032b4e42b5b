import { NodeKind } from '../../api/kubernetes/node.ts';
import type { ObjectMeta } from '../../api/object.ts';
import { API_VERSION } from '../../api/schema/custom-kind.ts';
import { type SpeakerReport, SpeakerStatusKind } from '../../api/speaker-status.ts';
import type { Logger } from '../../log/logger.ts';
import { type Store, StoreError } from '../../store/store.ts';
import { Backoff } from '../backoff.ts';
import { Trouble } from '../trouble.ts';
import type { Clock } from '../wire/clock.ts';
import { type Difference, differenceOf } from './difference.ts';

/** Most often that a status is written only because of its times, ms. */
export const TIMES_INTERVAL = 30_000;

/**
 * Most often that it is written only because of what is withheld, ms. A change of one Service is that on nearly every node:
 * a thousand writes, which every speaker is told of.
 */
export const WITHHELD_INTERVAL = 5_000;

/** Entries of `l2` up to which a report is written as soon as it says something new. */
export const SMALL_REPORT = 200;

/**
 * What each entry of a larger one adds to the time until the next write, ms: everybody is told all of it each time, so that
 * this bounds what a speaker sends, a third of a megabyte a second.
 */
export const PACE_OF_ENTRY = 0.5;

/** The longest such time, ms: with the write itself, below the 5 s that a controller gives an address to come to another node. */
export const LONGEST_PACE = 3_500;

/** The longest for what others decide by, ms: which node may announce at all, which peer it has, who claims our addresses. */
export const PACE_OF_FACTS = 500;

/** Keeps the node's SpeakerStatus in the store equal to the latest report. One write at a time; failures are retried. */
export class StatusWriter {
  readonly #store: Store;
  readonly #node: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #needsNode: boolean;
  readonly #backoff = new Backoff();
  readonly #trouble: Trouble;
  #wanted: SpeakerReport | undefined;
  #written: SpeakerReport | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  /** When it was last written only because of what is withheld. */
  #withheldAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;

  constructor(options: {
    readonly store: Store;
    readonly node: string;
    readonly clock: Clock;
    readonly logger: Logger;
    /** The object is made only where the Node is there that it goes with. */
    readonly needsNode?: boolean | undefined;
  }) {
    this.#needsNode = options.needsNode ?? false;
    this.#store = options.store;
    this.#node = options.node;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#trouble = new Trouble(options.logger, 'the SpeakerStatus cannot be written: retrying');
  }

  /** The report from now on. It is written at once if it says something new, later if that is little or the report is large. */
  report(report: SpeakerReport): void {
    this.#wanted = report;
    this.#schedule();
  }

  /** The object in the store is not what was last written: write it again. */
  invalidate(): void {
    this.#written = undefined;
    this.#schedule();
  }

  /**
   * Writes the report now. A report that follows is written as ever.
   *
   * @throws StoreError when this one attempt fails; it is retried all the same.
   */
  async write(report: SpeakerReport): Promise<void> {
    this.#wanted = report;
    while (this.#writing !== undefined) await this.#writing;
    if (this.#written === report) return;
    this.#cancelTimer?.();
    await this.#attempt(report);
  }

  /** The last report of a node that leaves: tried once. */
  async writeLast(report: SpeakerReport): Promise<void> {
    await this.write(report).catch((error: unknown) => {
      this.#logger.warn('the last SpeakerStatus could not be written', { reason: String(error) });
    });
  }

  /** Ends the retries; the status stays as it was last written. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  #schedule(): void {
    if (this.#stopped || this.#trouble.isThere || this.#writing !== undefined || this.#wanted === undefined) return;
    const difference = this.#written === undefined ? 'Facts' : differenceOf(this.#written, this.#wanted);
    if (difference === 'None') return;
    const wait = this.#dueAt(difference) - this.#clock.monotonic();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (wait > 0) this.#cancelTimer = this.#clock.after(wait, () => this.#begin(difference));
    else this.#begin(difference);
  }

  #dueAt(difference: Exclude<Difference, 'None'>): number {
    if (difference === 'Times') return this.#writtenAt + TIMES_INTERVAL;
    if (difference === 'Withheld') return this.#withheldAt + WITHHELD_INTERVAL;
    const pace = paceOf(this.#written);
    return this.#writtenAt + (difference === 'Facts' ? Math.min(pace, PACE_OF_FACTS) : pace);
  }

  #begin(difference: Difference = 'Facts'): void {
    const report = this.#wanted;
    if (this.#stopped || report === undefined) return;
    if (difference === 'Withheld') this.#withheldAt = this.#clock.monotonic();
    this.#attempt(report).catch(() => {});
  }

  /** One write, whose outcome decides about the next. */
  #attempt(report: SpeakerReport): Promise<void> {
    const attempt = this.#put(report);
    this.#writing = attempt.then(
      () => this.#succeeded(),
      (error: unknown) => this.#failed(error),
    );
    return attempt;
  }

  #succeeded(): void {
    this.#writing = undefined;
    this.#trouble.over();
    this.#backoff.reset();
    this.#schedule();
  }

  #failed(error: unknown): void {
    this.#writing = undefined;
    const delay = this.#backoff.next();
    this.#trouble.failed(error, { node: this.#node });
    if (this.#stopped) return;
    this.#cancelTimer = this.#clock.after(delay, () => this.#begin());
  }

  async #put(report: SpeakerReport): Promise<void> {
    // A patch takes away what is null in it, and leaves what it does not have.
    const { unlisted = null, bouncing = null } = report;
    const whole = { ...report, unlisted, bouncing };
    const patch = () => this.#store.patchStatus(SpeakerStatusKind, { name: this.#node }, whole);
    try {
      await patch();
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'NotFound') throw error;
      await this.#create();
      await patch();
    }
    if (unlisted !== null && this.#written?.unlisted === undefined) {
      const { length: listed = 0 } = report.l2 ?? [];
      this.#logger.warn('the SpeakerStatus cannot list all addresses that this node answers for', { listed, unlisted });
    }
    this.#written = report;
    this.#writtenAt = this.#clock.monotonic();
  }

  /** It belongs to the Node, so that a cluster removes it with that. */
  async #create(): Promise<void> {
    const { apiVersion, kind } = NodeKind;
    const name = this.#node;
    const node = await this.#store.get(NodeKind, { name });
    if (node === undefined && this.#needsNode) throw new StoreError('Invalid', `there is no Node ${name}`);
    const uid = node?.metadata.uid;
    const metadata: ObjectMeta =
      uid === undefined ? { name } : { name, ownerReferences: [{ apiVersion, kind, name, uid }] };
    await this.#store.create(SpeakerStatusKind, { apiVersion: API_VERSION, kind: 'SpeakerStatus', metadata });
  }
}

/** How long after the write of a report the next one may follow, ms. */
function paceOf(written: SpeakerReport | undefined): number {
  const entries = written?.l2?.length ?? 0;
  return entries <= SMALL_REPORT ? 0 : Math.min(entries * PACE_OF_ENTRY, LONGEST_PACE);
}
