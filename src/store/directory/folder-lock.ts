import { randomUUID } from 'node:crypto';
import { uptime } from 'node:os';
import type { Logger } from '../../log/logger.ts';
import { isAlive, type ProcessIdentity, processIdentity } from '../../os/process-identity.ts';
import type { Leadership } from '../leadership.ts';
import { unwritableMessage } from './file-error.ts';
import { formatLock, type LockContent, parseLock } from './lock-content.ts';
import { decideLock, type LockSight, type LockState, validUntil } from './lock-decision.ts';
import { FolderLockFiles, type LockFiles } from './lock-files.ts';

/** How a {@link FolderLock} is set up; times are in milliseconds. */
export interface FolderLockOptions {
  /** The state folder, which all contenders see. */
  readonly folder: string;
  /** What people and the other contenders call this process. */
  readonly holder: string;
  /** The folder as people know it, for the log. Default: the state folder. */
  readonly directory?: string;
  readonly logger: Logger;
  /** How long a lock must be seen unchanged before another process takes it. The same for all. Default: 10,000. */
  readonly leaseMillis?: number;
  readonly files?: LockFiles;
  /** A clock that never goes back and goes on while the machine sleeps. Default: time since boot. */
  readonly now?: () => number;
  readonly identity?: ProcessIdentity | undefined;
}

/** A {@link Leadership} by numbered lock files in a folder. See the README here for the rules. */
export class FolderLock implements Leadership {
  readonly #options: FolderLockOptions;
  readonly #files: LockFiles;
  readonly #now: () => number;
  readonly #leaseMillis: number;
  readonly #listeners = new Set<(held: boolean) => void>();
  readonly #failureListeners = new Set<(failure: string) => void>();
  readonly #nonce = randomUUID();
  readonly #identity: ProcessIdentity | undefined;
  #state: LockState = { role: 'contender' };
  #lastSeen: LockContent | undefined;
  #counter = 0;
  #told = false;
  #failure: string | undefined;
  /** Names the holder that the log says this process waits for. */
  #awaited: string | undefined;
  #started = false;
  #timer: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #tick: Promise<void> = Promise.resolve();

  constructor(options: FolderLockOptions) {
    this.#options = options;
    this.#files = options.files ?? new FolderLockFiles(options.folder);
    this.#now = options.now ?? millisSinceBoot;
    this.#leaseMillis = options.leaseMillis ?? 10_000;
    this.#identity = 'identity' in options ? options.identity : ownIdentity();
  }

  held(): boolean {
    return this.#state.role === 'holder' && this.#now() < this.#state.validUntil;
  }

  holder(): string | undefined {
    if (this.held()) return this.#options.holder;
    return this.#lastSeen?.isReleased ? undefined : this.#lastSeen?.holder;
  }

