import type { Claim, ClaimChange, ClaimEntry, Message, MessageBody, SpeakerState } from './message.ts';
import { type Move, toldAt } from './moves.ts';

/** So many octets of claims or changes go into one message: with header and trailer it stays below 1,200. */
const MOST_OCTETS = 800;
/** Of an entry without the name of another node: an IPv6 address, the role, its age, four moves. */
const ENTRY_OCTETS = 55;
/** So many addresses of 17 octets are as many octets. */
const MOST_WITNESSED = 47;

interface OwnClaim {
  readonly claim: Claim;
  readonly since: number;
  readonly moves: readonly Move[];
}

/** What a node says to its peers: keeps its claims, numbers their changes, and sends the changes of one step together. */
export class Outbox {
  state: SpeakerState = 'Running';
  readonly #claims = new Map<string, OwnClaim>();
  readonly #queue: { readonly to: string; readonly body: MessageBody }[] = [];
  readonly #askedBy = new Set<string>();
  readonly #witnessed = new Map<string, string[]>();
  #changes: { readonly address: string; readonly claim: OwnClaim | null }[] = [];
  #version = 0;

  constructor(
    private readonly node: string,
    private readonly boot: number,
    private readonly mac?: string,
  ) {}

  /** Whether {@link flush} has nothing to hand over. */
  get isEmpty(): boolean {
    return this.#changes.length + this.#queue.length + this.#askedBy.size + this.#witnessed.size === 0;
  }

  claim(address: string, claim: Claim | null, moves: readonly Move[], since: number): void {
    if (isSame(this.#claims.get(address)?.claim ?? null, claim)) return;
    const own = claim === null ? null : { claim, moves, since };
    if (own === null) this.#claims.delete(address);
    else this.#claims.set(address, own);
    this.#changes.push({ address, claim: own });
  }

  send(to: string, body: MessageBody): void {
    this.#queue.push({ to, body });
  }

  sendHello(to: string): void {
    this.send(to, { type: 'Hello', state: this.state, mac: this.mac });
    const heard = this.#witnessed.get(to) ?? [];
    this.#witnessed.delete(to);
    for (let at = 0; at < heard.length; at += MOST_WITNESSED) {
      this.send(to, { type: 'Witness', addresses: heard.slice(at, at + MOST_WITNESSED) });
    }
  }

  /** The claims as they are when this step is over: what goes out bears the number of the last change. */
  sendClaims(to: string): void {
    this.#askedBy.add(to);
  }

  /** Tells a peer that its announcement of the address is heard, with the next sign of life: there may be hundreds. */
  witness(to: string, address: string): void {
    const heard = this.#witnessed.get(to);
    if (heard === undefined) this.#witnessed.set(to, [address]);
    else heard.push(address);
  }

  /** Hands over all that is to be sent: changes of claims to all, then what is for one peer. Returns whether there were any changes. */
  flush(all: readonly string[], now: number, put: (to: readonly string[], message: Message) => void): boolean {
    const { node: from, boot } = this;
    const changes = this.#changes.map(({ address, claim: own }): ClaimChange => {
      return own === null ? { address, claim: null, age: 0, moves: [] } : entryOf(address, own, now);
    });
    this.#changes = [];
    for (const page of inPages(changes)) {
      this.#version += page.length;
      put(all, { from, boot, version: this.#version, body: { type: 'Changes', changes: page } });
    }
    for (const to of this.#askedBy) for (const body of this.#allClaims(now)) this.send(to, body);
    this.#askedBy.clear();
    for (const { to, body } of this.#queue.splice(0)) put([to], { from, boot, version: this.#version, body });
    return changes.length > 0;
  }

  #allClaims(now: number): readonly MessageBody[] {
    const entries: ClaimEntry[] = [];
    for (const [address, own] of this.#claims) entries.push(entryOf(address, own, now));
    const pages = entries.length === 0 ? [[]] : inPages(entries);
    return pages.map((claims, page) => ({ type: 'Claims', page, pages: pages.length, claims }));
  }
}

function entryOf(address: string, { claim, since, moves }: OwnClaim, now: number): ClaimEntry {
  return { address, claim, age: now - since, moves: toldAt(moves, now) };
}

function inPages<Entry extends ClaimChange>(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const pages: Entry[][] = [];
  let page: Entry[] = [];
  let octets = 0;
  for (const entry of entries) {
    const size = ENTRY_OCTETS + (entry.claim?.role === 'Caretaker' ? entry.claim.of.length + 1 : 0);
    if (page.length === 0 || octets + size > MOST_OCTETS) {
      page = [];
      pages.push(page);
      octets = 0;
    }
    page.push(entry);
    octets += size;
  }
  return pages;
}

function isSame(a: Claim | null, b: Claim | null): boolean {
  if (a === null || b === null) return a === b;
  return a.role === b.role && (a.role !== 'Caretaker' || b.role !== 'Caretaker' || a.of === b.of);
}
