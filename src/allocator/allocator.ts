import type { Service } from '../api/kubernetes/service.ts';
import { isOurs } from '../api/load-balancer.ts';
import { keyOf, keyText } from '../api/object.ts';
import { type Address, compareAddresses, includesAddress } from '../ip/address.ts';
import { decide } from './decide.ts';
import { DueServices } from './due-services.ts';
import { isOffered, offersTo } from './judge.ts';
import { Ledger } from './ledger.ts';
import { type PoolReport, reportPools } from './pool-report.ts';
import { type PoolConfiguration, PoolTable } from './pool-table.ts';
import { compareHolders } from './precedence.ts';
import { otherHolderOf, type Request, requestOf } from './request.ts';
import { sameTerms } from './sharing.ts';
import { type Survey, survey } from './survey.ts';
import { type Loss, sameVerdict, type Verdict, withLosses } from './verdict.ts';

/**
 * Decides which address each Service gets, and says why. Feed it the pools and the Services, then call
 * {@link Allocator.settle}: it decides whatever a change may have touched until nothing changes any more. The daemon,
 * `plan` and the benches all use this one object; it knows neither clock nor store.
 *
 * A Service's published addresses are claimed when it is first seen, before anything new is given. From then on the
 * ledger is the record, and what its status says is only what remains to be corrected.
 */
