import type { Diagnostic } from './diagnostic.ts';
import type { BfdPacket, BfdState } from './packet.ts';
import { PollSequence } from './poll-sequence.ts';

/** What may be changed while a session runs. Intervals are microseconds, 1 to 2^32 - 1. */
export interface BfdTimers {
  /** How often we want to send once the session is Up. */
  readonly desiredMinTxInterval: number;
  /** How often we can receive. */
  readonly requiredMinRxInterval: number;
  /** Lost packets after which the peer gives us up, 1 to 255. */
  readonly detectMultiplier: number;
}

/** What a session is made of. */
export interface BfdOptions extends BfdTimers {
  /** Not 0, and of no other session of this system. */
  readonly localDiscriminator: number;
  /** The C bit: true where this session outlives the protocol that it serves (RFC 5882 section 4.3.2). */
  readonly controlPlaneIndependent: boolean;
  /** The Passive role (RFC 5880 section 6.1): nothing is sent before the peer is heard. */
  readonly passive?: boolean | undefined;
}

/** A session came into another state. */
export interface BfdTransition {
  readonly from: BfdState;
  readonly to: BfdState;
  /** Why, as we tell it. */
  readonly diagnostic: Diagnostic;
  /** The last state heard of the peer: `AdminDown` means that it has left on purpose, and not that it is gone. */
  readonly remoteState: BfdState;
  /** Why the peer last went down, as it tells it. */
  readonly remoteDiagnostic: Diagnostic;
}

/** What an event leads to: packets to send now, in order, and the transition that it caused. */
export interface BfdReaction {
  readonly packets: readonly BfdPacket[];
  readonly transition?: BfdTransition;
  /** The session is Up and will fall in at most {@link LATENESS} ms, unless a packet comes: told once a silence. */
  readonly isLate?: true;
}

/** So long before it gives the peer up a session says that it is late, ms; less where the last packet is not due yet. */
export const LATENESS = 100;

/** RFC 5880 section 6.8.3: at most one packet a second while the session is not Up, microseconds. */
export const SLOW_INTERVAL = 1_000_000;

/** RFC 5880 section 6.8.1, bfd.RemoteMinRxInterval before a packet has come, microseconds. */
const UNKNOWN_MIN_RX = 1;

const MICROSECONDS = 1000;

/**
 * One session in asynchronous mode (RFC 5880 section 6.8). Times are milliseconds on a monotonic clock; nothing happens
 * but by its methods.
 */
export class BfdSession {
  readonly #localDiscriminator: number;
  readonly #controlPlaneIndependent: boolean;
  readonly #passive: boolean;
  #timers: BfdTimers;
  #state: BfdState = 'Down';
  #diagnostic: Diagnostic = 'No Diagnostic';
  #remoteState: BfdState = 'Down';
  #remoteDiagnostic: Diagnostic = 'No Diagnostic';
  #remoteDiscriminator = 0;
  #remoteMinRx = UNKNOWN_MIN_RX;
  #remoteDesiredMinTx = 0;
  #remoteMultiplier = 0;
  #remoteDemand = false;
  readonly #poll = new PollSequence();
  /** The intervals in force, which lag behind those that are advertised until a Poll Sequence ends. */
  #txInForce = SLOW_INTERVAL;
  #rxInForce: number;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** The part of the interval after which the next periodic packet goes, 0.75 to 1. */
  #share = 1;
  /** When the last valid packet came; undefined when a Detection Time has passed since. */
  #heardAt: number | undefined;
  /** Whether it was told that nothing has come since. */
  #isLate = false;

  constructor({ localDiscriminator, controlPlaneIndependent, passive = false, ...timers }: BfdOptions) {
    this.#localDiscriminator = localDiscriminator;
    this.#controlPlaneIndependent = controlPlaneIndependent;
    this.#passive = passive;
    this.#timers = timers;
    this.#rxInForce = timers.requiredMinRxInterval;
  }

  get state(): BfdState {
    return this.#state;
  }

  get diagnostic(): Diagnostic {
    return this.#diagnostic;
  }

  get localDiscriminator(): number {
    return this.#localDiscriminator;
  }

