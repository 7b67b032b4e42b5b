import type { IPFamily } from '../../../ip/family.ts';
import { familyOfPrefix, type Prefix } from '../../../ip/prefix.ts';
import { OctetWriter } from '../message/octet-writer.ts';
import { AttributeGroups } from './attribute-groups.ts';
import { Batch } from './batch.ts';
import { ChangeQueue } from './change-queue.ts';
import { beginOfRefresh, endOfRefresh, endOfRib, type Mark } from './marks.ts';
import { type OversizedRoutes, oversizedRoutes } from './oversized.ts';
import { type Cursor, cursorOver, inPortions, PORTION } from './portions.ts';
import { PrefixMap } from './prefix-map.ts';
import { differing, type RibSession } from './rib-session.ts';
import type { AttributeGroup, Route } from './route.ts';
import type { RouteAttributes } from './route-attributes.ts';
import { RouteSorter, type SortedRoutes } from './route-sorter.ts';
import { SessionEncoding } from './session-encoding.ts';
import type { Walk } from './walk.ts';

/** Octets after which {@link AdjRibOut.take} stops: few writes, and the peer reads some while others are made. */
const CHUNK = 16_384;

/**
 * The routes to advertise to one peer (RFC 4271 section 3.2): what is wanted, what the peer has been told, and the
 * UPDATEs that make up the difference. A change costs as much as it touches, and nothing when it is undone before it
 * was told. However many routes there are, no call looks at more than a few portions of them. Memory is bounded
 * by the number of prefixes, whatever the peer asks for and however slowly it reads.
 */
export class AdjRibOut {
  readonly #portion: number;
  readonly #routes = new PrefixMap<Route>();
  readonly #groups = new AttributeGroups();
  readonly #queue = new ChangeQueue();
  #work: (Batch | Mark | Walk)[] = [];
  #encoding: SessionEncoding | undefined;
  /** How many sessions have ended. */
  #sessions = 0;
  #generation = 0;
  #initialEnded = false;
  readonly #told = { IPv4: 0, IPv6: 0 };
  /** Refreshes whose end is not yet written: asked for once more, or not. */
  readonly #refreshing = new Map<IPFamily, { again: boolean; readonly demarcate: boolean }>();

  /** @param portion most routes that are looked at in one go */
  constructor(portion = PORTION) {
    this.#portion = portion;
  }

  /** Wants the prefix advertised with these attributes; host bits count for nothing. */
  set(prefix: Prefix, attributes: RouteAttributes): void {
    const known = this.#routes.get(prefix);
    const route = known === undefined ? this.#add(prefix) : this.#current(known);
    this.#groups.want(route, attributes);
    route.generation = this.#generation;
    if (route.told !== route.wanted) this.#enqueue(route);
  }

  /** Wants the prefix no longer advertised. */
  delete(prefix: Prefix): void {
    const route = this.#routes.get(prefix);
    if (route?.wanted !== undefined) this.#unwant(this.#current(route));
  }

