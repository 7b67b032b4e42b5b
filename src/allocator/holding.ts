import type { Address } from '../ip/address.ts';
import type { Request } from './request.ts';
import { type SharingTerms, sharingObstacle } from './sharing.ts';

/** A holder in the way of another. */
export interface Obstacle {
  readonly holder: Request;
  readonly why: string;
}

/** One held address, and who holds it: several where they share. */
export class Holding {
  readonly address: Address;
  /** The pool it was given from, as far as is known: what is retained is listed there. */
  origin: string | undefined;
  /** Most addresses have one holder: only those that are shared cost an index. */
  #only: Request | undefined;
  #sharers: Sharers | undefined;

  constructor(address: Address) {
    this.address = address;
  }

  /** How many hold it. */
  get size(): number {
    return this.#sharers?.size ?? (this.#only === undefined ? 0 : 1);
  }

  /** In the order in which they came. */
  holders(): readonly Request[] {
    return this.#sharers?.all() ?? (this.#only === undefined ? [] : [this.#only]);
  }

  /** Adds a holder, or replaces what is known of it, which is returned. */
  enter(request: Request): Request | undefined {
    const only = this.#only;
    if (this.#sharers !== undefined) return this.#sharers.enter(request);
    if (only === undefined || only.key === request.key) {
      this.#only = request;
      return only;
    }
    this.#sharers = new Sharers();
    this.#sharers.enter(only);
    this.#sharers.enter(request);
    this.#only = undefined;
    return undefined;
  }

  /** Takes a holder away, and returns what was known of it. */
  leave(service: string): Request | undefined {
    if (this.#sharers !== undefined) return this.#sharers.leave(service);
    const only = this.#only;
    if (only?.key !== service) return undefined;
    this.#only = undefined;
    return only;
  }

  /** The holders, the Service itself apart, that do not let it have the address as well. */
  obstacles(request: Request, across: 'Namespace' | 'Cluster'): readonly Obstacle[] {
    if (this.#sharers?.welcome(request, across)) return NONE;
    const found: Obstacle[] = [];
    for (const holder of this.holders()) {
      if (holder.key === request.key) continue;
      const why = classObstacle(holder) ?? sharingObstacle(holder.sharing, request.sharing, across);
      if (why !== null) found.push({ holder, why });
    }
    return found;
  }
}

const NONE: readonly Obstacle[] = [];

function classObstacle({ otherClass }: Request): string | null {
  return otherClass === undefined ? null : `it has ${otherClass}: nothing is shared with another class`;
}

/** The holders of a shared address, counted by their terms, so that another need not be compared with each. */
class Sharers {
  readonly #requests = new Map<string, Request>();
  readonly #byPort = new Counts();
  readonly #byGroup = new Counts();

  get size(): number {
    return this.#requests.size;
  }

  all(): readonly Request[] {
    return [...this.#requests.values()];
  }

  enter(request: Request): Request | undefined {
    const former = this.#requests.get(request.key);
    if (former !== undefined) this.#count(former, -1);
    this.#count(request, 1);
    this.#requests.set(request.key, request);
    return former;
  }

  leave(service: string): Request | undefined {
    const former = this.#requests.get(service);
    if (former === undefined) return undefined;
    this.#count(former, -1);
    this.#requests.delete(service);
    return former;
  }

  /** Whether all, the request itself apart, would share with it. */
  welcome(request: Request, across: 'Namespace' | 'Cluster'): boolean {
    const { sharing } = request;
    if (sharing.key === undefined) return false;
    const itself = this.#requests.get(request.key);
    const group = groupOf(sharing, across);
    const isOfGroup = itself !== undefined && groupOf(itself.sharing, across) === group;
    const others = this.#requests.size - (itself === undefined ? 0 : 1);
    if (this.#byGroup.get(group) - (isOfGroup ? 1 : 0) < others) return false;
    for (const port of sharing.ports) {
      if (this.#byPort.get(port) > (itself?.sharing.ports.has(port) ? 1 : 0)) return false;
    }
    return true;
  }

  #count({ sharing }: Request, by: 1 | -1): void {
    if (sharing.key === undefined) return;
    for (const across of ['Namespace', 'Cluster'] as const) this.#byGroup.add(groupOf(sharing, across), by);
    for (const port of sharing.ports) this.#byPort.add(port, by);
  }
}

class Counts {
  readonly #counts = new Map<string, number>();

  get(text: string): number {
    return this.#counts.get(text) ?? 0;
  }

  add(text: string, by: 1 | -1): void {
    const count = this.get(text) + by;
    if (count === 0) this.#counts.delete(text);
    else this.#counts.set(text, count);
  }
}

/** Those of one group share wherever their ports differ. No part of it can hold a NUL. */
function groupOf({ key, namespace, backend }: SharingTerms, across: 'Namespace' | 'Cluster'): string {
  return `${across === 'Namespace' ? namespace : ''}\0${key}\0${backend}`;
}
