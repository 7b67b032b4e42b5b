import type { Logger } from '../../log/logger.ts';

/** So many nodes are named at most. */
const MOST_NAMES = 10;

/** The Node object of this speaker. In a cluster nothing is done, and no status left behind, where there is none. */
export class OwnNode {
  readonly #name: string;
  readonly #isNeeded: boolean;
  readonly #logger: Logger;
  readonly #onFound: () => void;
  #wasFound = false;
  #missing: string | undefined;

  /** @param onFound called once, when the node is there, or not needed */
  constructor(name: string, isNeeded: boolean, logger: Logger, onFound: () => void) {
    this.#name = name;
    this.#isNeeded = isNeeded;
    this.#logger = logger;
    this.#onFound = onFound;
  }

  /** What to tell while it is missing. */
  missing(): string | undefined {
    return this.#missing;
  }

  /** These are all nodes now, by name. */
  look(nodes: ReadonlyMap<string, unknown>): void {
    if (this.#isNeeded && !nodes.has(this.#name)) {
      if (this.#missing === undefined) this.#logger.warn(`there is no Node ${this.#name}`, { known: namesOf(nodes) });
      this.#missing = `there is no Node ${this.#name}: known are ${namesOf(nodes)}; give the name of this node with --node`;
      return;
    }
    this.#missing = undefined;
    if (this.#wasFound) return;
    this.#wasFound = true;
    this.#onFound();
  }
}

function namesOf(nodes: ReadonlyMap<string, unknown>): string {
  const names = [...nodes.keys()].sort();
  if (names.length === 0) return 'none';
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
