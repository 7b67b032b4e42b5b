import type { Claim, ClaimChange, Message, MessageBody, SpeakerState } from './message.ts';

/** So many claims or changes go into one message: it stays below 1,200 bytes with IPv6 addresses and long node names. */
const MOST_CHANGES = 16;
const MOST_CLAIMS = 24;

/** What a node says to its peers: keeps its claims, numbers their changes, and sends the changes of one step together. */
export class Outbox {
  state: SpeakerState = 'Running';
  readonly #claims = new Map<string, Claim>();
  readonly #queue: { readonly to: string; readonly body: MessageBody }[] = [];
  #changes: ClaimChange[] = [];
  #version = 0;

  constructor(
    private readonly node: string,
    private readonly boot: number,
  ) {}

  claim(address: string, claim: Claim | null, supersedes: string | undefined): void {
    if (isSame(this.#claims.get(address) ?? null, claim)) return;
    if (claim === null) this.#claims.delete(address);
    else this.#claims.set(address, claim);
    this.#changes.push({ address, claim, supersedes });
  }

  send(to: string, body: MessageBody): void {
    this.#queue.push({ to, body });
  }

  sendHello(to: string): void {
    this.send(to, { type: 'Hello', state: this.state });
  }

  sendClaims(to: string): void {
    const claims = [...this.#claims];
    const pages = Math.max(1, Math.ceil(claims.length / MOST_CLAIMS));
    for (let page = 0; page < pages; page++) {
      const first = page * MOST_CLAIMS;
      this.send(to, { type: 'Claims', page, pages, claims: claims.slice(first, first + MOST_CLAIMS) });
    }
  }

  /** Hands over all that is to be sent: changes of claims to all, then what is for one peer. */
  flush(all: readonly string[], put: (to: readonly string[], message: Message) => void): void {
    const { node: from, boot } = this;
    for (let first = 0; first < this.#changes.length; first += MOST_CHANGES) {
      const changes = this.#changes.slice(first, first + MOST_CHANGES);
      this.#version += changes.length;
      put(all, { from, boot, version: this.#version, body: { type: 'Changes', changes } });
    }
    this.#changes = [];
    for (const { to, body } of this.#queue.splice(0)) put([to], { from, boot, version: this.#version, body });
  }
}

function isSame(a: Claim | null, b: Claim | null): boolean {
  if (a === null || b === null) return a === b;
  return a.role === b.role && (a.role !== 'Caretaker' || b.role !== 'Caretaker' || a.of === b.of);
}
