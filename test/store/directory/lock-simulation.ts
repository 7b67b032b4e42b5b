import { FolderLock } from '../../../src/store/directory/folder-lock.ts';
import type { LockFile, LockFiles } from '../../../src/store/directory/lock-files.ts';
import { LogLines } from './folder.ts';

/** The lease of the simulated processes, in milliseconds of the simulation. */
export const LEASE = 1_000;

/** What a process is about to do; `turn`: to begin anew. */
type Operation = 'turn' | 'list' | 'read' | 'prepare' | 'place' | 'discard' | 'rename' | 'remove';

/** A folder whose every operation happens when the test says so, among processes whose clocks differ. */
class SimulatedFolder {
  now = 0;
  readonly #locks = new Map<number, string>();
  readonly #pending = new Map<number, { readonly operation: Operation; happen(): void }>();

  /** The files as one process sees them; each of its operations waits for {@link proceed}. */
  filesOf(process: number): LockFiles {
    const wait = <T>(operation: Operation, effect: () => T): Promise<T> =>
      new Promise((resolve) => this.#pending.set(process, { operation, happen: () => resolve(effect()) }));
    const remove = (generation: number) => wait('remove', () => void this.#locks.delete(generation));
    return {
      look: async (): Promise<LockFile | undefined> => {
        const generation = await wait('list', () => Math.max(0, ...this.#locks.keys()));
        if (generation === 0) return undefined;
        const text = await wait('read', () => this.#locks.get(generation));
        return { generation, text, fingerprint: text };
      },
      prepare: async (text) => {
        await wait('prepare', () => undefined);
        const place = (generation: number) =>
          wait('place', () => {
            const isFree = !this.#locks.has(generation);
            if (isFree) this.#locks.set(generation, text);
            return isFree;
          });
        return { place, discard: () => wait('discard', () => undefined) };
      },
      rewrite: async (generation, text) => {
        await wait('prepare', () => undefined);
        await wait('rename', () => void this.#locks.set(generation, text));
      },
      remove,
      removeBelow: async (generation) => {
        const all = await wait('list', () => [...this.#locks.keys()]);
        for (const older of all.filter((other) => other < generation)) await remove(older);
      },
    };
  }

  get generations(): readonly number[] {
    return [...this.#locks.keys()];
  }

  /** What a process waits to do. */
  pendingOf(process: number): Operation | undefined {
    return this.#pending.get(process)?.operation;
  }

  /** Lets a process wait for its next turn as it waits for a file. */
  turnOf(process: number): Promise<void> {
    return new Promise((resolve) => this.#pending.set(process, { operation: 'turn', happen: resolve }));
  }

  /** The operation that a process waits for happens; those of others wait on. */
  proceed(process: number): void {
    const pending = this.#pending.get(process);
    this.#pending.delete(process);
    pending?.happen();
  }

  /** A process dies as it is; what it waited for never happens. */
  kill(process: number): void {
    this.#pending.delete(process);
  }
}

/** Lets everything run on that waits for nothing. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Contender {
  readonly id: number;
  readonly lock: FolderLock;
  alive: boolean;
}

/** Contenders for the lock of one folder that run, freeze and die as a test says. */
export class Simulation {
  readonly folder = new SimulatedFolder();
  readonly contenders: Contender[] = [];
  #next = 0;

  constructor(private readonly rates: readonly number[]) {}

  start(): void {
    const id = this.#next++;
    const rate = this.rates[id % this.rates.length] ?? 1;
    const lock = new FolderLock({
      folder: '',
      holder: `n${id}`,
      logger: new LogLines(),
      leaseMillis: LEASE,
      files: this.folder.filesOf(id),
      now: () => 1_000_000 * id + this.folder.now * rate,
      identity: undefined,
    });
    const contender: Contender = { id, lock, alive: true };
    this.contenders.push(contender);
    const run = async (): Promise<void> => {
      while (contender.alive) {
        await this.folder.turnOf(id);
        if (contender.alive) await lock.step();
      }
    };
    void run();
  }

  get holders(): readonly number[] {
    return this.contenders.filter(({ alive, lock }) => alive && lock.held()).map(({ id }) => id);
  }

  /** One thing happens to one of the contenders that live. */
  async happen(what: 'proceed' | 'kill' | 'stop', pick: number, advance: number): Promise<void> {
    this.folder.now += advance;
    const living = this.contenders.filter(({ alive }) => alive);
    const contender = living[pick % living.length];
    if (!contender) return;
    if (what === 'proceed') {
      this.folder.proceed(contender.id);
    } else {
      contender.alive = false;
      if (what === 'stop') void contender.lock.stop();
      this.folder.kill(contender.id);
      this.start();
    }
    await settled();
  }

  /** One contender runs, all others being frozen, until it is about to do something. */
  async runUntil(id: number, operation: Operation): Promise<void> {
    do {
      this.folder.proceed(id);
      await settled();
    } while (this.folder.pendingOf(id) !== operation);
  }

  /** Ends what is left of the promises' timers. */
  end(): void {
    for (const contender of this.contenders) contender.alive = false;
  }
}
