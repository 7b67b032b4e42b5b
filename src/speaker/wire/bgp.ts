import { type Address, formatAddress, parseAddress } from '../../ip/address.ts';
import type { TcpRequest } from '../../os/tcp-listener.ts';
import type { TcpDrops } from '../../os/tcp-statistics.ts';
import type { BfdState } from '../bfd/packet.ts';
import type { BfdTransition } from '../bfd/session.ts';
import { CEASE } from '../bgp/message/error-codes.ts';
import { cease } from '../bgp/message/notification.ts';
import { BgpSession } from '../bgp/session/bgp-session.ts';
import { carriageOf } from '../bgp/session/carriage.ts';
import { withGracefulShutdown } from '../bgp/session/graceful-shutdown.ts';
import { readInterfaces } from '../bgp/session/next-hops.ts';
import type { InterfaceAddresses } from '../bgp/session/session-transport.ts';
import type { RouterDecodeDrop } from '../ndp/router-message.ts';
import { BgpListeners } from './bgp-listeners.ts';
import type { AddressedPeer, Device, PeerRoutes, SessionAssignment, SessionReport } from './bgp-messages.ts';
import {
  configurationOf,
  inVrf,
  isCaller,
  isSameSession,
  protectionOf,
  reportOf,
  watchedPeer,
  whyNoAnswer,
} from './bgp-peer-session.ts';
import { WireRoutes } from './bgp-routes.ts';
import type { StopReason, WatchedPeer } from './messages.ts';
import { PassivePeers } from './passive-peers.ts';
import type { WirePorts } from './ports.ts';
import { Turns } from './turns.ts';
import { type ResolvedPeers, UnnumberedPeers } from './unnumbered-peers.ts';

/** Milliseconds in which changes gather before they are reported. */
const GATHER = 20;
/** What a peer is told when the speaker ends (RFC 9003). */
const FAREWELL = 'the Berth speaker of this node stops';

/** Milliseconds for which routers that were asked for other ways have time to find them. */
const DETOUR = 1000;
/** Milliseconds for which BFD outlives the sessions that it guards: routers hear why they end before they see that it does. */
const HEARD = 100;

/** One peer: its session, once its routes are known. */
interface Entry {
  peer: AddressedPeer;
  readonly address: Address;
  session: BgpSession | undefined;
  bfd: BfdState | undefined;
}

/** The BGP sessions of an assignment, on TCP and the clock. */
export class WireBgp {
  readonly #ports: WirePorts;
  readonly #listeners: BgpListeners;
  readonly #onWatched: () => void;
  readonly #unnumbered: UnnumberedPeers;
  readonly #passive: PassivePeers;
  readonly #entries = new Map<string, Entry>();
  readonly #turns: Turns;
  readonly #routes: WireRoutes;
  /** Names of peers that this process has had a session with. */
  readonly #known = new Set<string>();
  #interfaces: readonly InterfaceAddresses[] = [];
  #assignment: SessionAssignment = { peers: [], interfaces: [] };
  #resolved: ResolvedPeers = { peers: [], waiting: [] };
  #cancelResolve: (() => void) | undefined;
  #cancelReport: (() => void) | undefined;
  #stopped = false;

