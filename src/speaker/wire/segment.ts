import type { ClaimKind } from '../arp/verdict.ts';
import type { MessageSecret } from '../ownership/message-codec.ts';
import type { HeldAddress, OwnershipAction, OwnershipEvent } from '../ownership/protocol.ts';
import { SegmentOwnership } from '../ownership/segment-ownership.ts';
import { DEFAULT_TIMING } from '../ownership/timing.ts';
import type { BfdNews } from './bfd.ts';
import { HANDED_OVER_VALIDITY, LOOPBACK_VALIDITY } from './loopback-addresses.ts';
import type { AssignedSegment, RoleReport, StopReason, WatchedPeer, WireClaim, WitnessReport } from './messages.ts';
import { OnceATurn } from './once-a-turn.ts';
import { OwnershipSocket } from './ownership-socket.ts';
import type { OwnershipTally } from './ownership-tally.ts';
import { interfacesOf, reach } from './peer-addresses.ts';
import type { WirePorts } from './ports.ts';
import { type AnswerSurroundings, SegmentAnswers } from './segment-answers.ts';
import { SegmentQuestions } from './segment-questions.ts';
import { SegmentSessions } from './segment-sessions.ts';
import { StrangerReports } from './stranger-reports.ts';

/** What the segments of a wire share. */
export interface SegmentSurroundings extends AnswerSurroundings {
  /** The name of this node. */
  readonly node: string;
  readonly ports: WirePorts;
  readonly secrets: readonly MessageSecret[] | undefined;
  readonly tally: OwnershipTally;
  /** The node that has the MAC address. */
  nodeOf(mac: string): string | undefined;
  onRole(report: RoleReport): void;
  onWitness(report: WitnessReport): void;
  onStranger(claim: WireClaim): void;
  /** Other peers are to be watched than before. */
  onWatch(): void;
  /** An event has come from outside, and has been dealt with. */
  onStep(): void;
  /** A message is there; what is due comes before it. */
  onMessage(): void;
}

/** One network segment: carries out what the ownership protocol wants, and tells it what happens. */
export class WireSegment {
  readonly #surroundings: SegmentSurroundings;
  readonly #ownership: SegmentOwnership;
  readonly #socket: OwnershipSocket;
  #assigned: AssignedSegment;
  /** As assigned, but that each peer is where it says that it speaks from. */
  #reached: AssignedSegment;
  readonly #sessions: SegmentSessions;
  readonly #answers: SegmentAnswers;
  readonly #questions: SegmentQuestions;
  readonly #strangers: StrangerReports;
  #events: OwnershipEvent[] = [];
  #isStepping = false;
  readonly #portions: OnceATurn;

