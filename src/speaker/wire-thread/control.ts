import { constants, getPriority, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../../log/logger.ts';
import { Backoff } from '../backoff.ts';
import { type Clock, every } from '../wire/clock.ts';
import { HANDOVER_PATIENCE } from '../wire/ending.ts';
import type { Assignment, Beginning, FromWire, HeldSegment, StopReason, ToWire } from '../wire/messages.ts';

/** A running worker, or what stands for one in tests. */
export interface WireThread {
  post(message: ToWire): void;
  /** Ends it without asking. */
  terminate(): void;
}

/** Who hears a {@link WireThread}. */
export interface WireThreadListener {
  onMessage(message: FromWire): void;
  /** It has ended, by itself or not; nothing is heard of it afterwards. */
  onEnd(reason: string): void;
}

export type StartWireThread = (listener: WireThreadListener) => WireThread;

/** By how much the nice value of this thread is raised. */
const BEHIND_THE_WIRE = 5;

/** Runs the bundled worker, before this thread where the processors have not enough time for both. */
export function wireThreadAt(url: URL): StartWireThread {
  let isFirst = true;
  return ({ onMessage, onEnd }) => {
    const worker = new Worker(url, { name: 'wire' });
    // A thread starts with the nice value of the one that starts it, so that this comes after.
    if (isFirst) stepBack();
    isFirst = false;
    let failure = '';
    worker.on('message', onMessage);
    worker.on('error', (error) => {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', (code) => onEnd(failure || `exit code ${code}`));
    return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
  };
}

/** On Linux a nice value is a thread's own (setpriority(2)). What plans and writes reports can wait, a session cannot. */
function stepBack(): void {
  try {
    setPriority(Math.min(getPriority() + BEHIND_THE_WIRE, constants.priority.PRIORITY_LOW));
  } catch {
    // A sandbox that forbids it: both threads are alike then, as they were.
  }
}

/** Milliseconds between signs of life: several in what the worker takes for silence, and each wakes it. */
const SIGN_OF_LIFE = 2000;
/** Milliseconds that a worker is given to fall silent before it is ended the hard way. */
const STOP_PATIENCE = HANDOVER_PATIENCE + 1000;

/** Keeps a worker running and tells it what should be on the wire. */
export class WireControl {
  readonly #start: StartWireThread;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onMessage: (message: FromWire) => void;
  readonly #onLost: () => void;
  readonly #onStarted: () => void;
  readonly #backoff = new Backoff();
  readonly #cancelAlive: () => void;
  #thread: WireThread | undefined;
  readonly #assignment: () => Assignment | undefined;
  #cancelRestart: (() => void) | undefined;
  #stopped: ((isCaredFor: boolean) => void) | undefined;
  readonly #beginning: Omit<Beginning, 'held'>;
  #held: readonly HeldSegment[];
  #isCaredFor = false;

  /** @param onLost the worker ended unasked, and all that it held is off the wire; it is started anew. */
  constructor(options: {
    readonly start: StartWireThread;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly onMessage: (message: FromWire) => void;
    readonly onLost: () => void;
    readonly beginning: Beginning;
    /** What should be on the wire, for a worker that begins; undefined while that is not known. */
    readonly assignment: () => Assignment | undefined;
    /** A worker that took the place of another one listens: it knows of nothing but its beginning and the assignment. */
    readonly onStarted?: (() => void) | undefined;
  }) {
    const { held, ...beginning } = options.beginning;
    this.#beginning = beginning;
    this.#held = held;
    this.#start = options.start;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#onMessage = options.onMessage;
    this.#onLost = options.onLost;
    this.#onStarted = options.onStarted ?? (() => {});
    this.#assignment = options.assignment;
    this.#cancelAlive = every(this.#clock, SIGN_OF_LIFE, () => this.#thread?.post({ type: 'alive' }));
    this.#launch();
  }

  /** Tells the worker that runs something that the next one will not know. */
  post(message: ToWire): void {
    this.#thread?.post(message);
  }

  /**
   * Resolves when nothing of ours is on the wire any more. Returns whether others answer in our name, so that the kernel
   * has to go on as it does.
   */
  async stop(reason: StopReason): Promise<boolean> {
    this.#cancelAlive();
    this.#cancelRestart?.();
    const thread = this.#thread;
    if (thread === undefined) return false;
    return await new Promise((resolve) => {
      const cancel = this.#clock.after(STOP_PATIENCE, () => {
        this.#logger.warn('the wire worker did not stop in time: ending it', { milliseconds: STOP_PATIENCE });
        thread.terminate();
        resolve(false);
      });
      this.#stopped = (isCaredFor) => {
        cancel();
        resolve(isCaredFor);
      };
      thread.post({ type: 'stop', reason });
    });
  }

  #launch(): void {
    this.#thread = this.#start({
      onMessage: (message) => this.#receive(message),
      onEnd: (reason) => this.#ended(reason),
    });
    this.#thread.post({ type: 'begin', ...this.#beginning, held: this.#held });
    const assignment = this.#assignment();
    if (assignment !== undefined) this.#thread.post({ type: 'assign', ...assignment });
  }

  #receive(message: FromWire): void {
    if (message.type === 'report') this.#backoff.reset();
    if (message.type === 'held') this.#held = message.held;
    if (message.type === 'stopped') this.#isCaredFor = message.isCaredFor;
    this.#onMessage(message);
  }

  #ended(reason: string): void {
    this.#thread = undefined;
    if (this.#stopped !== undefined) {
      this.#stopped(this.#isCaredFor);
      return;
    }
    const delay = this.#backoff.next();
    this.#logger.error('the wire worker ended: its addresses are silent until it runs again', { reason, delay });
    this.#onLost();
    this.#cancelRestart = this.#clock.after(delay, () => {
      this.#launch();
      this.#onStarted();
    });
  }
}
