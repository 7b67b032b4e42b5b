import type { Pacing } from '../arp/gratuitous.ts';
import { formatMac, parseMac } from '../arp/mac-address.ts';
import type { ClaimKind } from '../arp/verdict.ts';
import { type LinkSurroundings, WireLink } from './link.ts';
import type { WireInterface } from './messages.ts';
import type { WirePorts } from './ports.ts';
import type { LinkProtocol } from './protocol.ts';
import type { ProtocolTally } from './protocol-tally.ts';

/** What a family needs of the wire that it is part of. Links are named by the index of their interface. */
export interface FamilySurroundings<A> {
  readonly protocol: LinkProtocol<A>;
  readonly ports: WirePorts;
  readonly tally: ProtocolTally;
  readonly ownMacs: ReadonlySet<number>;
  /** Whether it matters who uses the address on the link. */
  concerns(link: number, address: string): boolean;
  /** A frame is there; what is due comes before it. */
  onFrame(): void;
  onClaim(link: number, address: string, mac: string, kind: ClaimKind): void;
  /** The machine with that MAC address answered a question of ours for the address. */
  onAnswered(link: number, address: string, mac: string): void;
  /** A link has lost its socket. */
  onClosed(): void;
  /** Something may be due sooner than before. */
  onScheduled(): void;
}

/** The addresses of one family on all interfaces, as text. Nothing happens by itself: the wire calls {@link step}. */
export class WireFamily<A> {
  readonly #surroundings: LinkSurroundings<A>;
  readonly #links = new Map<number, WireLink<A>>();
  /** Those that are answered or probed for, by their text: to parse 10,000 takes a fifth of a second. */
  readonly #values = new Map<string, A>();

  constructor(surroundings: FamilySurroundings<A>) {
    const { protocol, ports, tally, ownMacs } = surroundings;
    this.#surroundings = {
      ...{ protocol, ports, tally, ownMacs },
      concerns: ({ target }, address) => surroundings.concerns(target.index, protocol.format(address)),
      onFrame: () => surroundings.onFrame(),
      onClaim: ({ target }, { address, mac, kind }) =>
        surroundings.onClaim(target.index, protocol.format(address), formatMac(mac), kind),
      onAnswered: ({ target }, { address, mac }) =>
        surroundings.onAnswered(target.index, protocol.format(address), formatMac(mac)),
      onClosed: () => surroundings.onClosed(),
      onScheduled: () => surroundings.onScheduled(),
    };
  }

  /** Closes links that are no longer wanted or whose interface has changed, and opens new ones. */
  align(interfaces: readonly WireInterface[]): void {
    const wanted = new Map(interfaces.map((each) => [each.index, each]));
    for (const [index, link] of this.#links) {
      const target = wanted.get(index);
      if (target !== undefined && target.mac === link.target.mac && target.name === link.target.name) continue;
      link.dispose();
      this.#links.delete(index);
    }
    for (const [index, target] of wanted) {
      if (!this.#links.has(index)) this.#links.set(index, new WireLink(target, this.#surroundings));
    }
    this.openLinks();
  }

  /** How often each interface announces what it answers for. */
  set pacing(pacing: Pacing) {
    for (const link of this.#links.values()) link.pacing = pacing;
  }

  /** Opens what is closed. A link that opens anew announces its addresses anew. */
  openLinks(): void {
    for (const link of this.#links.values()) link.openSocket();
  }

  isOpen(link: number): boolean {
    return this.#links.get(link)?.open ?? false;
  }

  /** Answers for the address from now on; by giving `mac`, where it is given, and else that of the interface. */
  answer(link: number, address: string, mac: string | undefined): void {
    const found = this.#links.get(link);
    found?.answer(this.#valueOf(address), mac === undefined ? found.mac : parseMac(mac), address);
  }

  /** Tells all that the address is here. */
  announce(link: number, address: string): void {
    this.#links.get(link)?.announce(this.#valueOf(address), this.#now());
  }

  /** Tells all once that the address is here, as a stranger says otherwise. */
  defend(link: number, address: string): void {
    this.#links.get(link)?.defend(this.#valueOf(address), this.#now());
  }

  /** Asks all who has the address. */
  probe(link: number, address: string): void {
    this.#links.get(link)?.probe(this.#valueOf(address));
  }

  /** The address is probed for no more. */
  settle(link: number, address: string): void {
    this.#links.get(link)?.settle(this.#valueOf(address));
  }

  /** Answers for the address no more. */
  silence(link: number, address: string): void {
    this.#links.get(link)?.silence(this.#valueOf(address));
    this.#values.delete(address);
  }

  silenceAll(): void {
    for (const link of this.#links.values()) link.silenceAll();
    this.#values.clear();
  }

  /** Asks one machine for an address, in the name of `sender`, an address of ours. */
  ask(link: number, asked: { readonly address: string; readonly mac: string }, sender: string): void {
    const { protocol } = this.#surroundings;
    const station = { address: protocol.parse(asked.address), mac: parseMac(asked.mac) };
    this.#links.get(link)?.ask(station, protocol.parse(sender));
  }

  /** Closes the sockets. */
  stop(): void {
    this.align([]);
  }

  /** Does what is due now, as far as it goes at once: {@link next} tells whether more is due. */
  step(now: number): void {
    for (const link of this.#links.values()) link.step(now);
  }

  /** When {@link step} will next have something to do; Infinity for never. */
  next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const link of this.#links.values()) next = Math.min(next, link.next());
    return next;
  }

  #valueOf(text: string): A {
    let value = this.#values.get(text);
    if (value === undefined) {
      value = this.#surroundings.protocol.parse(text);
      this.#values.set(text, value);
    }
    return value;
  }

  #now(): number {
    return this.#surroundings.ports.clock.monotonic();
  }
}
