import { parseMac } from '../arp/mac-address.ts';
import type { ClaimKind } from '../arp/verdict.ts';
import { DEFAULT_TIMING } from '../ownership/timing.ts';
import { type BfdNews, isSamePeer, WireBfd } from './bfd.ts';
import { WireBgp } from './bgp.ts';
import { every } from './clock.ts';
import { Ending } from './ending.ts';
import { WireFamily } from './family.ts';
import { HeldAccount } from './held-account.ts';
import { LoopbackAddresses } from './loopback-addresses.ts';
import type {
  Amendment,
  AssignedSegment,
  Assignment,
  Beginning,
  HeldSegment,
  StopReason,
  WatchedPeer,
} from './messages.ts';
import { interfacesOf } from './needed-interfaces.ts';
import type { WirePorts } from './ports.ts';
import { ARP, type LinkProtocol, NDP } from './protocol.ts';
import type { ProtocolTally } from './protocol-tally.ts';
import { isSameSegment } from './same-segment.ts';
import { type SegmentSurroundings, WireSegment } from './segment.ts';
import { WireTally } from './tally.ts';
import { WireTimer } from './timer.ts';

/** Milliseconds between attempts to open a socket, and reports. */
export const TICK = 1000;

/** Everything on the wire of one node: sockets, and for each segment who answers for what. */
export class Wire {
  readonly #ports: WirePorts;
  /** The BGP sessions: who tells them what to say speaks with them directly. */
  readonly bgp: WireBgp;
  readonly #surroundings: SegmentSurroundings;
  readonly #bfd: WireBfd;
  readonly #tally: WireTally;
  readonly #loopback: LoopbackAddresses;
  readonly #account = new HeldAccount(
    () => [
      ...this.#held.values(),
      ...[...this.#segments.values()].map((each) => ({ segment: each.assigned.key, addresses: each.held() })),
    ],
    (held) => this.#ports.send({ type: 'held', held }),
  );
  readonly #ownMacs = new Set<number>();
  readonly #ipv4: WireFamily<number>;
  readonly #ipv6: WireFamily<bigint>;
  readonly #families: readonly [WireFamily<number>, WireFamily<bigint>];
  readonly #segments = new Map<string, WireSegment>();
  readonly #cancelTick: () => void;
  readonly #timer: WireTimer;
  #held: ReadonlyMap<string, HeldSegment>;
  #nodes: ReadonlyMap<string, string> = new Map();
  #usesLoopback = false;
  #watchChanged = false;
  /** The timer is set at the end, once for all. */
  #stepping = false;
  #ending: Ending | undefined;