  constructor(
    assigned: AssignedSegment,
    surroundings: SegmentSurroundings,
    beginning: { readonly held: readonly HeldAddress[]; readonly alone: boolean },
  ) {
    this.#surroundings = surroundings;
    this.#assigned = assigned;
    this.#reached = assigned;
    const { node, ports, secrets } = surroundings;
    const { interface: link, local, key } = assigned;
    this.#strangers = new StrangerReports((claim) => surroundings.onStranger(claim));
    this.#answers = new SegmentAnswers(surroundings, link.index);
    this.#portions = new OnceATurn(ports.clock);
    const boot = Math.floor(ports.random() * 2 ** 32);
    const timing = beginning.alone ? { ...DEFAULT_TIMING, listen: 0 } : DEFAULT_TIMING;
    const options = { node, mac: link.mac, boot, held: beginning.held, timing };
    this.#ownership = new SegmentOwnership(options, ports.clock.monotonic());
    this.#questions = new SegmentQuestions(this.#ownership, this.#answers, () => this.#reached);
    this.#sessions = new SegmentSessions(
      () => this.#reached,
      (event) => this.step(event),
      (unwatched) => ports.send({ type: 'unwatched', node: unwatched, interface: link.name }),
    );
    const endpoint = { interface: link, local, keys: secrets && { secrets, segment: key } };
    this.#socket = new OwnershipSocket(ports, surroundings.tally, endpoint, (message) => {
      surroundings.onMessage();
      const before = this.#ownership.peer(message.from)?.toldMac;
      this.step({ type: 'message', message });
      if (this.#ownership.peer(message.from)?.toldMac !== before) this.#reach();
      surroundings.onStep();
    });
  }

  get assigned(): AssignedSegment {
    return this.#assigned;
  }

  /** Takes a new plan. */
  align(assigned: AssignedSegment): void {
    this.#assigned = assigned;
    this.#answers.alignLoopback();
    this.#reach();
    this.openSocket();
    this.step({ type: 'plan', plan: { addresses: assigned.addresses, peers: assigned.peers } });
  }

  /** Looks anew where each peer is; a session with an address that a peer does not speak from any more is over. */
  #reach(): void {
    const reached = this.#assigned.peers.map((peer) => ({
      ...reach(peer, this.#ownership.peer(peer.node)?.toldMac),
      from: interfacesOf(peer).map(({ remote }) => remote),
    }));
    this.#socket.peers = reached.map(({ peer: { node }, from, to }) => ({ node, from, to }));
    this.#reached = { ...this.#assigned, peers: reached.map(({ peer }) => peer) };
    this.#sessions.forget();
    this.#surroundings.onWatch();
  }

  openSocket(): void {
    this.#socket.open();
    this.noteCarrier();
  }

  /** The interface may have lost its carrier or its socket, or have them again. */
  noteCarrier(): void {
    const { up, interface: link, local } = this.#assigned;
    this.step({ type: 'carrier', up: up && this.#surroundings.familyOf(local).isOpen(link.index) });
  }

  /** See {@link SegmentSessions.watched}. */
  watched(): readonly WatchedPeer[] {
    return this.#sessions.watched();
  }

  /** See {@link UnwatchedPeers.look}. */
  lookForUnwatched(): number {
    const now = this.#now();
    return this.#sessions.lookForUnwatched((node) => this.#ownership.peer(node)?.isHeard(now) ?? false, now);
  }

  /** See {@link SegmentSessions.news}. */
  session(peer: WatchedPeer, news: BfdNews): void {
    this.#sessions.news(peer, news);
  }

  concerns(address: string): boolean {
    return this.#ownership.roleOf(address) !== undefined;
  }

  /** Somebody's frame says that the address is at a MAC address. */
  claimed(address: string, mac: string, kind: ClaimKind): void {
    const node = this.#surroundings.nodeOf(mac) ?? this.#questions.peerWith(mac);
    const isStranger = node === undefined && this.#ownership.roleOf(address) !== 'Standby';
    if (isStranger) this.#strangers.note(address, mac, this.#surroundings.ports.clock.wall(), this.#now());
    // A speaker that probes for an address does not have it.
    if (node !== undefined && kind === 'Probe') return;
    this.step({ type: 'heard', address, node });
  }

  /** A machine answered a question that was asked on the interface. */
  answered(address: string, mac: string): void {
    const answer = this.#questions.answered(address, mac);
    if (answer !== undefined) this.step({ type: 'answered', ...answer });
  }

  /** This speaker ends. */
  shutDown(reason: StopReason): void {
    this.step({ type: 'shutdown', reason });
  }

  /** Whether there is a speaker that could answer in place of this one. */
  get hasLivePeer(): boolean {
    const now = this.#now();
    return [...this.#ownership.peers()].some((peer) => peer.table.isHeard && peer.standing(now) === 'Live');
  }

  /** Whether anything is answered. */
  get answers(): boolean {
    return this.#answers.isAny;
  }

  /** See {@link SegmentOwnership.held}. */
  held(): readonly HeldAddress[] {
    return this.#ownership.held();
  }

  get dueAt(): number {
    return this.#ownership.dueAt;
  }

  /** See {@link SegmentOwnership.isPending}. */
  get isPending(): boolean {
    return this.#ownership.isPending;
  }

  /** Falls silent and closes the socket. `isCaredFor`: what is on `lo` stays there for a while. */
  close(isCaredFor: boolean): void {
    const { name } = this.#assigned.interface;
    for (const address of this.#answers.addresses) {
      this.#answers.silence(address, isCaredFor ? LOOPBACK_VALIDITY : 0);
      const role = { role: 'Standby', cause: 'Released', node: undefined } as const;
      this.#surroundings.onRole({ address, interface: name, ...role });
    }
    this.#socket.close();
  }

  /**
   * Does what is due. A thread that is late has messages in its queue that came in time: they are read first. Where not all
   * of it is done in one go, the next one is in another turn, however many frames and messages there are in this.
   */
  tick(): void {
    if (this.#portions.isDone) return;
    this.#socket.drain();
    this.step({ type: 'tick' });
    if (this.isPending) this.#portions.done();
  }

  /** Takes an event. One that comes while another is being dealt with waits for its turn. */
  step(event: OwnershipEvent): void {
    this.#events.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        for (const action of this.#ownership.step(next, this.#now())) this.#carryOut(action, next);
      }
    } finally {
      this.#events = [];
      this.#isStepping = false;
    }
  }

  #carryOut(action: OwnershipAction, event: OwnershipEvent): void {
    switch (action.do) {
      case 'answer':
        this.#answer(action.address, action.as);
        break;
      case 'silence':
        this.#silence(action.address);
        break;
      case 'announce':
        this.#announce(action.address, event);
        break;
      case 'probe':
        this.#answers.probe(action.address);
        break;
      case 'ask':
        this.#questions.ask(action.node, action.address);
        break;
      case 'send':
        this.#socket.send(action.to, action.message);
        break;
      case 'watch':
        this.#sessions.want(action.nodes);
        this.#surroundings.onWatch();
        break;
      case 'witness':
        this.#surroundings.onWitness({ ...action, interface: this.#assigned.interface.name });
        break;
      case 'report':
        this.#report(action);
        break;
    }
  }

  #answer(address: string, as: string | undefined): void {
    const mac = as === undefined ? undefined : this.#ownership.peer(as)?.mac;
    // Nobody can be answered for whose MAC address is not known any more.
    if (as === undefined || mac !== undefined) this.#answers.answer(address, mac);
  }

  /** What has moved comes here for a moment longer, from those who have not heard of it; what is released does not. */
  #silence(address: string): void {
    const isReleased = this.#ownership.roleOf(address) === undefined;
    this.#answers.silence(address, isReleased ? 0 : HANDED_OVER_VALIDITY);
  }

  /** A stranger who goes on is not answered by a flood (RFC 5227 section 2.4 c). */
  #announce(address: string, event: OwnershipEvent): void {
    const isDefence = event.type === 'heard' && event.node === undefined;
    if (isDefence) this.#answers.defend(address);
    else this.#answers.announce(address);
  }

  #report({ address, role, cause, node, after }: OwnershipAction & { do: 'report' }): void {
    if (role !== 'Placing') this.#answers.settle(address);
    this.#surroundings.onRole({ address, interface: this.#assigned.interface.name, role, cause, node, after });
  }

  #now(): number {
    return this.#surroundings.ports.clock.monotonic();
  }
}
