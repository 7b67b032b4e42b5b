import type { IPFamily } from '../../../ip/family.ts';
import { familyOfPrefix, type Prefix } from '../../../ip/prefix.ts';
import { OctetWriter } from '../message/octet-writer.ts';
import { AttributeGroups } from './attribute-groups.ts';
import { Batch } from './batch.ts';
import { type EncodedGroup, encodeGroup } from './encoded-group.ts';
import { beginOfRefresh, endOfRefresh, endOfRib, type Mark } from './marks.ts';
import { PrefixMap } from './prefix-map.ts';
import type { RibSession } from './rib-session.ts';
import type { AttributeGroup, Route } from './route.ts';
import type { RouteAttributes } from './route-attributes.ts';
import { RouteSorter } from './route-sorter.ts';

/** Octets after which {@link AdjRibOut.take} stops: few writes, and the peer reads some while others are made. */
const CHUNK = 16_384;
/** Stands for the group of what is withdrawn. */
const WITHDRAWALS = {};

/**
 * The routes to advertise to one peer (RFC 4271 section 3.2): what is wanted, what the peer has been told, and the
 * UPDATEs that make up the difference. A change costs as much as it touches, and nothing when it is undone before it
 * was told. Memory is bounded by the number of prefixes, whatever the peer asks for and however slowly it reads.
 */
export class AdjRibOut {
  readonly #routes = new PrefixMap<Route>();
  readonly #groups = new AttributeGroups();
  #queue: Route[] = [];
  #work: (Batch | Mark)[] = [];
  #session: RibSession | undefined;
  #encoded = new WeakMap<object, Partial<Record<IPFamily, EncodedGroup>>>();
  #generation = 0;
  #initialEnded = false;
  readonly #told = { IPv4: 0, IPv6: 0 };
  /** Refreshes that are marked and not yet written: asked for once more, or not. */
  readonly #refreshing = new Map<IPFamily, { again: boolean }>();

  /** Wants the prefix advertised with these attributes; host bits count for nothing. */
  set(prefix: Prefix, attributes: RouteAttributes): void {
    const route = this.#routes.get(prefix) ?? this.#add(prefix);
    this.#groups.want(route, attributes);
    route.generation = this.#generation;
    if (route.told !== route.wanted) this.#enqueue(route);
  }

  /** Wants the prefix no longer advertised. */
  delete(prefix: Prefix): void {
    const route = this.#routes.get(prefix);
    if (route?.wanted !== undefined) this.#unwant(route);
  }