  constructor(ports: WirePorts, { node, held, secrets }: Beginning) {
    this.#ports = ports;
    this.#held = new Map(held.map((each) => [each.segment, each]));
    this.#bfd = new WireBfd(ports, (peer, news) => this.#onBfd(peer, news));
    this.#tally = new WireTally(() => this.#bfd.counters());
    this.bgp = new WireBgp(
      ports,
      () => this.#watchAnew(),
      (reason) => this.#tally.ndp.drop(reason),
    );
    this.#loopback = new LoopbackAddresses(ports);
    this.#ipv4 = this.#family(ARP, this.#tally.arp);
    this.#ipv6 = this.#family(NDP, this.#tally.ndp);
    this.#families = [this.#ipv4, this.#ipv6];
    this.#surroundings = {
      node,
      ports,
      secrets,
      loopback: this.#loopback,
      tally: this.#tally.ownership,
      familyOf: (address) => (address.includes(':') ? this.#ipv6 : this.#ipv4),
      nodeOf: (mac) => this.#nodes.get(mac),
      usesLoopback: () => this.#usesLoopback,
      onRole: (report) => {
        this.#tally.role(report);
        this.#account.changed();
      },
      onWitness: ({ address, interface: link, node }) => this.#tally.witness({ address, interface: link, node }),
      onStranger: (claim) => this.#tally.claim(claim),
      onWatch: () => {
        this.#watchChanged = true;
      },
      onMessage: () => this.#awake(),
      onStep: () => this.#step(),
    };
    this.#timer = new WireTimer(ports.clock, () => {
      this.#awake();
      this.#step();
    });
    this.#cancelTick = every(ports.clock, TICK, () => this.#tick());
  }

  /**
   * Makes the assignment the whole of what is known. The same one again changes nothing.
   *
   * @throws RangeError or AddressError for a malformed address or MAC address.
   */
  assign(assignment: Assignment): void {
    this.#take(() => this.#align(assignment));
  }

  /** Changes what was last assigned: addresses of the family of their segment. */
  amend({ segments }: Amendment): void {
    this.#take(() => {
      for (const { key, ...amendment } of segments) this.#segments.get(key)?.step({ type: 'amend', amendment });
    });
  }

  /** Lets what has come due go before, and what follows from it come after. */
  #take(change: () => void): void {
    if (this.#ending !== undefined) return;
    this.#awake();
    this.#stepping = true;
    try {
      change();
    } finally {
      this.#stepping = false;
      this.#step();
    }
  }

  /**
   * Ends in a way that others can follow, and calls back when everything is closed. `isCaredFor`: others answer with our
   * MAC address until we are back, so that what is on `lo` has to stay.
   */
  stop(reason: StopReason, onStopped: (isCaredFor: boolean) => void): void {
    if (this.#ending !== undefined) return;
    const segments = [...this.#segments.values()];
    const hasHeir = () => segments.some((segment) => segment.answers && segment.hasLivePeer);
    const isCaredFor = reason === 'Restart' && hasHeir();
    // Routers find other ways while what still comes here is still taken.
    const heardAt = this.#now() + this.bgp.stop(reason);
    for (const segment of segments) segment.shutDown(reason);
    const conditions = { reason, now: this.#now(), heardAt, hasHeir };
    this.#ending = new Ending(conditions, () => this.#end(isCaredFor, onStopped));
    this.#step();
  }

  #end(isCaredFor: boolean, onStopped: (isCaredFor: boolean) => void): void {
    this.bgp.close();
    this.#cancelTick();
    this.#timer.cancel();
    this.#stepping = true;
    this.#account.tellNow(this.#now());
    // Silence comes first: to close a link takes a while where it belongs to many groups.
    for (const segment of this.#segments.values()) segment.close(isCaredFor);
    this.#loopback.removeLeft(isCaredFor);
    this.#bfd.stop();
    for (const family of this.#families) family.stop();
    this.#segments.clear();
    this.#report();
    onStopped(isCaredFor);
  }

  #align({ ownMacs, speakerMacs, loopback, alone, pacing = {}, segments }: Assignment): void {
    this.#ownMacs.clear();
    for (const mac of ownMacs) this.#ownMacs.add(parseMac(mac));
    this.#nodes = new Map(speakerMacs);
    this.#usesLoopback = loopback;
    for (const family of this.#families) family.align(interfacesOf(segments, family === this.#ipv6));
    for (const family of this.#families) family.pacing = pacing;
    const wanted = new Map(segments.map((each) => [each.key, each]));
    for (const [key, segment] of this.#segments) {
      const next = wanted.get(key);
      if (next !== undefined && isSameSegment(segment.assigned, next)) continue;
      // What it held it may hold again, with another MAC address or when the interface is back.
      this.#held = new Map([...this.#held, [key, { segment: key, addresses: segment.held() }]]);
      segment.close(false);
      this.#segments.delete(key);
      this.#watchChanged = true;
    }
    for (const [key, next] of wanted) {
      const segment = this.#segments.get(key) ?? this.#begin(next, alone);
      this.#segments.set(key, segment);
      segment.align(next);
    }
  }

  #begin(assigned: AssignedSegment, alone: boolean): WireSegment {
    const held = this.#held.get(assigned.key)?.addresses ?? [];
    this.#held = new Map([...this.#held].filter(([key]) => key !== assigned.key));
    return new WireSegment(assigned, this.#surroundings, { held, alone });
  }

  #family<A>(protocol: LinkProtocol<A>, tally: ProtocolTally): WireFamily<A> {
    return new WireFamily({
      protocol,
      ports: this.#ports,
      tally,
      ownMacs: this.#ownMacs,
      concerns: (link, address) => this.#on(link).some((segment) => segment.concerns(address)),
      onFrame: () => this.#awake(),
      onClaim: (link, address, mac, kind) => this.#onClaim(link, address, mac, kind),
      onAnswered: (link, address, mac) => {
        for (const segment of this.#on(link)) segment.answered(address, mac);
        this.#step();
      },
      onClosed: () => {
        for (const segment of this.#segments.values()) segment.noteCarrier();
        this.#step();
      },
      onScheduled: () => {
        if (!this.#stepping) this.#arm();
      },
    });
  }

  #onClaim(link: number, address: string, mac: string, kind: ClaimKind): void {
    for (const segment of this.#on(link)) if (segment.concerns(address)) segment.claimed(address, mac, kind);
    this.#step();
  }

  /** A BGP peer may be the machine of another speaker as well. */
  #onBfd(peer: WatchedPeer, news: BfdNews): void {
    const isOfBgp = news !== 'Late' && this.bgp.onBfd(peer, news);
    if (news !== 'Late' && !isOfBgp) this.#ports.send({ type: 'peer', peer, transition: news });
    for (const segment of this.#segments.values()) {
      if (segment.watched().some((each) => isSamePeer(each, peer))) segment.session(peer, news);
    }
    this.#step();
  }

  #watchAnew(): void {
    this.#watchChanged = true;
    this.#step();
  }

  #on(link: number): readonly WireSegment[] {
    return [...this.#segments.values()].filter(({ assigned }) => assigned.interface.index === link);
  }

  /** What is due comes before anything that waited while this process may not have run. */
  #awake(): void {
    const now = this.#now();
    for (const segment of this.#segments.values()) {
      if (now - segment.dueAt > DEFAULT_TIMING.pause) segment.step({ type: 'tick' });
    }
  }

  /** Does what is due now, tells the main thread of new roles, and sets the timer for what comes next. */
  #step(): void {
    if (this.#stepping) return;
    const now = this.#now();
    this.#stepping = true;
    for (const segment of this.#segments.values()) if (segment.dueAt <= now) segment.tick();
    if (this.#watchChanged) {
      this.#watchChanged = false;
      const speakers = [...this.#segments.values()].flatMap((segment) => segment.watched());
      this.#bfd.assign([...this.bgp.watched(), ...speakers]);
    }
    for (const family of this.#families) family.step(now);
    this.#loopback.renew();
    // What is carried out a portion a step is told when all of it is, or with the next tick.
    const isPending = [...this.#segments.values()].some((segment) => segment.isPending);
    if (this.#tally.hasRoles && !isPending) this.#report();
    this.#account.step(now);
    this.#stepping = false;
    if (this.#ending?.isDue(now)) this.#ending.end();
    else this.#arm();
  }

  #report(): void {
    const report = this.#tally.take();
    if (report !== undefined) this.#ports.send({ type: 'report', ...report });
  }

  #arm(): void {
    let next = this.#ending?.next(this.#now()) ?? Number.POSITIVE_INFINITY;
    for (const segment of this.#segments.values()) next = Math.min(next, segment.dueAt);
    for (const each of [this.#account, this.#loopback, ...this.#families]) next = Math.min(next, each.next());
    this.#timer.set(next);
  }

  #tick(): void {
    this.#awake();
    for (const family of this.#families) family.openLinks();
    for (const segment of this.#segments.values()) segment.openSocket();
    this.#bfd.openSockets();
    this.bgp.open();
    this.#tally.unwatched = [...this.#segments.values()].reduce((sum, each) => sum + each.lookForUnwatched(), 0);
    this.#step();
    this.#report();
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
