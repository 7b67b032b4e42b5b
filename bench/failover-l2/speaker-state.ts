import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SpeakerStatusKind } from '../../src/api/speaker-status.ts';
import { statePathOf } from '../../src/store/directory/state-path.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** What the SpeakerStatus of a node in the state folder says that its speaker answers for. */
export class SpeakerState {
  /** Addresses that it answers for as the owner. */
  owned: ReadonlySet<string> = NOTHING;
  /** Addresses that it answers for in another's name. */
  caredFor: ReadonlySet<string> = NOTHING;
  readonly #path: string;
  /** When the file was written that was read last, or must have been at least, ms since 1970. */
  #writtenAt = 0;

  constructor(folder: string, node: string) {
    this.#path = join(folder, '.status', statePathOf(SpeakerStatusKind, { name: node }));
  }

  /** Reads the file again where it has changed. */
  look(): void {
    const writtenAt = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (writtenAt <= this.#writtenAt) return;
    this.#writtenAt = writtenAt;
    const roles = rolesIn(readFileSync(this.#path, 'utf8'));
    const inRole = (wanted: string) =>
      new Set([...roles].flatMap(([address, role]) => (role === wanted ? address : [])));
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

/** By address. Lines are looked at one by one, as to parse 500 entries takes long enough to be seen in what is measured. */
function rolesIn(text: string): ReadonlyMap<string, string> {
  const roles = new Map<string, string>();
  let last = '';
  for (const line of text.split('\n')) {
    const [, address] = /^ +- address: "?([^"]+)"?$/.exec(line) ?? [];
    if (address !== undefined) last = address;
    const [, role] = /^ +role: (\w+)$/.exec(line) ?? [];
    if (role !== undefined) roles.set(last, role);
  }
  return roles;
}