  /** Which process holds it, as `HOLDER (pid N)`, where that is another. */
  incumbent(): string | undefined {
    if (this.held() || !this.#lastSeen || this.#lastSeen.isReleased || this.#lastSeen.nonce === this.#nonce) return;
    const { holder, identity } = this.#lastSeen;
    return identity ? `${holder} (pid ${identity.pid})` : holder;
  }

  /** Why the lock could not be looked at, taken or renewed at the last try; undefined where it could. */
  failure(): string | undefined {
    return this.#failure;
  }

  /** Calls back when tries begin to fail. Returns a function that ends it. */
  onFailure(listener: (failure: string) => void): () => void {
    this.#failureListeners.add(listener);
    return () => this.#failureListeners.delete(listener);
  }

  onChange(listener: (held: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#timer);
    await this.#tick;
    clearTimeout(this.#timer);
    this.#failure = undefined;
    if (this.#state.role !== 'holder') return;
    const { generation } = this.#state;
    const isGivenUp = this.held();
    this.#state = { role: 'contender' };
    this.#tell(isGivenUp);
    try {
      if ((await this.#look())?.isOwn) await this.#files.rewrite(generation, this.#text({ isReleased: true }));
    } catch (error) {
      this.#options.logger.warn('the folder lock could not be released: it runs out by itself', { error });
    }
  }

  /** One look at the files and the step that follows from it. Calls do not overlap. Does not reject. */
  step(): Promise<void> {
    this.#tick = this.#tick.then(() => this.#step());
    return this.#tick;
  }

  async #step(): Promise<void> {
    try {
      const decision = decideLock(this.#state, await this.#look(), this.#now(), this.#leaseMillis);
      this.#state = decision.state;
      if (decision.step.do === 'create') await this.#create(decision.step.generation);
      else if (decision.step.do === 'renew') await this.#renew();
      else if (decision.step.do === 'wait') this.#noteWaiting();
      this.#failure = undefined;
    } catch (error) {
      this.#fail(error);
    }
    this.#tell();
  }

  #fail(error: unknown): void {
    const { folder, logger } = this.#options;
    const failure = `the folder lock in ${folder} cannot be looked at or renewed: ${unwritableMessage(error)}`;
    const isNew = this.#failure === undefined;
    this.#failure = failure;
    if (!isNew) return;
    logger.warn(failure);
    for (const listener of this.#failureListeners) listener(failure);
  }

  #noteWaiting(): void {
    const incumbent = this.incumbent();
    if (incumbent === undefined || this.#lastSeen?.nonce === this.#awaited) return;
    this.#awaited = this.#lastSeen?.nonce;
    this.#options.logger.info(`waiting: ${incumbent} allocates in ${this.#options.directory ?? this.#options.folder}`);
  }

  /**
   * The new file is written first and the folder looked at again before it is put in place: writing makes the client of
   * a network file system forget the folder as it remembered it.
   */
  async #create(generation: number): Promise<void> {
    const begun = this.#now();
    const prepared = await this.#files.prepare(this.#text({ isReleased: false }));
    try {
      const { step } = decideLock(this.#state, await this.#look(), this.#now(), this.#leaseMillis);
      if (step.do !== 'create' || step.generation !== generation) return;
      if (!(await prepared.place(generation))) return;
    } finally {
      await prepared.discard().catch(() => undefined);
    }
    if (await this.#isHighest(generation)) {
      this.#state = { role: 'holder', generation, validUntil: validUntil(begun, this.#leaseMillis) };
      await this.#files.removeBelow(generation);
    } else {
      await this.#files.remove(generation);
    }
  }

  async #renew(): Promise<void> {
    if (this.#state.role !== 'holder') return;
    const { generation } = this.#state;
    const begun = this.#now();
    await this.#files.rewrite(generation, this.#text({ isReleased: false }));
    // A renewal that ends late does not count: another may have taken the old content for abandoned meanwhile.
    if ((await this.#isHighest(generation)) && this.held()) {
      this.#state = { role: 'holder', generation, validUntil: validUntil(begun, this.#leaseMillis) };
      await this.#files.removeBelow(generation);
    } else {
      this.#state = { role: 'contender' };
    }
  }

  async #isHighest(generation: number): Promise<boolean> {
    const sight = await this.#look();
    return sight?.generation === generation && sight.isOwn;
  }

  async #look(): Promise<LockSight | undefined> {
    const file = await this.#files.look();
    const content = parseLock(file?.text);
    this.#lastSeen = content;
    if (!file) return undefined;
    return {
      generation: file.generation,
      fingerprint: file.fingerprint,
      isReleased: content?.isReleased === true,
      isHolderGone: content?.identity !== undefined && isAlive(content.identity) === 'dead',
      isOwn: content?.nonce === this.#nonce,
    };
  }

  #text({ isReleased }: Pick<LockContent, 'isReleased'>): string {
    const { holder } = this.#options;
    return formatLock({ holder, nonce: this.#nonce, counter: ++this.#counter, isReleased, identity: this.#identity });
  }

  #schedule(millis: number): void {
    if (!this.#started) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.step().then(() => this.#schedule(this.#pause())), millis);
  }

  /** A holder renews at a fifth of the lease; a contender looks more often, for a lock that was released. */
  #pause(): number {
    if (this.#state.role === 'contender') return this.#leaseMillis / 20;
    return Math.max(Math.min(this.#leaseMillis / 5, this.#state.validUntil - this.#now()), 1);
  }

  #tell(isGivenUp = false): void {
    const held = this.held();
    clearTimeout(this.#expiry);
    // Also where a step hangs, as on a network file system whose server is away.
    if (this.#state.role === 'holder' && held) {
      this.#expiry = setTimeout(() => this.#tell(), Math.max(this.#state.validUntil - this.#now(), 1)).unref();
    }
    if (held === this.#told) return;
    this.#told = held;
    this.#awaited = undefined;
    if (held) this.#options.logger.info('took the folder lock', { holder: this.holder() });
    else if (isGivenUp) this.#options.logger.info('gave up the folder lock');
    else this.#options.logger.warn('lost the folder lock', { holder: this.holder() });
    for (const listener of this.#listeners) {
      try {
        listener(held);
      } catch (error) {
        this.#options.logger.error('a listener for the folder lock failed', { error });
      }
    }
  }
}

/** CLOCK_BOOTTIME, unlike `performance.now`, counts the time that the machine was suspended; in steps of 10 ms. */
function millisSinceBoot(): number {
  return uptime() * 1000;
}

/** Undefined where the system does not tell; the lock then has to run out before another takes it. */
function ownIdentity(): ProcessIdentity | undefined {
  try {
    return processIdentity();
  } catch {
    return undefined;
  }
}
