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
import type { WirePorts } from './ports.ts';
import { type AnswerSurroundings, SegmentAnswers } from './segment-answers.ts';
import { SegmentQuestions } from './segment-questions.ts';
import { StrangerReports } from './stranger-reports.ts';
import { UnwatchedPeers } from './unwatched-peers.ts';

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
  /** The nodes that the protocol wants sessions with. */
  #wanted: readonly string[] = [];
  /** Those whose session has been Up. */
  readonly #sessions = new Set<string>();
  readonly #answers: SegmentAnswers;
  readonly #questions: SegmentQuestions;
  readonly #strangers: StrangerReports;
  readonly #unwatched = new UnwatchedPeers((node) => {
    this.#surroundings.ports.send({ type: 'unwatched', node, interface: this.#assigned.interface.name });
  });
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
    const { node, ports, secrets } = surroundings;
    const { interface: link, local, key } = assigned;
    this.#strangers = new StrangerReports((claim) => surroundings.onStranger(claim));
    this.#answers = new SegmentAnswers(surroundings, link.index);
    this.#portions = new OnceATurn(ports.clock);
    const boot = Math.floor(ports.random() * 2 ** 32);
    const timing = beginning.alone ? { ...DEFAULT_TIMING, listen: 0 } : DEFAULT_TIMING;
    const options = { node, mac: link.mac, boot, held: beginning.held, timing };
    this.#ownership = new SegmentOwnership(options, ports.clock.monotonic());
    this.#questions = new SegmentQuestions(this.#ownership, this.#answers, () => this.#assigned);
    const endpoint = { interface: link, local, keys: secrets && { secrets, segment: key } };
    this.#socket = new OwnershipSocket(ports, surroundings.tally, endpoint, (message) => {
      this.#surroundings.onMessage();
      this.step({ type: 'message', message });
      this.#surroundings.onStep();
    });
  }

  get assigned(): AssignedSegment {
    return this.#assigned;
  }

  /** Takes a new plan. */
  align(assigned: AssignedSegment): void {
    this.#assigned = assigned;
    this.#answers.alignLoopback();
    this.#socket.peers = assigned.peers;
    this.openSocket();
    this.step({ type: 'plan', plan: { addresses: assigned.addresses, peers: assigned.peers } });
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

  /** The sessions that are wanted. */
  watched(): readonly WatchedPeer[] {
    const { interface: link, local, peers } = this.#assigned;
    return peers
      .filter(({ node }) => this.#wanted.includes(node))
      .map(({ node, remote, interval, multiplier }) => {
        return { node, interface: { name: link.name, index: link.index }, local, remote, interval, multiplier };
      });
  }

  /** See {@link UnwatchedPeers.look}. */
  lookForUnwatched(): number {
    const wanted = this.#wanted.map((node) => ({
      node,
      hasBeenUp: this.#sessions.has(node),
      speaks: this.#ownership.peer(node)?.isHeard(this.#now()) ?? false,
    }));
    return this.#unwatched.look(wanted, this.#now());
  }

  /** The session with a peer has come into another state, or is about to fall. */
  session(node: string, news: BfdNews): void {
    if (news === 'Late') {
      this.step({ type: 'late', node });
      return;
    }
    const { from, to, remoteState } = news;
    if (to === 'Up') {
      this.#sessions.add(node);
      this.step({ type: 'session', node, state: 'Up' });
    } else if (from === 'Up') {
      // A peer that says that it does not watch is not gone.
      this.step({ type: 'session', node, state: remoteState === 'AdminDown' ? 'Unwatched' : 'Down' });
    }
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
        this.#watch(action.nodes);
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

  #watch(nodes: readonly string[]): void {
    this.#wanted = nodes;
    this.#surroundings.onWatch();
    for (const node of this.#sessions) {
      if (nodes.includes(node)) continue;
      this.#sessions.delete(node);
      this.step({ type: 'session', node, state: 'Unwatched' });
    }
  }

  #report({ address, role, cause, node, after }: OwnershipAction & { do: 'report' }): void {
    if (role !== 'Placing') this.#answers.settle(address);
    this.#surroundings.onRole({ address, interface: this.#assigned.interface.name, role, cause, node, after });
  }

  #now(): number {
    return this.#surroundings.ports.clock.monotonic();
  }
}