  /** Wants exactly these. Only what differs is told. */
  replace(wanted: Iterable<readonly [Prefix, RouteAttributes]>): void {
    this.#generation += 1;
    for (const [prefix, attributes] of wanted) this.set(prefix, attributes);
    this.#routes.forEach((route) => {
      if (route.wanted !== undefined && route.generation !== this.#generation) this.#unwant(route);
    });
  }

  /** Wants other attributes for all that is wanted. Called once for each set of attributes. */
  rewrite(of: (attributes: RouteAttributes) => RouteAttributes): void {
    const rewritten = new Map<AttributeGroup, RouteAttributes>();
    this.#routes.forEach(({ prefix, wanted }) => {
      if (wanted === undefined) return;
      const attributes = rewritten.get(wanted) ?? of(wanted.attributes);
      rewritten.set(wanted, attributes);
      this.set(prefix, attributes);
    });
  }

  /** A session is Established: the peer knows nothing yet. */
  begin(session: RibSession): void {
    this.end();
    this.#session = session;
    const sorter = new RouteSorter((route) => this.#targetOf(route, session));
    this.#routes.forEach((route) => {
      sorter.add(route);
    });
    this.#addBatches(sorter, session);
  }

  /** The session is gone, and with it what the peer was told. */
  end(): void {
    if (this.#session === undefined) return;
    this.#session = undefined;
    this.#encoded = new WeakMap();
    this.#work = [];
    this.#initialEnded = false;
    this.#refreshing.clear();
    this.#queue = [];
    this.#routes.forEach((route) => {
      route.queuedAt = undefined;
      this.#tell(route, undefined);
    });
  }

  /** What is wanted now is all there was to say: End-of-RIB for each family goes behind it, once (RFC 4724 section 2). */
  endInitialUpdate(): void {
    if (this.#session === undefined || this.#initialEnded) return;
    this.#initialEnded = true;
    this.#plan();
    for (const family of this.#session.nextHops.keys()) this.#work.push(endOfRib(family));
  }

  /**
   * The peer asks for all routes of a family again (RFC 2918 section 4).
   *
   * @param demarcate it knows the messages that begin and end a refresh (RFC 7313 section 4)
   */
  refresh(family: IPFamily, demarcate: boolean): void {
    if (this.#session?.nextHops.has(family) !== true) return;
    const running = this.#refreshing.get(family);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    // RFC 7313 section 4: no refresh begins before the End-of-RIB.
    const marked = demarcate && this.#initialEnded;
    if (marked) {
      this.#plan();
      this.#work.push(beginOfRefresh(family));
      this.#refreshing.set(family, { again: false });
    }
    this.#routes.forEach((route) => {
      if (route.family !== family || route.told === undefined) return;
      route.again = true;
      this.#enqueue(route);
    });
    if (!marked) return;
    this.#plan();
    this.#work.push(endOfRefresh(family));
  }

  /**
   * The next messages to send, one behind the other, and counts them as told. Undefined when there are none.
   *
   * @param limit octets after which no further message is added
   */
  take(limit = CHUNK): Uint8Array | undefined {
    if (this.#session === undefined) return undefined;
    const writer = new OctetWriter(512);
    while (writer.length < limit) {
      const work = this.#work[0] ?? this.#planned();
      if (work === undefined) break;
      if (work instanceof Batch && work.writeMessage(writer, this.#session.maxMessageLength)) continue;
      this.#work.shift();
      if (!(work instanceof Batch)) this.#writeMark(writer, work);
    }
    return writer.length === 0 ? undefined : writer.finish();
  }

  /** How many routes of each family the peer has been told. */
  told(): Readonly<Record<IPFamily, number>> {
    return { ...this.#told };
  }

  /** Prefixes whose attributes leave no room for a route in a message (RFC 4271 section 9.2: not advertised); O(n). */
  oversized(): readonly Prefix[] {
    const session = this.#session;
    if (session === undefined) return [];
    const prefixes: Prefix[] = [];
    this.#routes.forEach(({ prefix, family, wanted }) => {
      if (wanted === undefined || !session.nextHops.has(family)) return;
      if (!this.#encodedFor(family, wanted, session).fits) prefixes.push(prefix);
    });
    return prefixes;
  }

  #add(prefix: Prefix): Route {
    const family = familyOfPrefix(prefix);
    const route: Route = {
      prefix,
      family,
      wanted: undefined,
      told: undefined,
      again: false,
      queuedAt: undefined,
      generation: 0,
    };
    this.#routes.set(prefix, route);
    return route;
  }

  #unwant(route: Route): void {
    this.#groups.want(route, undefined);
    if (route.told === undefined) this.#forget(route);
    else this.#enqueue(route);
  }

  #enqueue(route: Route): void {
    if (route.queuedAt !== undefined || this.#session === undefined) return;
    route.queuedAt = this.#queue.length;
    this.#queue.push(route);
  }

  /** A peer that does not read empties no queue: what is undone meanwhile must not stay in it. */
  #forget(route: Route): void {
    this.#routes.delete(route.prefix);
    const { queuedAt } = route;
    if (queuedAt === undefined) return;
    route.queuedAt = undefined;
    const last = this.#queue.pop();
    if (last === undefined || last === route) return;
    this.#queue[queuedAt] = last;
    last.queuedAt = queuedAt;
  }

  #tell(route: Route, group: AttributeGroup | undefined): void {
    this.#told[route.family] += Number(group !== undefined) - Number(route.told !== undefined);
    this.#groups.tell(route, group);
    if (route.wanted === undefined && group === undefined) this.#forget(route);
  }

  #planned(): Batch | Mark | undefined {
    this.#plan();
    return this.#work[0];
  }

  /** Sorts the queue into batches: withdrawals first, so that the peer has room, then each group by itself. */
  #plan(): void {
    const session = this.#session;
    if (session === undefined || this.#queue.length === 0) return;
    const sorter = new RouteSorter((route) => this.#targetOf(route, session));
    for (const route of this.#queue) {
      route.queuedAt = undefined;
      sorter.add(route);
    }
    this.#queue = [];
    this.#addBatches(sorter, session);
  }

  #addBatches(sorter: RouteSorter, session: RibSession): void {
    for (const { group, family, routes } of sorter.sorted())
      this.#work.push(this.#batch(routes, group, family, session));
  }

  #batch(routes: readonly Route[], group: AttributeGroup | undefined, family: IPFamily, session: RibSession): Batch {
    const encoded = this.#encodedFor(family, group, session);
    const isPending = (route: Route) => route.wanted === group || this.#targetOf(route, session) === group;
    return new Batch(routes, group, encoded, (route) => this.#tell(route, group), isPending);
  }

  /** What the peer is to be told of the route: nothing where the session or the message has no room for it. */
  #targetOf({ family, wanted }: Route, session: RibSession): AttributeGroup | undefined {
    if (wanted === undefined || !session.nextHops.has(family)) return undefined;
    return this.#encodedFor(family, wanted, session).fits ? wanted : undefined;
  }

  #encodedFor(family: IPFamily, group: AttributeGroup | undefined, session: RibSession): EncodedGroup {
    let families = this.#encoded.get(group ?? WITHDRAWALS);
    if (families === undefined) {
      families = {};
      this.#encoded.set(group ?? WITHDRAWALS, families);
    }
    families[family] ??= encodeGroup(family, group, session);
    return families[family];
  }

  #writeMark(writer: OctetWriter, { octets, ends }: Mark): void {
    writer.octets(octets);
    if (ends === undefined) return;
    const again = this.#refreshing.get(ends)?.again ?? false;
    this.#refreshing.delete(ends);
    if (again) this.refresh(ends, true);
  }
}
