import { GratuitousSchedule, type Pacing } from '../arp/gratuitous.ts';
import { parseMac } from '../arp/mac-address.ts';
import type { ForeignClaim } from '../arp/verdict.ts';
import { WireGroups } from './groups.ts';
import type { WireInterface } from './messages.ts';
import type { FrameSocket, WirePorts } from './ports.ts';
import type { LinkContext, LinkProtocol, Station } from './protocol.ts';
import type { ProtocolTally } from './protocol-tally.ts';

/** What the links of one protocol share. */
export interface LinkSurroundings<A> {
  readonly protocol: LinkProtocol<A>;
  readonly ports: WirePorts;
  readonly tally: ProtocolTally;
  readonly ownMacs: ReadonlySet<number>;
  /** Whether it matters who uses the address on the link. */
  concerns(link: WireLink<A>, address: A): boolean;
  /** A frame is there; what is due comes before it. */
  onFrame(): void;
  onClaim(link: WireLink<A>, claim: ForeignClaim<A>): void;
  /** A machine answered a question of ours. */
  onAnswered(link: WireLink<A>, by: Station<A>): void;
  /** The link has lost its socket. */
  onClosed(): void;
  /** A timer of the link may have moved. */
  onScheduled(): void;
}

/** Frames that are sent at once of one's own accord: more would keep the thread from BFD for longer than peers wait. */
export const FRAME_PORTION = 128;
/** Milliseconds for which an answer to a question of ours is waited for. */
const ANSWER_PATIENCE = 100;

/** Errors after which a socket is opened anew: its interface is down or gone (packet(7)). */
const FATAL: ReadonlySet<string> = new Set(['ENETDOWN', 'ENODEV', 'ENXIO']);

/** One protocol on one interface: its socket, the addresses that it answers for, and its announcements. */
export class WireLink<A> {
  readonly mac: number;
  /** See {@link ResponderContext.answers}. */
  readonly answers = new Map<A, number>();
  readonly #probing = new Set<A>();
  readonly #texts = new Map<A, string>();
  #toProbe: A[] = [];
  /** The machine that each address was last asked of, and until when its answer counts. */
  readonly #asked = new Map<A, { readonly mac: number; readonly until: number }>();
  /** What the probes under way bear (RFC 7527 section 4.1). */
  readonly #nonces = new Map<A, number>();
  readonly #context: LinkContext<A>;
  readonly #groups: WireGroups | undefined;
  #socket: FrameSocket | undefined;
  #pacing: Pacing = {};
  #schedule = new GratuitousSchedule<A>();
  /** The failure reported last, so that one that lasts is reported once. */
  #fault = '';
  #sendFailed = false;

