import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type SpeakerStatus, SpeakerStatusKind } from '../../src/api/speaker-status.ts';
import { formatFault } from '../../src/store/directory/source-fault.ts';
import { statePathOf } from '../../src/store/directory/state-path.ts';
import { parseState } from '../../src/store/directory/state-text.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** What the SpeakerStatus of a node in the state folder says that its speaker answers for. */
export class SpeakerState {
  /** Addresses that it answers for as the owner. */
  owned: ReadonlySet<string> = NOTHING;
  /** Addresses that it answers for in another's name. */
  caredFor: ReadonlySet<string> = NOTHING;
  readonly #path: string;
  /** Of the file, below the folder of all state. */
  readonly #name: string;
  /** When the file was written that was read last, or must have been at least, ms since 1970. */
  #writtenAt = 0;

  constructor(folder: string, node: string) {
    this.#name = statePathOf(SpeakerStatusKind, { name: node });
    this.#path = join(folder, '.status', this.#name);
  }

  /** Reads the file again where it has changed. */
  look(): void {
    const writtenAt = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (writtenAt <= this.#writtenAt) return;
    this.#writtenAt = writtenAt;
    const read = parseState(readFileSync(this.#path, 'utf8'), this.#path, this.#name, SpeakerStatusKind);
    if ('fault' in read) throw new Error(`bench: ${formatFault(read.fault)}`);
    const { status } = read.object as SpeakerStatus;
    const inRole = (wanted: string) =>
      new Set((status?.l2 ?? []).flatMap(({ address, role }) => (role === wanted ? address : [])));
    this.owned = inRole('Owner');
    this.caredFor = inRole('Caretaker');
  }

  /** The speaker has ended: what the file says counts no more until the next one writes it. */
  forget(): void {
    this.owned = NOTHING;
    this.caredFor = NOTHING;
    this.#writtenAt = Date.now();
  }
}
