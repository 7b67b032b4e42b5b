import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import type { Clock } from './clock.ts';

/** What {@link Terms} work with. */
export interface TermsOptions {
  readonly leadership: Leadership;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Resolves when nothing of former terms is being written any more. */
  readonly idle: () => Promise<void>;
  /** Resolves when all is known that was written before a time (`performance.now`), which is this call's by default. */
  readonly catchUp: (since: number | undefined) => Promise<unknown>;
  /** A term begins: this process decides. */
  readonly begin: () => void;
  /** It is over: another process may decide. */
  readonly end: () => void;
}

/** Milliseconds until it is tried again to learn what was written before a term. */
const TRY_AGAIN = 1_000;

/**
 * When this process decides. Whoever led before, and be it this process, may have given addresses of which nothing has been
 * heard yet: its watches lag behind, or the answer to a write was lost. They must be known before any is given. A process
 * that has not led yet knows them from the start where it was alone by then.
 */
export class Terms {
  readonly #options: TermsOptions;
  readonly #stopListening: () => void;
  #isReady = false;
  /** Set while this process leads. */
  #term: symbol | undefined;
  #hasLed = false;
  #isDeciding = false;
  #cancelTry: (() => void) | undefined;

  constructor(options: TermsOptions) {
    this.#options = options;
    this.#stopListening = options.leadership.onChange(() => this.#reconcile());
  }

  /** All objects are known: decisions can be made. */
  ready(): void {
    this.#isReady = true;
    this.#reconcile();
  }

  /** Neither a term's begin nor its end is told any more. */
  stop(): void {
    this.#stopListening();
    this.#isReady = false;
    this.#term = undefined;
    this.#cancelTry?.();
  }

  #reconcile(): void {
    const { leadership, begin, end } = this.#options;
    const leads = leadership.held();
    if (!leads) this.#term = undefined;
    if (!leads && this.#isDeciding) {
      this.#isDeciding = false;
      end();
    }
    if (!leads || !this.#isReady || this.#term !== undefined) return;
    const term = Symbol('term');
    this.#term = term;
    this.#catchUp().then(
      () => {
        if (this.#term !== term) return;
        this.#hasLed = true;
        this.#isDeciding = true;
        begin();
      },
      (error: unknown) => this.#term === term && this.#tryAgain(term, error),
    );
  }

  async #catchUp(): Promise<void> {
    const { leadership, idle, catchUp } = this.#options;
    await idle();
    await catchUp(this.#hasLed ? undefined : leadership.aloneSince?.());
  }

  /** Nobody else may decide while this process leads: it must not be left at that. */
  #tryAgain(term: symbol, error: unknown): void {
    const { logger, clock } = this.#options;
    logger.warn('cannot learn what was written before this term, trying again', { error, retryInMillis: TRY_AGAIN });
    this.#cancelTry = clock.after(TRY_AGAIN, () => {
      if (this.#term !== term) return;
      this.#term = undefined;
      this.#reconcile();
    });
  }
}