  constructor(
    readonly target: WireInterface,
    readonly surroundings: LinkSurroundings<A>,
  ) {
    const { ports, protocol } = surroundings;
    this.mac = parseMac(target.mac);
    this.#context = {
      mac: this.mac,
      answers: this.answers,
      probing: this.#probing,
      ownMacs: surroundings.ownMacs,
      nonces: this.#nonces,
      concerns: (address) => this.#asked.has(address) || surroundings.concerns(this, address),
    };
    if (protocol.groupOf !== undefined) {
      this.#groups = new WireGroups(ports, target.index, {
        onFailure: (error) => this.#report(error),
        onDrop: (reason) => surroundings.tally.drop(reason),
        onScheduled: () => surroundings.onScheduled(),
      });
    }
  }

  /** How often the interface announces what it answers for. */
  set pacing(pacing: Pacing) {
    this.#pacing = pacing;
    this.#schedule.pacing = pacing;
  }

  get open(): boolean {
    return this.#socket !== undefined;
  }

  /**
   * Opens the socket if it is not, and announces what is answered; a failure is reported and can be retried. Returns
   * whether it is open now.
   */
  openSocket(): boolean {
    if (this.#socket !== undefined) return true;
    const { ports, protocol } = this.surroundings;
    try {
      this.#socket = ports.openSocket(protocol.family, this.target.index, {
        onFrame: (frame) => this.#receive(frame),
        onError: (error) => this.#fail(error),
      });
    } catch (error) {
      this.#report(error);
      return false;
    }
    this.#groups?.restart();
    const now = ports.clock.monotonic();
    for (const [address, mac] of this.answers) if (mac === this.mac) this.#schedule.add(address, now);
    return true;
  }

  /** Closes everything for good. */
  dispose(): void {
    this.#close();
    this.#groups?.close();
  }

  /** Answers for the address from now on, by giving `mac`. */
  answer(address: A, mac: number, text: string): void {
    this.#join(address);
    this.answers.set(address, mac);
    this.#texts.set(address, text);
    this.settle(address);
    if (mac !== this.mac) this.#schedule.remove(address);
  }

  /** Tells all that the address is here, some times over. */
  announce(address: A, now: number): void {
    if (this.answers.get(address) !== this.mac) return;
    this.#schedule.add(address, now);
    this.surroundings.onScheduled();
  }

  /** Says once that the address is here, unless that was said of late. */
  defend(address: A, now: number): void {
    this.#schedule.defend(address, now);
    this.surroundings.onScheduled();
  }

  /** Asks all who has the address, as soon as it is its turn. */
  probe(address: A): void {
    if (!this.#probing.has(address)) {
      this.#join(address);
      this.#probing.add(address);
      this.#nonces.set(address, Math.floor(this.surroundings.ports.random() * 2 ** 48));
    }
    this.#toProbe.push(address);
    this.surroundings.onScheduled();
  }

  /** The placement that the address was probed for has come to its end. */
  settle(address: A): void {
    if (!this.#probing.delete(address)) return;
    this.#nonces.delete(address);
    this.#leave(address);
  }

  /** Answers for the address no more. */
  silence(address: A): void {
    this.settle(address);
    if (!this.answers.delete(address)) return;
    this.#texts.delete(address);
    this.#schedule.remove(address);
    this.#leave(address);
  }

  silenceAll(): void {
    for (const address of [...this.#probing]) this.settle(address);
    for (const address of [...this.answers.keys()]) this.silence(address);
  }

  /** Asks one machine for the address, in the name of our own `sender`. */
  ask(asked: Station<A>, sender: A): void {
    const now = this.surroundings.ports.clock.monotonic();
    for (const [address, { until }] of this.#asked) if (until < now) this.#asked.delete(address);
    this.#asked.set(asked.address, { mac: asked.mac, until: now + ANSWER_PATIENCE });
    this.#send(this.surroundings.protocol.question(asked, { address: sender, mac: this.mac }));
  }

  /** Sends a portion of the probes and announcements that are due, and joins and leaves groups. */
  step(now: number): void {
    this.#groups?.step(now);
    if (!this.open) return;
    const { protocol, tally } = this.surroundings;
    for (const address of this.#toProbe.splice(0, FRAME_PORTION)) {
      if (!this.#probing.has(address)) continue;
      if (!this.#send(protocol.probe(address, this.mac, this.#nonces.get(address) ?? 0))) return;
    }
    for (const address of this.#schedule.take(now, FRAME_PORTION)) {
      if (!this.#send(protocol.announcement(address, this.mac))) return;
      tally.announcement();
    }
  }

  /** When {@link step} will next have something to do, on the monotonic clock; Infinity for never. */
  next(): number {
    const groups = this.#groups?.next() ?? Number.POSITIVE_INFINITY;
    if (!this.open) return groups;
    if (this.#toProbe.length > 0) return Number.NEGATIVE_INFINITY;
    return Math.min(groups, this.#schedule.next() ?? Number.POSITIVE_INFINITY);
  }

  #join(address: A): void {
    if (this.answers.has(address) || this.#probing.has(address)) return;
    const group = this.surroundings.protocol.groupOf?.(address);
    if (group !== undefined) this.#groups?.add(group);
  }

  #leave(address: A): void {
    if (this.answers.has(address) || this.#probing.has(address)) return;
    const group = this.surroundings.protocol.groupOf?.(address);
    if (group !== undefined) this.#groups?.remove(group);
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#toProbe = [];
    this.#schedule = new GratuitousSchedule(this.#pacing);
  }

  #receive(frame: Uint8Array): void {
    const { ports, protocol, tally } = this.surroundings;
    this.surroundings.onFrame();
    this.#fault = '';
    const verdict = protocol.respond(this.#context, frame);
    const { outcome, claim } = verdict;
    const replied = 'reply' in outcome && this.#send(outcome.reply);
    const address = replied ? this.#texts.get(outcome.address) : undefined;
    tally.verdict(verdict, address === undefined ? undefined : [address, this.target.name, ports.clock.wall()]);
    if (claim === undefined) return;
    if (this.#isAnswer(claim)) this.surroundings.onAnswered(this, claim);
    else this.surroundings.onClaim(this, claim);
  }

  #isAnswer({ address, mac, kind }: ForeignClaim<A>): boolean {
    const asked = this.#asked.get(address);
    return kind === 'Answer' && asked?.mac === mac && this.surroundings.ports.clock.monotonic() <= asked.until;
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
    this.surroundings.onClosed();
  }

  #report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#fault) return;
    this.#fault = reason;
    const first = this.#texts.values().next();
    const example = first.done ? '' : `, ${first.value} among its ${this.answers.size} addresses`;
    const message = `interface ${this.target.name}${example}: ${reason}`;
    this.surroundings.ports.send({ type: 'fault', message });
  }
}
