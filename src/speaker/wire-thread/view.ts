import type { Cause, Role } from '../ownership/protocol.ts';
import { MOST_ANSWERED } from '../report/size.ts';
import type { RoleReport, WireClaim, WireReport } from '../wire/messages.ts';

/** How long a stranger that claims an address which we hold stays in the status after it was last heard, ms. */
export const CLAIM_MEMORY = 300_000;

/** What this node does about an address on one interface. Times are RFC 3339. */
export interface WireFact {
  readonly role: Role;
  readonly cause: Cause;
  /** The other node that has to do with it. */
  readonly node: string | undefined;
  /** When it came into this role. */
  readonly since: string;
  readonly lastAnswered?: string | undefined;
  /** Another node that has heard that this one answers. */
  readonly witness?: string | undefined;
}

interface Claim {
  readonly mac: string;
  /** Ms since 1970. */
  readonly seen: number;
}

/** What a report told for the first time. */
export interface WireNews {
  readonly roles: readonly RoleReport[];
  readonly strangers: readonly WireClaim[];
}

/** What the main thread knows of the wire: the sum of the worker's messages. Times come in as ms since 1970. */
export class WireView {
  /** By address, and then by interface. */
  readonly #facts = new Map<string, Map<string, WireFact>>();
  readonly #claims = new Map<string, Claim>();
  #hasAnswered = false;

  /** What is known of the address, by interface. */
  facts(address: string): ReadonlyMap<string, WireFact> {
    return this.#facts.get(address) ?? NOTHING;
  }

  /** How many addresses are in one of these roles on some interface. */
  countIn(...roles: readonly Role[]): number {
    let count = 0;
    for (const facts of this.#facts.values()) {
      for (const { role } of facts.values()) {
        if (!roles.includes(role)) continue;
        count++;
        break;
      }
    }
    return count;
  }

  /** Whether there are times that were not there when this was asked last: those of answers, and of strangers that grow old. */
  takeAged(): boolean {
    const hasAnswered = this.#hasAnswered;
    this.#hasAnswered = false;
    return this.#claims.size > 0 || (hasAnswered && this.countIn('Owner', 'Caretaker') <= MOST_ANSWERED);
  }

  /** Whether this node answers for the address, or is to as soon as it may. */
  isHolder(address: string): boolean {
    return [...this.facts(address).values()].some(({ role }) => role === 'Owner' || role === 'Held');
  }

  /** Applies a report. Returns the roles that are new, and the strangers that were not known to claim an address. */
  apply(report: WireReport, now: number): WireNews {
    const since = new Date(now).toISOString();
    for (const { address, interface: link, role, cause, node } of report.roles) {
      const facts = this.#facts.get(address) ?? new Map<string, WireFact>();
      this.#facts.set(address, facts);
      const former = facts.get(link);
      if (cause === 'Released') facts.delete(link);
      else if (former?.role === role) facts.set(link, { ...former, cause });
      else facts.set(link, { role, cause, node, since, lastAnswered: former?.lastAnswered });
      if (facts.size > 0) continue;
      this.#facts.delete(address);
      this.#claims.delete(address);
    }
    this.#hasAnswered ||= report.answered.length > 0;
    for (const [address, link, at] of report.answered) {
      const facts = this.#facts.get(address);
      const fact = facts?.get(link);
      if (fact?.role === 'Owner' || fact?.role === 'Caretaker')
        facts?.set(link, { ...fact, lastAnswered: new Date(at).toISOString() });
    }
    for (const { address, interface: link, node: witness } of report.witnesses) {
      const facts = this.#facts.get(address);
      const fact = facts?.get(link);
      if (fact?.role === 'Owner') facts?.set(link, { ...fact, witness });
    }
    const claims = report.claims.filter(({ address }) => this.#facts.has(address));
    const strangers = claims.filter(({ address, mac }) => this.#claims.get(address)?.mac !== mac);
    for (const { address, mac, seen } of claims) this.#claims.set(address, { mac, seen });
    return { roles: report.roles, strangers };
  }

  /** The strangers that matter at `now`: those that keep us silent, and those heard lately. */
  conflicts(now: number): readonly { readonly address: string; readonly mac: string; readonly seen: string }[] {
    const keepsSilent = (address: string) => [...this.facts(address).values()].some(({ role }) => role === 'Conflict');
    return [...this.#claims]
      .filter(([address, { seen }]) => keepsSilent(address) || now - seen < CLAIM_MEMORY)
      .map(([address, { mac, seen }]) => ({ address, mac, seen: new Date(seen).toISOString() }));
  }

  /** These addresses on these interfaces are planned now, and no others: this node stands by for what it does not hear of. */
  plan(linksOf: ReadonlyMap<string, readonly string[]>, now: number): void {
    for (const address of [...this.#facts.keys()]) if (!linksOf.has(address)) this.planOne(address, [], now);
    for (const [address, links] of linksOf) this.planOne(address, links, now);
  }

  /** The address is planned now on these interfaces, and on no others. */
  planOne(address: string, links: readonly string[], now: number): void {
    const facts = this.#facts.get(address) ?? new Map<string, WireFact>();
    this.#facts.set(address, facts);
    const since = new Date(now).toISOString();
    for (const link of links) {
      if (!facts.has(link)) facts.set(link, { role: 'Standby', cause: 'Started', node: undefined, since });
    }
    for (const [link, { role }] of facts) if (role === 'Standby' && !links.includes(link)) facts.delete(link);
    if (facts.size > 0) return;
    this.#facts.delete(address);
    this.#claims.delete(address);
  }

  /** The worker is gone, and with it everything on the wire. */
  clear(): void {
    this.#facts.clear();
    this.#claims.clear();
  }
}

const NOTHING: ReadonlyMap<string, WireFact> = new Map();
