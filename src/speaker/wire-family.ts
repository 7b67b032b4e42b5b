import { formatMac } from './arp/mac-address.ts';
import { Placements } from './arp/placement.ts';
import type { ForeignClaim } from './arp/verdict.ts';
import type { LoopbackAddresses } from './loopback-addresses.ts';
import type { ProtocolTally } from './protocol-tally.ts';
import { FRAME_PORTION, type LinkSurroundings, WireLink } from './wire-link.ts';
import type { AssignedAddress, WireClaim, WireInterface, WireState } from './wire-messages.ts';
import type { WirePorts } from './wire-ports.ts';
import type { LinkProtocol } from './wire-protocol.ts';

/** Most often that a stranger's claim is reported for one address, ms. */
const CLAIM_REPORT_INTERVAL = 1000;

/** Addresses of an assignment that are carried out at once; see {@link FRAME_PORTION}. */
const ADDRESS_PORTION = 128;

/** Where an address is on its way. `Waiting`: for the first socket to open. */
type Phase = 'Waiting' | 'Placing' | 'Conflict' | 'Answering';

interface Charge<A> {
  readonly value: A;
  readonly text: string;
  links: readonly WireLink<A>[];
  phase: Phase;
  /** The state reported last. */
  reported: WireState | undefined;
  /** Who was last heard to use the address besides us; 0 for nobody. */
  claimedBy: number;
  claimReportedAt: number;
  readonly firstPlacement: boolean;
}

/** What a family needs of the wire that it is part of. */
export interface FamilySurroundings<A> {
  readonly protocol: LinkProtocol<A>;
  readonly ports: WirePorts;
  readonly tally: ProtocolTally;
  readonly loopback: LoopbackAddresses;
  readonly ownMacs: ReadonlySet<number>;
  readonly speakerMacs: ReadonlySet<number>;
  mayAnswer(): boolean;
  onState(address: string, state: WireState | undefined): void;
  onClaim(claim: WireClaim): void;
  /** Something may be due sooner than before. */
  onScheduled(): void;
  /** Something is due now. */
  onDue(): void;
}

/** The addresses of one family on all interfaces. Nothing happens by itself: the wire calls {@link step}. */
export class WireFamily<A> {
  readonly #surroundings: FamilySurroundings<A>;
  readonly #linkSurroundings: LinkSurroundings<A>;
  readonly #placements = new Placements<A>();
  readonly #links = new Map<number, WireLink<A>>();
  readonly #charges = new Map<A, Charge<A>>();
  /** What of the last assignment, by address, is not carried out yet. */
  #unaligned = new Map<string, AssignedAddress>();
  /** Addresses by their text: to parse 10,000 takes a fifth of a second. */
  readonly #values = new Map<string, A>();
  #useLoopback = false;