  /** Milliseconds of silence after which the peer is given up (RFC 5880 section 6.8.4); undefined before it is heard. */
  get detectionTime(): number | undefined {
    if (this.#heardAt === undefined) return undefined;
    return (this.#remoteMultiplier * Math.max(this.#rxInForce, this.#remoteDesiredMinTx)) / MICROSECONDS;
  }

  /** Milliseconds between our packets before jitter; undefined while none may be sent of our own accord. */
  get transmitInterval(): number | undefined {
    const demanded = this.#remoteDemand && this.#state === 'Up' && this.#remoteState === 'Up' && !this.#poll.active;
    // Section 6.8.7.
    const listens = this.#passive && this.#remoteDiscriminator === 0;
    if (this.#remoteMinRx === 0 || demanded || listens) return undefined;
    return Math.max(this.#txInForce, this.#remoteMinRx) / MICROSECONDS;
  }

  /** A packet that {@link decodeBfd} accepted and that belongs to this session (RFC 5880 section 6.8.6). */
  receive(packet: BfdPacket, now: number): BfdReaction {
    this.#learn(packet);
    if (this.#state === 'AdminDown') return { packets: [] };
    this.#heardAt = now;
    this.#isLate = false;
    const next = nextState(this.#state, packet.state);
    const signaled = next === 'Down' && this.#state !== 'Down';
    const transition = this.#enter(next, signaled ? 'Neighbor Signaled Session Down' : undefined);
    const packets = packet.poll ? [this.#packet({ final: true })] : [];
    if (transition !== undefined && this.transmitInterval !== undefined) packets.push(this.#announce(now));
    return transition === undefined ? { packets } : { packets, transition };
  }

  /**
   * Does what is due at `now`: gives the peer up or says that it is late, sends the periodic packet.
   *
   * @param jitter 0 up to but not including 1, evenly distributed
   */
  take(now: number, jitter: number): BfdReaction {
    const transition = this.#detect(now);
    const late = transition === undefined && this.#lateAt() <= now ? ({ isLate: true } as const) : {};
    if (late.isLate) this.#isLate = true;
    if (transition === undefined && (this.#transmitAt() ?? Number.POSITIVE_INFINITY) > now)
      return { packets: [], ...late };
    this.#share = this.#timers.detectMultiplier === 1 ? 0.9 - jitter * 0.15 : 1 - jitter * 0.25;
    const packets = this.transmitInterval === undefined ? [] : [this.#announce(now)];
    return transition === undefined ? { packets, ...late } : { packets, transition };
  }

  /** When {@link take} will next have something to do. */
  next(): number | undefined {
    const detectAt = this.#detectAt() ?? Number.POSITIVE_INFINITY;
    const next = Math.min(detectAt, this.#lateAt(), this.#transmitAt() ?? Number.POSITIVE_INFINITY);
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  /** Changes the timers of a session that runs (RFC 5880 section 6.8.3). */
  setTimers(timers: BfdTimers): void {
    this.#timers = { ...timers };
    this.#alignTimers();
  }

  /** Takes the session down on purpose (RFC 5880 section 6.8.16), and tells the peer once. */
  disable(now: number): BfdReaction {
    const transition = this.#enter('AdminDown', 'Administratively Down');
    if (transition === undefined) return { packets: [] };
    this.#heardAt = undefined;
    return { packets: this.transmitInterval === undefined ? [] : [this.#announce(now)], transition };
  }

  #learn(packet: BfdPacket): void {
    this.#remoteDiscriminator = packet.myDiscriminator;
    this.#remoteState = packet.state;
    this.#remoteDiagnostic = packet.diagnostic;
    this.#remoteDemand = packet.demand;
    this.#remoteMinRx = packet.requiredMinRxInterval;
    this.#remoteDesiredMinTx = packet.desiredMinTxInterval;
    this.#remoteMultiplier = packet.detectMultiplier;
    if (packet.final && this.#poll.finish()) this.#bringIntoForce();
  }

  /** @param diagnostic as it stood when absent */
  #enter(to: BfdState, diagnostic = this.#diagnostic): BfdTransition | undefined {
    const from = this.#state;
    if (from === to) return undefined;
    this.#state = to;
    this.#diagnostic = to === 'Up' ? 'No Diagnostic' : diagnostic;
    if (from === 'Up' || to === 'Up') this.#alignTimers();
    return {
      from,
      to,
      diagnostic: this.#diagnostic,
      remoteState: this.#remoteState,
      remoteDiagnostic: this.#remoteDiagnostic,
    };
  }

  #detect(now: number): BfdTransition | undefined {
    if ((this.#detectAt() ?? Number.POSITIVE_INFINITY) > now) return undefined;
    this.#forgetPeer();
    const lost = this.#state === 'Init' || this.#state === 'Up';
    return lost ? this.#enter('Down', 'Control Detection Time Expired') : undefined;
  }

  /** Section 6.8.1, bfd.RemoteDiscr. The rest begins anew too: who comes back may be another process. */
  #forgetPeer(): void {
    this.#heardAt = undefined;
    this.#remoteDiscriminator = 0;
    this.#remoteMinRx = UNKNOWN_MIN_RX;
    this.#remoteDemand = false;
  }

  #detectAt(): number | undefined {
    const detectionTime = this.detectionTime;
    return this.#heardAt === undefined || detectionTime === undefined ? undefined : this.#heardAt + detectionTime;
  }

  /** With a multiplier of 1 a peer is never late: it is gone when the first packet does not come. */
  #lateAt(): number {
    const { detectionTime } = this;
    if (this.#state !== 'Up' || this.#isLate || this.#heardAt === undefined || detectionTime === undefined)
      return Number.POSITIVE_INFINITY;
    const allButOne = detectionTime - detectionTime / this.#remoteMultiplier;
    return this.#remoteMultiplier === 1
      ? Number.POSITIVE_INFINITY
      : this.#heardAt + Math.max(detectionTime - LATENESS, allButOne);
  }

  #transmitAt(): number | undefined {
    const interval = this.transmitInterval;
    return interval === undefined ? undefined : this.#sentAt + interval * this.#share;
  }

  get #advertisedTx(): number {
    const { desiredMinTxInterval } = this.#timers;
    return this.#state === 'Up' ? desiredMinTxInterval : Math.max(SLOW_INTERVAL, desiredMinTxInterval);
  }

  /**
   * Section 6.8.3: a change is told by a Poll Sequence. While the session is Up, sending less often and giving the peer up
   * sooner wait until it knows.
   */
  #alignTimers(): void {
    this.#poll.start();
    if (this.#state !== 'Up') this.#bringIntoForce();
    this.#txInForce = Math.min(this.#txInForce, this.#advertisedTx);
    this.#rxInForce = Math.max(this.#rxInForce, this.#timers.requiredMinRxInterval);
  }

  #bringIntoForce(): void {
    this.#txInForce = this.#advertisedTx;
    this.#rxInForce = this.#timers.requiredMinRxInterval;
  }

  /** A packet of our own accord, which counts as the periodic one. */
  #announce(now: number): BfdPacket {
    this.#sentAt = now;
    return this.#packet({ final: false });
  }

  /** Section 6.8.7. */
  #packet({ final }: { readonly final: boolean }): BfdPacket {
    return {
      diagnostic: this.#diagnostic,
      state: this.#state,
      poll: !final && this.#poll.active,
      final,
      controlPlaneIndependent: this.#controlPlaneIndependent,
      demand: false,
      detectMultiplier: this.#timers.detectMultiplier,
      myDiscriminator: this.#localDiscriminator,
      yourDiscriminator: this.#remoteDiscriminator,
      desiredMinTxInterval: this.#advertisedTx,
      requiredMinRxInterval: this.#timers.requiredMinRxInterval,
      requiredMinEchoRxInterval: 0,
    };
  }
}

/** The state machine of RFC 5880 section 6.2, as section 6.8.6 applies it to a received packet. */
function nextState(state: BfdState, received: BfdState): BfdState {
  if (received === 'AdminDown') return 'Down';
  if (state === 'Down') return received === 'Down' ? 'Init' : received === 'Init' ? 'Up' : 'Down';
  if (state === 'Init') return received === 'Down' ? 'Init' : 'Up';
  return received === 'Down' ? 'Down' : 'Up';
}
