import type { Claim, ClaimEntry, Message, MessageBody } from './message.ts';
import { heardAt, type Move } from './moves.ts';

/** So many earlier lives of a peer are remembered, to know what they said from what is new. */
const MOST_PAST_BOOTS = 8;

/** So many messages may wait for one before them. */
const MOST_EARLY = 32;

/** What came of a message. */
export interface Reading {
  /** Said by a life that is over. */
  readonly isPast: boolean;
  /** Late: said before something that is known already. */
  readonly isOld: boolean;
  /** The peer lives anew: what its former life claimed is void. */
  readonly isNewLife: boolean;
  /** Addresses whose claim changed. */
  readonly changed: readonly string[];
}

interface Row {
  readonly claim: Claim;
  readonly moves: readonly Move[];
  /** When the peer began to claim that; later by what the message took. */
  readonly since: number;
}

/** The claims of one peer, as its messages tell them: numbered changes, and all at once where one was missed. */
export class ClaimTable {
  readonly #rows = new Map<string, Row>();
  readonly #pastBoots: number[] = [];
  #boot: number | undefined;
  /** Of what is in the table; undefined while that is not known. */
  #version: number | undefined;
  /** The newest that was heard of. */
  #newest = 0;
  /** Changes that came before others that lead to them, by the number that they follow. */
  readonly #early = new Map<number, MessageBody & { type: 'Changes' }>();
  #pages: { readonly version: number; readonly read: Map<number, readonly ClaimEntry[]> } | undefined;

  /** Whether the table is what the peer claims, as far as was heard. */
  get isWhole(): boolean {
    return this.#version !== undefined && this.#version >= this.#newest;
  }

  /** Whether the peer was ever heard. */
  get isHeard(): boolean {
    return this.#boot !== undefined;
  }

  get(address: string): Claim | undefined {
    return this.#rows.get(address)?.claim;
  }

  /** The moves of the address by choice, as far as the peer knows. */
  movesOf(address: string): readonly Move[] {
    return this.#rows.get(address)?.moves ?? [];
  }

  /** When the peer began to make its present claim, which may be later by what the message took. */
  sinceOf(address: string): number {
    return this.#rows.get(address)?.since ?? Number.NEGATIVE_INFINITY;
  }

  addresses(): Iterable<string> {
    return this.#rows.keys();
  }

  read({ boot, version, body }: Message, now: number): Reading {
    if (this.#pastBoots.includes(boot)) return { isPast: true, isOld: true, isNewLife: false, changed: [] };
    const isNewLife = this.#boot !== undefined && this.#boot !== boot;
    const changed = new Set(this.#boot === boot ? [] : this.#begin(boot));
    const isOld = version < this.#newest;
    this.#newest = Math.max(this.#newest, version);
    for (const address of this.#apply(version, body, now)) changed.add(address);
    // A life that has claimed nothing yet has nothing to be asked for.
    if (this.#newest === 0) this.#version = 0;
    return { isPast: false, isOld, isNewLife, changed: [...changed] };
  }

  #begin(boot: number): readonly string[] {
    if (this.#boot !== undefined) this.#pastBoots.push(this.#boot);
    if (this.#pastBoots.length > MOST_PAST_BOOTS) this.#pastBoots.shift();
    this.#boot = boot;
    this.#version = undefined;
    this.#newest = 0;
    this.#pages = undefined;
    this.#early.clear();
    const addresses = [...this.#rows.keys()];
    this.#rows.clear();
    return addresses;
  }

  #apply(version: number, body: MessageBody, now: number): readonly string[] {
    if (body.type === 'Changes') return this.#change(version, body, now);
    if (body.type === 'Claims') return this.#collect(version, body, now);
    return [];
  }

  #change(version: number, body: MessageBody & { type: 'Changes' }, now: number): readonly string[] {
    const before = version - body.changes.length;
    const known = this.#version ?? (before === 0 ? 0 : undefined);
    if (known !== undefined && version <= known) return [];
    if (known === undefined || before > known) {
      if (this.#early.size < MOST_EARLY) this.#early.set(before, body);
      return [];
    }
    this.#version = version;
    const missed = body.changes.slice(known - before);
    for (const { address, claim, age, moves } of missed) {
      if (claim === null) this.#rows.delete(address);
      else this.#rows.set(address, { claim, moves: heardAt(moves, now), since: now - age });
    }
    return [...missed.map(({ address }) => address), ...this.#catchUp(now)];
  }

  /** Takes what came too early and fits now. */
  #catchUp(now: number): readonly string[] {
    for (const [before, body] of this.#early) {
      if (this.#version === undefined || before > this.#version) continue;
      this.#early.delete(before);
      return this.#change(before + body.changes.length, body, now).concat(this.#catchUp(now));
    }
    return [];
  }

  #collect(version: number, { page, pages, claims }: MessageBody & { type: 'Claims' }, now: number): readonly string[] {
    if (this.#version !== undefined && version <= this.#version) return [];
    if (this.#pages?.version !== version) {
      if (this.#pages !== undefined && this.#pages.version > version) return [];
      this.#pages = { version, read: new Map() };
    }
    this.#pages.read.set(page, claims);
    if (this.#pages.read.size < pages) return [];
    const changed = new Set(this.#rows.keys());
    this.#rows.clear();
    for (const { address, claim, age, moves } of [...this.#pages.read.values()].flat()) {
      changed.add(address);
      this.#rows.set(address, { claim, moves: heardAt(moves, now), since: now - age });
    }
    this.#version = version;
    this.#pages = undefined;
    return [...changed, ...this.#catchUp(now)];
  }
}