  constructor(surroundings: FamilySurroundings<A>) {
    this.#surroundings = surroundings;
    const { protocol, ports, tally, ownMacs, speakerMacs } = surroundings;
    this.#linkSurroundings = {
      ...{ protocol, ports, tally, ownMacs, speakerMacs },
      textOf: (address) => this.#charges.get(address)?.text ?? '',
      mayAnswer: () => surroundings.mayAnswer(),
      onClaim: (link, claim) => this.#claimed(link, claim),
      onScheduled: () => surroundings.onScheduled(),
    };
  }

  /**
   * Makes these the addresses of the family: what goes, goes at once; what comes or changes, in portions.
   *
   * @throws RangeError for a malformed address or MAC address.
   */
  assign(addresses: readonly AssignedAddress[], loopback: boolean): void {
    this.#useLoopback = loopback;
    this.#unaligned = new Map(addresses.map((assigned) => [assigned.address, assigned]));
    for (const charge of [...this.#charges.values()]) if (!this.#unaligned.has(charge.text)) this.#release(charge);
    this.#alignLinks(addresses.flatMap((assigned) => assigned.interfaces));
    this.openLinks();
    this.#alignPortion();
  }

  /** Falls silent for every address. */
  releaseAll(): void {
    this.#unaligned.clear();
    for (const charge of [...this.#charges.values()]) this.#release(charge);
  }

  /** Falls silent and closes the sockets. */
  stop(): void {
    this.releaseAll();
    this.#alignLinks([]);
  }

  /** Opens what is closed. A link that opens anew announces its addresses anew. */
  openLinks(): void {
    const now = this.#now();
    for (const link of this.#links.values()) {
      if (link.open || !link.openSocket()) continue;
      for (const [address, state] of link.held) if (state === 'Answering') link.answer(address, now);
    }
    for (const charge of this.#charges.values()) {
      if (charge.phase === 'Waiting' && charge.links.some((link) => link.open)) this.#begin(charge, now);
    }
  }

  /** Does what is due now, as far as it goes at once: {@link next} tells whether more is due. */
  step(now: number): void {
    this.#alignPortion();
    const { probe, settled } = this.#placements.take(now, FRAME_PORTION);
    for (const address of probe) for (const link of this.#charges.get(address)?.links ?? []) link.sendProbe(address);
    for (const address of settled) {
      const charge = this.#charges.get(address);
      if (charge !== undefined) this.#answer(charge, now);
    }
    for (const link of this.#links.values()) link.step(now);
  }

  /** When {@link step} will next have something to do; Infinity for never. */
  next(): number {
    if (this.#unaligned.size > 0) return Number.NEGATIVE_INFINITY;
    let next = this.#placements.next() ?? Number.POSITIVE_INFINITY;
    for (const link of this.#links.values()) next = Math.min(next, link.next() ?? Number.POSITIVE_INFINITY);
    return next;
  }

  /** Tells of the states that have changed. */
  noteStates(): void {
    for (const charge of this.#charges.values()) {
      const state = stateOf(charge);
      if (state === charge.reported) continue;
      charge.reported = state;
      this.#surroundings.onState(charge.text, state);
    }
  }

  /** Closes links that are no longer wanted or whose interface has changed, and adds new ones. */
  #alignLinks(interfaces: readonly WireInterface[]): void {
    const wanted = new Map(interfaces.map((each) => [each.index, each]));
    for (const [index, link] of this.#links) {
      const target = wanted.get(index);
      if (target !== undefined && target.mac === link.target.mac && target.name === link.target.name) continue;
      link.dispose();
      this.#links.delete(index);
    }
    for (const [index, target] of wanted) {
      if (!this.#links.has(index)) this.#links.set(index, new WireLink(target, this.#linkSurroundings));
    }
  }

  #alignPortion(): void {
    let taken = 0;
    for (const [text, assigned] of this.#unaligned) {
      if (taken++ === ADDRESS_PORTION) return;
      this.#unaligned.delete(text);
      const value = this.#values.get(text) ?? this.#surroundings.protocol.parse(text);
      this.#values.set(text, value);
      this.#alignAddress(value, assigned);
    }
  }

  #alignAddress(value: A, assigned: AssignedAddress): void {
    const charge = this.#charges.get(value) ?? this.#charge(value, assigned);
    const links = assigned.interfaces.flatMap(({ index }) => this.#links.get(index) ?? []);
    const before = new Set(charge.links);
    for (const link of before) if (!links.includes(link)) link.release(value);
    charge.links = links;
    for (const link of links) if (!before.has(link)) this.#joinLink(charge, link);
    const { speakerMacs, loopback } = this.#surroundings;
    if (charge.phase === 'Waiting' && links.some((link) => link.open)) this.#begin(charge, this.#now());
    if (charge.phase === 'Conflict' && speakerMacs.has(charge.claimedBy)) this.#begin(charge, this.#now());
    if (charge.phase === 'Answering' && this.#useLoopback) loopback.keep(charge.text);
    if (!this.#useLoopback) loopback.remove(charge.text);
  }

  #charge(value: A, { address, firstPlacement }: AssignedAddress): Charge<A> {
    const charge: Charge<A> = {
      value,
      text: address,
      links: [],
      phase: 'Waiting',
      reported: undefined,
      claimedBy: 0,
      claimReportedAt: Number.NEGATIVE_INFINITY,
      firstPlacement,
    };
    this.#charges.set(value, charge);
    return charge;
  }

  #joinLink(charge: Charge<A>, link: WireLink<A>): void {
    if (charge.phase === 'Answering') link.answer(charge.value, this.#now());
    else link.probe(charge.value);
  }

  #begin(charge: Charge<A>, now: number): void {
    if (charge.firstPlacement) {
      charge.phase = 'Placing';
      this.#placements.start(charge.value, now);
    } else {
      this.#answer(charge, now);
    }
  }

  #answer(charge: Charge<A>, now: number): void {
    charge.phase = 'Answering';
    if (this.#useLoopback) this.#surroundings.loopback.keep(charge.text);
    for (const link of charge.links) link.answer(charge.value, now);
  }

  #release(charge: Charge<A>): void {
    for (const link of charge.links) link.release(charge.value);
    this.#placements.remove(charge.value);
    this.#surroundings.loopback.remove(charge.text);
    this.#charges.delete(charge.value);
    this.#values.delete(charge.text);
    this.#surroundings.onState(charge.text, undefined);
  }

  #claimed(link: WireLink<A>, { address, mac }: ForeignClaim<A>): void {
    const charge = this.#charges.get(address);
    if (charge === undefined) return;
    const now = this.#now();
    const { phase } = charge;
    charge.claimedBy = mac;
    if (phase === 'Answering') link.defend(address, now);
    else if (phase !== 'Waiting') {
      charge.phase = 'Conflict';
      this.#placements.claimed(address, now);
    }
    if (now - charge.claimReportedAt >= CLAIM_REPORT_INTERVAL) {
      charge.claimReportedAt = now;
      const seen = this.#surroundings.ports.clock.wall();
      this.#surroundings.onClaim({ address: charge.text, mac: formatMac(mac), seen });
    }
    // Whoever floods the network with claims must not make each one cost a look at all addresses.
    if (charge.phase !== phase) this.#surroundings.onDue();
    else {
      link.step(now);
      this.#surroundings.onScheduled();
    }
  }

  #now(): number {
    return this.#surroundings.ports.clock.monotonic();
  }
}

function stateOf<A>({ phase, links }: Charge<A>): WireState {
  if (phase === 'Conflict') return 'Conflict';
  if (!links.some((link) => link.open)) return 'Deaf';
  return phase === 'Answering' ? 'Answering' : 'Probing';
}
