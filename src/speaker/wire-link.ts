import { GratuitousSchedule } from './arp/gratuitous.ts';
import { parseMac } from './arp/mac-address.ts';
import type { ForeignClaim, HeldState } from './arp/verdict.ts';
import type { ProtocolTally } from './protocol-tally.ts';
import { WireGroups } from './wire-groups.ts';
import type { WireInterface } from './wire-messages.ts';
import type { FrameSocket, WirePorts } from './wire-ports.ts';
import type { LinkProtocol } from './wire-protocol.ts';

/** What the links of one protocol share. */
export interface LinkSurroundings<A> {
  readonly protocol: LinkProtocol<A>;
  readonly ports: WirePorts;
  readonly tally: ProtocolTally;
  readonly ownMacs: ReadonlySet<number>;
  readonly speakerMacs: ReadonlySet<number>;
  /** The address as the assignment has it. */
  textOf(address: A): string;
  /** False while frames must not be answered, since the process has only just woken up. */
  mayAnswer(): boolean;
  onClaim(link: WireLink<A>, claim: ForeignClaim<A>): void;
  /** A timer of the link may have moved. */
  onScheduled(): void;
}

/** Frames that are sent at once of one's own accord: more would keep the thread from BFD for longer than peers wait. */
export const FRAME_PORTION = 128;

/** Errors after which a socket is opened anew: its interface is down or gone (packet(7)). */
const FATAL: ReadonlySet<string> = new Set(['ENETDOWN', 'ENODEV', 'ENXIO']);

/** One protocol on one interface: its socket, the addresses that it answers for, and its announcements. */
export class WireLink<A> {
  readonly mac: number;
  readonly held = new Map<A, HeldState>();
  /** What the probes under way bear (RFC 7527 section 4.1). */
  readonly #nonces = new Map<A, number>();
  readonly #groups: WireGroups | undefined;
  #socket: FrameSocket | undefined;
  #schedule: GratuitousSchedule<A>;
  /** The failure reported last, so that one that lasts is reported once. */
  #fault = '';
  #sendFailed = false;

  constructor(
    readonly target: WireInterface,
    readonly surroundings: LinkSurroundings<A>,
  ) {
    const { ports, protocol } = surroundings;
    this.mac = parseMac(target.mac);
    this.#schedule = new GratuitousSchedule(ports.gratuitous);
    if (protocol.groupOf !== undefined) {
      this.#groups = new WireGroups(ports.openGroups(target.index), ports.clock, (error) => this.#report(error));
    }
  }

  get open(): boolean {
    return this.#socket !== undefined;
  }

  /** Opens the socket if it is not; a failure is reported and can be retried. Returns whether it is open now. */
  openSocket(): boolean {
    if (this.#socket !== undefined) return true;
    const { ports, protocol } = this.surroundings;
    try {
      this.#socket = ports.openSocket(protocol.family, this.target.index, {
        onFrame: (frame) => this.#receive(frame),
        onError: (error) => this.#fail(error),
      });
      return true;
    } catch (error) {
      this.#report(error);
      return false;
    }
  }

  /** Closes everything for good. */
  dispose(): void {
    this.#close();
    this.#groups?.close();
  }

  /** Takes charge of the address, silently. */
  probe(address: A): void {
    this.#hold(address, 'Probing');
    this.#nonces.set(address, Math.floor(this.surroundings.ports.random() * 2 ** 48));
    this.#schedule.remove(address);
  }

  /** Answers for the address from now on, and announces it. */
  answer(address: A, now: number): void {
    this.#hold(address, 'Answering');
    this.#nonces.delete(address);
    this.#schedule.add(address, now);
    this.surroundings.onScheduled();
  }

  release(address: A): void {
    if (!this.held.delete(address)) return;
    this.#nonces.delete(address);
    this.#schedule.remove(address);
    const group = this.surroundings.protocol.groupOf?.(address);
    if (group !== undefined) this.#groups?.remove(group);
  }

  defend(address: A, now: number): void {
    this.#schedule.defend(address, now);
    this.surroundings.onScheduled();
  }

  sendProbe(address: A): void {
    this.#send(this.surroundings.protocol.probe(address, this.mac, this.#nonces.get(address) ?? 0));
  }

  /** Sends a portion of the announcements that are due, and joins and leaves groups. */
  step(now: number): void {
    this.#groups?.step(now);
    if (!this.open) return;
    const { protocol, tally } = this.surroundings;
    for (const address of this.#schedule.take(now, FRAME_PORTION)) {
      if (!this.#send(protocol.announcement(address, this.mac))) return;
      tally.announcement();
    }
  }

  /** When {@link step} will next have something to do, on the monotonic clock. */
  next(): number | undefined {
    const announcement = this.open ? this.#schedule.next() : undefined;
    const groups = this.#groups?.next();
    if (announcement === undefined || groups === undefined) return announcement ?? groups;
    return Math.min(announcement, groups);
  }

  #hold(address: A, state: HeldState): void {
    const group = this.held.has(address) ? undefined : this.surroundings.protocol.groupOf?.(address);
    if (group !== undefined) this.#groups?.add(group);
    this.held.set(address, state);
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#schedule = new GratuitousSchedule(this.surroundings.ports.gratuitous);
  }

  #receive(frame: Uint8Array): void {
    const { ports, protocol, tally, ownMacs, speakerMacs } = this.surroundings;
    if (!this.surroundings.mayAnswer()) return;
    this.#fault = '';
    const context = { mac: this.mac, held: this.held, ownMacs, speakerMacs, nonces: this.#nonces };
    const verdict = protocol.respond(context, frame);
    const { outcome } = verdict;
    const replied = 'reply' in outcome && this.#send(outcome.reply);
    const reply = replied ? { address: this.surroundings.textOf(outcome.address), at: ports.clock.wall() } : undefined;
    tally.verdict(verdict, reply);
    if (verdict.claim !== undefined) this.surroundings.onClaim(this, verdict.claim);
  }

  #send(frame: Uint8Array): boolean {
    if (this.#socket === undefined) return false;
    this.#sendFailed = false;
    this.#socket.send(frame);
    return !this.#sendFailed;
  }

  #fail(error: Error & { readonly code?: string | undefined }): void {
    this.#sendFailed = true;
    this.#report(error);
    if (error.code === undefined || !FATAL.has(error.code)) return;
    this.#close();
    this.surroundings.onScheduled();
  }

  #report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#fault) return;
    this.#fault = reason;
    const { ports, textOf } = this.surroundings;
    const first = this.held.keys().next();
    const example = first.done ? '' : `, ${textOf(first.value)} among its ${this.held.size} addresses`;
    ports.send({ type: 'fault', message: `interface ${this.target.name}${example}: ${reason}` });
  }
}