  /**
   * @param onWatched {@link watched} may have changed
   * @param onDrop a frame was no message of router discovery that we can read
   */
  constructor(ports: WirePorts, onWatched: () => void, onDrop: (reason: RouterDecodeDrop) => void) {
    this.#ports = ports;
    this.#onWatched = onWatched;
    this.#turns = new Turns(ports.clock);
    this.#routes = new WireRoutes(this.#turns, (peer) => this.#taken(peer));
    this.#unnumbered = new UnnumberedPeers({ ports, onDrop, onChange: () => this.#resolveSoon() });
    this.#listeners = new BgpListeners(ports, (request, vrf) => this.#request(request, vrf));
    this.#passive = new PassivePeers({
      clock: ports.clock,
      tcpDrops: () => ports.tcpDrops(),
      portFault: (place) => this.#listeners.faultOf(place),
      onChange: () => this.#changed(),
    });
  }

  /** Makes these the sessions. Those that stay the same go on. @throws AddressError for malformed addresses. */
  assign(assignment: SessionAssignment): void {
    if (this.#stopped) return;
    const { peers, interfaces } = assignment;
    this.#assignment = assignment;
    this.#interfaces = readInterfaces(interfaces);
    this.#unnumbered.align(peers, interfaces);
    this.#routes.keep(new Set(peers.map(({ peer }) => peer)));
    this.#alignAll(this.#resolve());
    for (const { session } of this.#entries.values()) session?.readdress();
  }

  #alignAll(resolved: ResolvedPeers): void {
    const { peers } = resolved;
    this.#resolved = resolved;
    const wanted = new Map(peers.map((peer) => [peer.peer, peer]));
    for (const [name, entry] of this.#entries) {
      const next = wanted.get(name);
      if (next !== undefined && isSameSession(entry.peer, next)) continue;
      const subcode = next === undefined ? CEASE.peerDeconfigured : CEASE.otherConfigurationChange;
      entry.session?.stop(cease(subcode));
      this.#entries.delete(name);
    }
    for (const peer of peers) this.#align(peer);
    const callers = [...this.#entries.values()].filter(({ peer }) => !peer.outgoingOnly);
    this.#listeners.align(callers.map(({ address, peer: { password, vrf } }) => ({ address, password, vrf })));
    this.#passive.keep(new Set(wanted.keys()));
    for (const entry of this.#entries.values()) this.#start(entry);
    this.#onWatched();
    this.#changed();
  }

  /** Takes in routes, and tells the peer. */
  tell(routes: PeerRoutes): void {
    if (!this.#stopped) this.#routes.tell(routes);
  }

  /** Tries again what could not be opened. */
  open(): void {
    if (this.#stopped) return;
    this.#listeners.open();
    this.#unnumbered.open();
  }

  /** Peers that BFD is to guard; also after {@link stop}, while what was said goes its way. */
  watched(): readonly WatchedPeer[] {
    const entries = [...this.#entries.values()];
    return entries.flatMap(({ peer, address }) => watchedPeer(peer, address, this.#interfaces) ?? []);
  }

  /** BFD tells of one of the {@link watched}: the session ends where the peer is gone and did not leave on purpose. */
  onBfd({ node, remote }: WatchedPeer, { from, to, remoteState }: BfdTransition): boolean {
    const entry = this.#entries.get(node);
    if (entry === undefined || formatAddress(entry.address) !== remote) return false;
    entry.bfd = to;
    const isGone = from === 'Up' && to === 'Down' && remoteState !== 'AdminDown';
    if (isGone && entry.session?.state === 'Established') entry.session.reset(cease(CEASE.bfdDown));
    this.#changed();
    return true;
  }

  /**
   * Begins to end all sessions: before a restart those that restart gracefully without a word, so that their routes stay.
   * Where the node leaves, routers are asked for other ways first (RFC 8326). Returns the milliseconds until {@link close}
   * is due.
   */
  stop(reason: StopReason): number {
    if (this.#stopped) return 0;
    this.#stopped = true;
    this.#cancelReport?.();
    this.#cancelResolve?.();
    this.#unnumbered.stop();
    this.#passive.stop();
    this.#listeners.align([]);
    const heard = this.watched().length > 0 ? HEARD : 0;
    const leaving = [...this.#entries.values()].filter((entry) => reason === 'Leave' && this.#deprefer(entry));
    for (const entry of this.#entries.values()) if (!leaving.includes(entry)) this.#farewell(entry, reason);
    if (leaving.length === 0) return heard;
    this.#ports.clock.after(DETOUR, () => {
      for (const entry of leaving) this.#farewell(entry, reason);
    });
    return DETOUR + heard;
  }

  /** Tells how all sessions have ended. */
  close(): void {
    this.#report();
  }

  /** Asks the peer to find other ways, if there is a session to ask over. */
  #deprefer({ peer, session }: Entry): boolean {
    if (session?.state !== 'Established') return false;
    this.#routes.rewrite(peer.peer, withGracefulShutdown);
    return true;
  }

  #farewell({ peer, session }: Entry, reason: StopReason): void {
    const keepsRoutes = reason === 'Restart' && peer.gracefulRestartTime !== undefined;
    session?.stop(keepsRoutes ? undefined : cease(CEASE.administrativeShutdown, FAREWELL));
  }

  #align(peer: AddressedPeer): void {
    const entry = this.#entries.get(peer.peer);
    if (entry === undefined) {
      const address = parseAddress(peer.address);
      this.#entries.set(peer.peer, { peer, address, session: undefined, bfd: undefined });
      return;
    }
    const hasNewKey = entry.peer.password !== peer.password;
    entry.peer = peer;
    if (peer.bfd === undefined) entry.bfd = undefined;
    if (!hasNewKey) return;
    try {
      entry.session?.setPassword(peer.password);
    } catch {
      entry.session?.reset(cease(CEASE.otherConfigurationChange));
    }
  }

  /** Routes of a peer were taken in. */
  #taken(peer: string): void {
    const entry = this.#entries.get(peer);
    if (entry?.session !== undefined) entry.session.tell();
    else if (entry !== undefined && !this.#stopped) this.#start(entry);
  }

  #start(entry: Entry): void {
    const { peer, address } = entry;
    const routes = this.#routes.of(peer.peer);
    if (entry.session !== undefined || routes === undefined || !this.#routes.isComplete(peer.peer)) return;
    const restarted = !this.#known.has(peer.peer);
    this.#known.add(peer.peer);
    let before: TcpDrops | undefined;
    entry.session = new BgpSession({
      configuration: configurationOf(peer, restarted),
      transport: {
        clock: this.#ports.clock,
        random: () => this.#ports.random(),
        nextTurn: (piece) => this.#turns.wait(piece),
        connect: (listener) => {
          before = this.#ports.tcpDrops();
          const local = peer.sourceAddress === undefined ? undefined : parseAddress(peer.sourceAddress);
          const remote = { address, port: peer.port };
          const link = this.#interfaces.find(({ name }) => name === peer.interface);
          const to = { remote, local, interface: link, device: peer.vrf?.name };
          return this.#ports.connectTcp({ ...protectionOf(entry.peer), ...to }, listener);
        },
      },
      routes,
      carriage: (session, local, before) => {
        const ends = { local, remote: address, interface: peer.interface };
        return carriageOf(peer.families, session, ends, inVrf(this.#interfaces, peer), before?.nextHops);
      },
      whyNoAnswer: () => whyNoAnswer(entry.peer, before, this.#ports.tcpDrops()),
      onChange: () => {
        this.#changed();
        // Another neighbour may take its place now.
        if (entry.session?.state !== 'Established') this.#resolveSoon();
      },
    });
    entry.session.start();
  }

  #resolve(): ResolvedPeers {
    return this.#unnumbered.resolve(this.#assignment.peers, (peer) => {
      const entry = this.#entries.get(peer);
      return entry?.session?.state === 'Established' ? entry.address : undefined;
    });
  }

  /** Neighbours have come or gone: their sessions follow, unless they are Established. */
  #resolveSoon(): void {
    if (this.#cancelResolve !== undefined || this.#stopped) return;
    this.#cancelResolve = this.#ports.clock.after(0, () => {
      this.#cancelResolve = undefined;
      const next = this.#resolve();
      if (JSON.stringify(next) !== JSON.stringify(this.#resolved)) this.#alignAll(next);
    });
  }

  #request(request: TcpRequest, vrf: Device | undefined): void {
    const entry = [...this.#entries.values()].find((each) => isCaller(each, request, vrf, this.#interfaces));
    if (entry === undefined) this.#passive.stranger(request.remote, vrf);
    const session = entry?.session;
    if (entry === undefined || session === undefined) {
      request.refuse();
      return;
    }
    session.offer({
      accept: (listener) => request.accept(protectionOf(entry.peer), listener),
      refuse: () => request.refuse(),
    });
  }

  #changed(): void {
    if (this.#cancelReport !== undefined || this.#stopped) return;
    this.#cancelReport = this.#ports.clock.after(GATHER, () => this.#report());
  }

  #report(): void {
    this.#cancelReport = undefined;
    const sessions = [...this.#entries.values()].flatMap(
      ({ peer, address, session, bfd }): readonly SessionReport[] => {
        const rib = this.#routes.of(peer.peer);
        if (session === undefined || rib === undefined) return [];
        const lastError = this.#stopped ? session.lastError : this.#passive.errorOf(peer, address, session);
        return [reportOf(peer, address, session, lastError, rib, bfd)];
      },
    );
    this.#ports.send({ type: 'sessions', sessions: [...sessions, ...this.#resolved.waiting] });
  }
}