export class Allocator {
  readonly #loadBalancerClass: string | undefined;
  #table = new PoolTable({ pools: [] });
  readonly #ledger = new Ledger(this.#table);
  readonly #requests = new Map<string, Request>();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #unclaimed = new Map<string, Request>();
  /** Services of other classes that publish addresses: nobody else is given these. */
  readonly #others = new Map<string, Request>();
  /** What Services have lost by the rule for two holders and publish still. */
  readonly #losses = new Map<string, readonly Loss[]>();
  readonly #due = new DueServices(
    (service) => this.#requests.get(service),
    (service) => this.#ledger.heldBy(service).length > 0,
  );
  /** Services that would take something if it became free. */
  readonly #waiting = new Set<string>();
  /** Services that may have an address that its pool no longer offers. */
  readonly #retaining = new Set<string>();
  /** Addresses have become free, or open to sharers, for which others may be waiting. */
  #somethingFreed = false;

  /** @param loadBalancerClass the class served; undefined for Services without a class. */
  constructor(loadBalancerClass?: string) {
    this.#loadBalancerClass = loadBalancerClass;
  }

  /** Takes pools and exclusions as they now are; every Service is decided again. */
  configure(configuration: PoolConfiguration): void {
    this.#table = new PoolTable(configuration);
    this.#ledger.adopt(this.#table);
    this.reconsider();
  }

  /** Takes a Service that is new or has changed. One that is not, or no longer, for this allocator is released. */
  put(service: Service): void {
    if (!isOurs(service, this.#loadBalancerClass)) {
      if (service.spec?.type === 'LoadBalancer') this.#putOther(otherHolderOf(service));
      else this.remove(keyText(keyOf(service)));
      return;
    }
    const request = this.#carriedOver(requestOf(service));
    if (this.#others.has(request.key)) this.remove(request.key);
    const isNew = !this.#verdicts.has(request.key) && this.#ledger.heldBy(request.key).length === 0;
    if (isNew && request.published.length > 0) this.#unclaimed.set(request.key, request);
    else if (this.#unclaimed.size > 0) this.#unclaimed.delete(request.key);
    this.#restate(request);
    this.#requests.set(request.key, request);
    this.#due.add(request.key);
  }

  /** A Service of another class holds what it publishes: it is not decided, and nobody else is given that. */
  #putOther(request: Request): void {
    if (this.#requests.has(request.key)) this.remove(request.key);
    const { key, published } = request;
    if (this.#ledger.heldBy(key).some((address) => !includesAddress(published, address))) this.#somethingFreed = true;
    this.#ledger.hold(request, published);
    if (published.length > 0) this.#others.set(key, request);
    else this.#others.delete(key);
    for (const address of published) {
      for (const holder of this.#ledger.holding(address)?.holders() ?? []) {
        if (this.#requests.has(holder.key)) this.#due.add(holder.key);
      }
    }
  }

  /** Whether the Service is one for this allocator, decided already or not. */
  knows(service: string): boolean {
    return this.#requests.has(service);
  }

  /** Releases what a Service held: its object is gone, or it has stopped asking. */
  remove(service: string): void {
    const request = this.#requests.get(service) ?? this.#others.get(service);
    if (request === undefined) return;
    if (this.#ledger.heldBy(service).length > 0) this.#somethingFreed = true;
    this.#ledger.hold(request, []);
    for (const map of [this.#requests, this.#others, this.#losses]) map.delete(service);
    for (const set of [this.#unclaimed, this.#verdicts, this.#due, this.#waiting, this.#retaining]) {
      set.delete(service);
    }
  }

  /** Marks every Service to be decided again by the next {@link settle}. */
  reconsider(): void {
    this.#due.endRound();
    for (const service of this.#requests.keys()) this.#due.add(service);
  }

  /**
   * Records what Services that are new here have published, before anything is decided: {@link settle} begins with it.
   * Of two that may not share an address, the later one by the rule for two holders goes without.
   */
  claim(): void {
    if (this.#unclaimed.size === 0) return;
    const claimed: Address[] = [];
    for (const request of [...this.#unclaimed.values()].sort(compareHolders)) {
      const addresses: Address[] = [];
      for (const address of request.published) {
        const winner = this.#ledger.quarrels(address, request).find(({ holder }) => isBefore(holder, request));
        if (winner === undefined) addresses.push(address);
        else this.#lose(request, address, winner.holder);
      }
      claimed.push(...addresses.filter((address) => !this.#isHeldByOurs(address)));
      this.#ledger.hold(request, addresses);
    }
    for (const address of claimed) this.#ledger.findOrigin(address);
    this.#unclaimed.clear();
  }

  /**
   * Decides everything that is due: holders first, in the order of the rule for two holders, then the others by age.
   * Repeats while a decision has freed something that others wait for.
   *
   * @param most how many decisions are made at most, so that whoever has thousands to make can do something else between
   *   two calls. What becomes due meanwhile is decided after what was due before. Default: all.
   * @returns the verdicts that differ from those returned before.
   */
  settle(most = Number.POSITIVE_INFINITY): readonly Verdict[] {
    this.claim();
    // Terms may have changed in the midst of a round.
    if (this.#due.isInRound) this.#endSharing();
    const changed = new Map<string, Verdict>();
    for (let decisions = 0; decisions < most; decisions++) {
      const request = this.#nextDue();
      if (request === undefined) break;
      const verdict = this.#decide(request);
      const before = this.#verdicts.get(request.key);
      this.#verdicts.set(request.key, verdict);
      if (before === undefined || !sameVerdict(before, verdict)) changed.set(request.key, verdict);
    }
    return [...changed.values()];
  }

  /** Whether nothing is due: the next {@link settle} would decide nothing. */
  get isSettled(): boolean {
    return this.#due.isEmpty && !this.#somethingFreed && this.#unclaimed.size === 0;
  }

  /** The latest verdict on a Service of ours; undefined before it has been decided. */
  verdictOf(service: string): Verdict | undefined {
    return this.#verdicts.get(service);
  }

  /** All latest verdicts. */
  verdicts(): Iterable<Verdict> {
    return this.#verdicts.values();
  }

  /** What every pool could do now for a Service of ours, and why not: for people. Undefined for a Service not known. */
  survey(service: string): Survey | undefined {
    const request = this.#requests.get(service);
    return request && survey(request, this.#table, this.#ledger);
  }

  /** The names of the pools that are Ready, in the order tried. */
  poolOrder(): readonly string[] {
    return this.#table.ready.map(({ name }) => name);
  }

  /** The Services of other classes that publish addresses, which therefore nobody else is given. */
  others(): Iterable<Pick<Request, 'key' | 'published' | 'otherClass'>> {
    return this.#others.values();
  }

  /** The state of each pool: readiness, counters, and what it has retained, ordered by name. */
  poolReports(): readonly PoolReport[] {
    const retained: { address: Address; service: string; origin: string | undefined }[] = [];
    for (const service of [...this.#retaining].sort()) {
      const request = this.#requests.get(service);
      if (request === undefined) continue;
      for (const address of this.#ledger.heldBy(service)) {
        const origin = this.#ledger.holding(address)?.origin;
        const pool = this.#table.poolOf(address);
        // That it asks for another pool changes nothing about what this one offers.
        const isOfferedThere = pool !== undefined && pool.name === origin && offersTo(pool, address, request);
        if (isOfferedThere || isOffered(address, request, this.#table)) continue;
        retained.push({ address, service, origin });
      }
    }
    return reportPools(this.#table, retained);
  }

  /** What has been seen of a Service's earlier requests, in its new one. */
  #carriedOver(request: Request): Request {
    const before = this.#requests.get(request.key);
    const losses = this.#losses.get(request.key)?.filter(({ address }) => includesAddress(request.published, address));
    if (losses !== undefined) this.#losses.set(request.key, losses);
    if (before === undefined || request.pool === undefined || request.deleting) return request;
    const asksAnew = before.pool === request.pool ? before.asksAnew : true;
    return asksAnew === request.asksAnew ? request : { ...request, asksAnew };
  }

  /** Others judge a holder by its terms as they now are, whichever of them is decided first. */
  #restate(request: Request): void {
    const held = this.#ledger.heldBy(request.key);
    if (held.length === 0) return;
    const before = this.#requests.get(request.key);
    if (before !== undefined && !sameTerms(before.sharing, request.sharing)) this.#somethingFreed = true;
    this.#ledger.hold(request, held);
  }

  /** The next Service to be decided; undefined where nothing is due any more. */
  #nextDue(): Request | undefined {
    for (;;) {
      const request = this.#due.next();
      if (request !== undefined) return request;
      this.#endSharing();
      if (this.#somethingFreed) for (const service of this.#waiting) this.#due.add(service);
      this.#somethingFreed = false;
      if (!this.#due.beginRound()) return undefined;
    }
  }

  #decide(request: Request): Verdict {
    const before = this.#ledger.heldBy(request.key);
    const verdict = withLosses(decide(request, this.#table, this.#ledger), this.#losses.get(request.key));
    const { addresses, reason } = verdict;
    if (before.some((address) => !addresses.includes(address))) this.#somethingFreed = true;
    const isComplete = reason === 'Retained' || addresses.length === request.families.families.length;
    mark(this.#waiting, request.key, !verdict.allocated || reason === 'KeptWhileRequestPending' || !isComplete);
    const mayRetain = reason === 'Retained' || reason === 'KeptWhileRequestPending' || request.deleting;
    mark(this.#retaining, request.key, mayRetain);
    return verdict;
  }

  /** A change may end the right to share: then the rule for two holders says who keeps the address. */
  #endSharing(): void {
    const sharers: string[] = [];
    for (const service of this.#due.waiting()) if (this.#ledger.shares(service)) sharers.push(service);
    if (sharers.length === 0) return;
    for (const request of this.#due.inOrder(sharers)) this.#endSharingOf(request);
  }

  #endSharingOf(request: Request): void {
    for (const address of this.#ledger.heldBy(request.key)) {
      const others = this.#ledger.quarrels(address, request).map(({ holder }) => holder);
      const winner = others.find((holder) => compareHolders(holder, request) < 0);
      for (const loser of winner === undefined ? others : [request]) {
        if (loser.otherClass !== undefined) continue;
        this.#lose(loser, address, winner ?? request);
        const kept = this.#ledger.heldBy(loser.key).filter((held) => compareAddresses(held, address) !== 0);
        this.#ledger.hold(loser, kept);
        this.#due.add(loser.key);
      }
    }
  }

  #lose(loser: Request, address: Address, winner: Request): void {
    const before = this.#losses.get(loser.key) ?? [];
    this.#losses.set(loser.key, [...before, { address, winner: holderText(winner) }]);
  }

  #isHeldByOurs(address: Address): boolean {
    return (
      this.#ledger
        .holding(address)
        ?.holders()
        .some(({ otherClass }) => otherClass === undefined) ?? false
    );
  }
}

/** Whoever of ours holds an address already keeps it; for one of another class the rule for two holders says. */
function isBefore(holder: Request, request: Request): boolean {
  return holder.otherClass === undefined || compareHolders(holder, request) < 0;
}

function holderText({ key, otherClass }: Request): string {
  return otherClass === undefined ? key : `${key} of ${otherClass}`;
}

function mark(set: Set<string>, service: string, isMember: boolean): void {
  if (isMember) set.add(service);
  else set.delete(service);
}