  /** Takes in changes, a portion a step; without attributes the prefix is wanted no longer. */
  changing(changes: Cursor<readonly [Prefix, RouteAttributes | undefined]>): Generator<undefined, void> {
    return inPortions(changes, this.#portion, ([prefix, attributes]) => {
      if (attributes === undefined) this.delete(prefix);
      else this.set(prefix, attributes);
    });
  }

  /** Wants exactly these in the end, a portion a step. Only what differs is told. */
  *replacing(wanted: Cursor<readonly [Prefix, RouteAttributes | undefined]>): Generator<undefined, void> {
    this.#generation += 1;
    yield* this.changing(wanted);
    yield* inPortions(this.#routes.cursor(), this.#portion, (route) => {
      if (route.wanted !== undefined && route.generation !== this.#generation) this.#unwant(this.#current(route));
    });
  }

  /** Wants other attributes for all that is wanted, a portion a step. Called once for each set of attributes. */
  *rewriting(of: (attributes: RouteAttributes) => RouteAttributes): Generator<undefined, void> {
    const rewritten = new Map<AttributeGroup, RouteAttributes>();
    yield* inPortions(this.#routes.cursor(), this.#portion, ({ prefix, wanted }) => {
      if (wanted === undefined) return;
      const attributes = rewritten.get(wanted) ?? of(wanted.attributes);
      rewritten.set(wanted, attributes);
      this.set(prefix, attributes);
    });
  }

  /** A session is Established: the peer knows nothing yet. */
  begin(session: RibSession): void {
    this.end();
    this.#encoding = new SessionEncoding(session);
    this.#work.push({ routes: this.#routes.cursor() });
  }

  /** The session is gone, and with it what the peer was told. */
  end(): void {
    if (this.#encoding === undefined) return;
    this.#encoding = undefined;
    this.#sessions += 1;
    this.#work = [];
    this.#initialEnded = false;
    this.#refreshing.clear();
    this.#queue.takeAll();
    this.#groups.forgetTold();
    this.#told.IPv4 = 0;
    this.#told.IPv6 = 0;
  }

  /** What is wanted now is all there was to say: End-of-RIB for each family goes behind it, once (RFC 4724 section 2). */
  endInitialUpdate(): void {
    if (this.#encoding === undefined || this.#initialEnded) return;
    this.#initialEnded = true;
    this.#plan();
    // A family without a next hop has its end as well: the peer would wait for it.
    for (const family of this.#encoding.session.families) this.#work.push(endOfRib(family));
  }

  /**
   * Routes lead elsewhere from now on: what the peer knows is told anew in place, withdrawn where its family has no next
   * hop any more, and told where it has one at last. Other families are not touched.
   */
  readdress(nextHops: RibSession['nextHops']): void {
    const former = this.#encoding;
    if (former === undefined) return;
    const families = differing(former.session.nextHops, nextHops);
    if (families.length === 0) return;
    this.#encoding = new SessionEncoding({ ...former.session, nextHops }, former);
    // What was about to be said leads to where nothing is any more. An End-of-RIB stays behind the routes.
    const rest = this.#work.filter((work) => {
      const family = work instanceof Batch ? work.family : 'routes' in work ? work.readdressed : undefined;
      return family === undefined || !families.includes(family);
    });
    this.#work = [...families.map((readdressed) => ({ routes: this.#routes.cursor(), readdressed })), ...rest];
  }

  /**
   * The peer asks for all routes of a family again (RFC 2918 section 4).
   *
   * @param demarcate it knows the messages that begin and end a refresh (RFC 7313 section 4)
   */
  refresh(family: IPFamily, demarcate: boolean): void {
    if (this.#encoding?.session.families.includes(family) !== true) return;
    const running = this.#refreshing.get(family);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    this.#refreshing.set(family, { again: false, demarcate });
    // RFC 7313 section 4: no refresh begins before the End-of-RIB.
    const marked = demarcate && this.#initialEnded;
    this.#plan();
    if (marked) this.#work.push(beginOfRefresh(family));
    this.#work.push({ routes: this.#routes.cursor(), again: family }, endOfRefresh(family, marked));
  }

  /**
   * The next messages to send, one behind the other, and counts them as told. Empty where it has only got on with its
   * work; undefined when there is nothing left to do.
   *
   * @param limit octets after which no further message is added
   */
  take(limit = CHUNK): Uint8Array | undefined {
    const encoding = this.#encoding;
    if (encoding === undefined) return undefined;
    if (this.#work.length === 0) this.#plan();
    if (this.#work.length === 0) return undefined;
    const writer = new OctetWriter(512);
    let mayWalk = true;
    while (writer.length < limit) {
      const [work] = this.#work;
      if (work === undefined) break;
      if (work instanceof Batch) {
        if (!work.writeMessage(writer, encoding.session.maxMessageLength)) this.#work.shift();
      } else if ('routes' in work) {
        if (!mayWalk) break;
        mayWalk = false;
        this.#walk(work, encoding);
      } else {
        this.#work.shift();
        this.#writeMark(writer, work);
      }
    }
    return writer.finish();
  }

  /** How many routes of each family the peer has been told. */
  told(): Readonly<Record<IPFamily, number>> {
    return { ...this.#told };
  }

  /** What cannot be told in this session. */
  oversized(): OversizedRoutes {
    const encoding = this.#encoding;
    if (encoding === undefined) return { count: 0, examples: [] };
    return oversizedRoutes(this.#groups.all(), this.#routes.cursor(), encoding);
  }

  #add(prefix: Prefix): Route {
    const route: Route = {
      prefix,
      family: familyOfPrefix(prefix),
      wanted: undefined,
      told: undefined,
      session: this.#sessions,
      again: false,
      queue: -1,
      place: 0,
      generation: 0,
    };
    this.#routes.set(prefix, route);
    return route;
  }

  /** What the peer was told in another session does not count. */
  #current(route: Route): Route {
    if (route.session === this.#sessions) return route;
    route.session = this.#sessions;
    route.told = undefined;
    route.again = false;
    return route;
  }

  #unwant(route: Route): void {
    this.#groups.want(route, undefined);
    if (route.told === undefined) this.#forget(route);
    else this.#enqueue(route);
  }

  #enqueue(route: Route): void {
    if (this.#encoding !== undefined) this.#queue.add(route);
  }

  #forget(route: Route): void {
    this.#routes.delete(route.prefix);
    this.#queue.remove(route);
  }

  #tell(route: Route, group: AttributeGroup | undefined): void {
    this.#told[route.family] += Number(group !== undefined) - Number(route.told !== undefined);
    this.#groups.tell(route, group);
    if (route.wanted === undefined && group === undefined) this.#forget(route);
  }

  /** Has what waits in the queue looked at behind all other work. */
  #plan(): void {
    const routes = this.#queue.takeAll();
    if (routes.length > 0) this.#work.push({ routes: cursorOver(routes) });
  }

  /** Puts what a portion of the routes makes up in their place: withdrawals first, then each group by itself. */
  #walk(walk: Walk, encoding: SessionEncoding): void {
    const sorter = new RouteSorter((route) => encoding.targetOf(route));
    let left = this.#portion;
    for (; left > 0; left -= 1) {
      const route = walk.routes.next();
      if (route === undefined) break;
      this.#look(this.#current(route), walk, sorter);
    }
    if (left > 0) this.#work.shift();
    this.#work.unshift(...[...sorter.sorted()].map((sorted) => this.#batch(sorted, encoding)));
  }

  #look(route: Route, { again, readdressed }: Walk, sorter: RouteSorter): void {
    if (again !== undefined && (route.family !== again || route.told === undefined)) return;
    if (readdressed !== undefined && route.family !== readdressed) return;
    if (again !== undefined || (readdressed !== undefined && route.told !== undefined)) route.again = true;
    // It was to be withdrawn when the last session ended.
    const isLeft = route.wanted === undefined && route.told === undefined;
    if (!isLeft) sorter.add(route);
    else if (this.#routes.get(route.prefix) === route) this.#forget(route);
  }

  #batch({ group, family, routes }: SortedRoutes, encoding: SessionEncoding): Batch {
    const isPending = (route: Route) => route.wanted === group || encoding.targetOf(route) === group;
    return new Batch(routes, group, encoding.of(family, group), (route) => this.#tell(route, group), isPending);
  }

  #writeMark(writer: OctetWriter, { octets, ends }: Mark): void {
    writer.octets(octets);
    if (ends === undefined) return;
    const refresh = this.#refreshing.get(ends);
    this.#refreshing.delete(ends);
    if (refresh?.again === true) this.refresh(ends, refresh.demarcate);
  }
}
