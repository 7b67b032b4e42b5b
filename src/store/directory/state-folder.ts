import { stat } from 'node:fs/promises';
import { errorCode } from '../../os/system-error.ts';
import { unreadableMessage } from './file-error.ts';
import type { SourceFault } from './source-fault.ts';

/** The state folder itself, apart from the files in it: whether it is there, and can be looked through. */
export class StateFolder {
  #identity: string | undefined;
  #fault: SourceFault | undefined;
  #unlisted: readonly SourceFault[] = [];

  /**
   * @param mayBeMissing whether it is fine that it is not there from the beginning, as for one who only looks
   * @param unmade why it could not be made; undefined where it could
   */
  constructor(
    private readonly root: string,
    private readonly mayBeMissing: boolean,
    private readonly unmade: string | undefined,
  ) {}

  /** What is wrong with the folder as a whole. */
  get fault(): SourceFault | undefined {
    return this.#fault;
  }

  /** What in it is there and could not be looked at; the folder itself where something is wrong with it as a whole. */
  get unlisted(): readonly SourceFault[] {
    return this.#unlisted;
  }

  /**
   * Notes what could not be looked at, once all else has been read: until then, what was noted before still counts.
   * @returns whether that is another finding than before
   */
  note(unlisted: readonly SourceFault[]): boolean {
    const before = JSON.stringify(this.#unlisted);
    this.#unlisted = this.#fault ? [this.#fault] : unlisted;
    return JSON.stringify(this.#unlisted) !== before;
  }

  /**
   * Looks whether the folder is the one that it was, since what is missing from another proves nothing.
   * @param holdsKnown whether it holds a file that is known already, which makes another folder the same
   * @returns whether {@link fault} is another than before
   */
  async check(holdsKnown: boolean): Promise<boolean> {
    const before = this.#fault?.message;
    this.#fault = await this.#look(holdsKnown);
    return this.#fault?.message !== before;
  }

  async #look(holdsKnown: boolean): Promise<SourceFault | undefined> {
    const file = this.root;
    try {
      const { dev, ino } = await stat(file);
      const identity = `${dev}:${ino}`;
      if (this.#identity === undefined || holdsKnown) this.#identity = identity;
      if (this.#identity === identity) return undefined;
      return { file, message: 'is another folder than before and empty: mount or restore it, or restart Berth' };
    } catch (error) {
      const neverWas = this.#identity === undefined;
      if (neverWas && this.mayBeMissing && errorCode(error) === 'ENOENT') return undefined;
      return { file, message: (neverWas ? this.unmade : undefined) ?? unreadableMessage(error) };
    }
  }
}
