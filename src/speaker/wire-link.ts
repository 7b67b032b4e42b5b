import { formatIPv4 } from '../ip/address.ts';
import { GratuitousSchedule } from './arp/gratuitous.ts';
import { parseMac } from './arp/mac-address.ts';
import { encodeArp, gratuitousRequest, probeRequest } from './arp/message.ts';
import { type ForeignClaim, type HeldState, respond } from './arp/responder.ts';
import type { WireInterface } from './wire-messages.ts';
import type { ArpSocket, WirePorts } from './wire-ports.ts';
import type { WireTally } from './wire-tally.ts';

/** What the links of a wire share. */
export interface LinkSurroundings {
  readonly ports: WirePorts;
  readonly tally: WireTally;
  readonly ownMacs: ReadonlySet<number>;
  readonly speakerMacs: ReadonlySet<number>;
  /** False while frames must not be answered, since the process has only just woken up. */
  mayAnswer(): boolean;
  onClaim(link: WireLink, claim: ForeignClaim): void;
  /** A timer of the link may have moved. */
  onScheduled(): void;
}

/** Errors after which a socket is opened anew: its interface is down or gone (packet(7)). */
const FATAL: ReadonlySet<string> = new Set(['ENETDOWN', 'ENODEV', 'ENXIO']);

/** One interface: its socket, the addresses that it answers for, and its gratuitous requests. */
export class WireLink {
  readonly mac: number;
  readonly held = new Map<number, HeldState>();
  #socket: ArpSocket | undefined;
  #schedule: GratuitousSchedule;
  /** The failure reported last, so that one that lasts is reported once. */
  #fault = '';
  #sendFailed = false;

  constructor(
    readonly target: WireInterface,
    readonly surroundings: LinkSurroundings,
  ) {
    this.mac = parseMac(target.mac);
    this.#schedule = new GratuitousSchedule(surroundings.ports.gratuitous);
  }

  get open(): boolean {
    return this.#socket !== undefined;
  }

  /** Opens the socket if it is not; a failure is reported and can be retried. Returns whether it is open now. */
  openSocket(): boolean {
    if (this.#socket !== undefined) return true;
    try {
      this.#socket = this.surroundings.ports.openSocket(this.target.index, {
        onFrame: (frame) => this.#receive(frame),
        onError: (error) => this.#fail(error),
      });
      return true;
    } catch (error) {
      this.#report(error);
      return false;
    }
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#schedule = new GratuitousSchedule(this.surroundings.ports.gratuitous);
  }

  /** Takes charge of the address, silently. */
  probe(address: number): void {
    this.held.set(address, 'Probing');
    this.#schedule.remove(address);
  }

  /** Answers for the address from now on, and announces it. */
  answer(address: number, now: number): void {
    this.held.set(address, 'Answering');
    this.#schedule.add(address, now);
    this.surroundings.onScheduled();
  }

  release(address: number): void {
    this.held.delete(address);
    this.#schedule.remove(address);
  }

  defend(address: number, now: number): void {
    this.#schedule.defend(address, now);
    this.surroundings.onScheduled();
  }

  sendProbe(address: number): void {
    this.#send(encodeArp(probeRequest(address, this.mac)));
  }

  /** Sends the gratuitous requests that are due. */
  announce(now: number): void {
    if (!this.open) return;
    for (const address of this.#schedule.take(now)) {
      if (!this.#send(encodeArp(gratuitousRequest(address, this.mac)))) return;
      this.surroundings.tally.gratuitous();
    }
  }

  /** When {@link announce} will next have something to send, on the monotonic clock. */
  next(): number | undefined {
    return this.open ? this.#schedule.next() : undefined;
  }

  #receive(frame: Uint8Array): void {
    const { ports, tally, ownMacs, speakerMacs } = this.surroundings;
    if (!this.surroundings.mayAnswer()) return;
    this.#fault = '';
    const verdict = respond({ mac: this.mac, held: this.held, ownMacs, speakerMacs }, frame);
    const replied = 'reply' in verdict.outcome && this.#send(verdict.outcome.reply);
    tally.verdict(verdict, replied ? ports.clock.wall() : undefined);
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
    this.close();
    this.surroundings.onScheduled();
  }

  #report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#fault) return;
    this.#fault = reason;
    const first = this.held.keys().next();
    const example = first.done ? '' : `, ${formatIPv4(first.value)} among its ${this.held.size} addresses`;
    this.surroundings.ports.send({ type: 'fault', message: `interface ${this.target.name}${example}: ${reason}` });
  }
}
