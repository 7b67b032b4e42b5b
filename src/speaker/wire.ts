import { formatIPv4, parseAddress } from '../ip/address.ts';
import { formatMac, parseMac } from './arp/mac-address.ts';
import { Placements } from './arp/placement.ts';
import type { ForeignClaim } from './arp/responder.ts';
import { every } from './clock.ts';
import { LoopbackAddresses } from './loopback-addresses.ts';
import { type LinkSurroundings, WireLink } from './wire-link.ts';
import type { AssignedAddress, Assignment, WireInterface, WireState } from './wire-messages.ts';
import type { WirePorts } from './wire-ports.ts';
import { WireTally } from './wire-tally.ts';

/** Milliseconds between renewals on `lo`, attempts to open a socket, and reports. */
export const TICK = 1000;
/** Not having run for so many ms means that other nodes may have taken our addresses over meanwhile. */
export const STALL = 3000;
/** Most often that a stranger's claim is reported for one address, ms. */
const CLAIM_REPORT_INTERVAL = 1000;

/** Where an address is on its way. `Waiting`: for the first socket to open. */
type Phase = 'Waiting' | 'Placing' | 'Conflict' | 'Answering';

interface Charge {
  readonly value: number;
  readonly text: string;
  links: readonly WireLink[];
  phase: Phase;
  /** The state reported last. */
  reported: WireState | undefined;
  /** Who was last heard to use the address besides us; 0 for nobody. */
  claimedBy: number;
  claimReportedAt: number;
  readonly firstPlacement: boolean;
}

/** Everything on the wire of one node: brings sockets, answers and announcements in line with the assignment. */
export class Wire {
  readonly #ports: WirePorts;
  readonly #tally = new WireTally();
  readonly #placements = new Placements();
  readonly #loopback: LoopbackAddresses;
  readonly #links = new Map<number, WireLink>();
  readonly #charges = new Map<number, Charge>();
  readonly #ownMacs = new Set<number>();
  readonly #speakerMacs = new Set<number>();
  readonly #surroundings: LinkSurroundings;
  readonly #cancelTick: () => void;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #useLoopback = false;
  #ranAt: number;

  constructor(ports: WirePorts) {
    this.#ports = ports;
    this.#loopback = new LoopbackAddresses(ports);
    this.#ranAt = ports.clock.monotonic();
    this.#surroundings = {
      ports,
      tally: this.#tally,
      ownMacs: this.#ownMacs,
      speakerMacs: this.#speakerMacs,
      mayAnswer: () => !this.#stalled(),
      onClaim: (link, claim) => this.#claimed(link, claim),
      onScheduled: () => this.#arm(),
    };
    this.#cancelTick = every(ports.clock, TICK, () => this.#tick());
  }

  /**
   * Makes the assignment the whole of what is on the wire. The same one again changes nothing. One that waited while
   * the process did not run is refused by `stalled`.
   *
   * @throws RangeError for an address that is not IPv4 and for a malformed MAC address.
   */
  assign(assignment: Assignment): void {
    if (this.#stalled()) return;
    this.#useLoopback = assignment.loopback;
    replace(this.#ownMacs, assignment.ownMacs.map(parseMac));
    replace(this.#speakerMacs, assignment.speakerMacs.map(parseMac));
    const wanted = new Map(assignment.addresses.map((assigned) => [integerOf(assigned.address), assigned]));
    for (const charge of [...this.#charges.values()]) if (!wanted.has(charge.value)) this.#release(charge);
    this.#alignLinks(assignment.addresses.flatMap((assigned) => assigned.interfaces));
    for (const [value, assigned] of wanted) this.#alignAddress(value, assigned);
    this.#openLinks();
    this.#step();
  }

  /** Falls silent, takes the addresses off `lo` and closes the sockets. */
  stop(): void {
    this.#cancelTick();
    this.#cancelTimer?.();
    for (const charge of [...this.#charges.values()]) this.#release(charge);
    this.#alignLinks([]);
    this.#report();
  }

  /** Closes links that are no longer wanted or whose interface has changed, and adds new ones. */
  #alignLinks(interfaces: readonly WireInterface[]): void {
    const wanted = new Map(interfaces.map((each) => [each.index, each]));
    for (const [index, link] of this.#links) {
      const target = wanted.get(index);
      if (target !== undefined && target.mac === link.target.mac && target.name === link.target.name) continue;
      link.close();
      this.#links.delete(index);
    }
    for (const [index, target] of wanted) {
      if (!this.#links.has(index)) this.#links.set(index, new WireLink(target, this.#surroundings));
    }
  }

  #alignAddress(value: number, assigned: AssignedAddress): void {
    const charge = this.#charges.get(value) ?? this.#charge(value, assigned);
    const links = assigned.interfaces.flatMap(({ index }) => this.#links.get(index) ?? []);
    const before = new Set(charge.links);
    for (const link of before) if (!links.includes(link)) link.release(value);
    charge.links = links;
    for (const link of links) if (!before.has(link)) this.#joinLink(charge, link);
    if (charge.phase === 'Conflict' && this.#speakerMacs.has(charge.claimedBy)) this.#begin(charge, this.#now());
    if (charge.phase === 'Answering' && this.#useLoopback) this.#loopback.keep(charge.text);
    if (!this.#useLoopback) this.#loopback.remove(charge.text);
  }

  #charge(value: number, { firstPlacement }: AssignedAddress): Charge {
    const charge: Charge = {
      value,
      text: formatIPv4(value),
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

  #joinLink(charge: Charge, link: WireLink): void {
    if (charge.phase === 'Answering') link.answer(charge.value, this.#now());
    else link.probe(charge.value);
  }

  /** Opens what is closed. A link that opens anew announces its addresses anew. */
  #openLinks(): void {
    const now = this.#now();
    for (const link of this.#links.values()) {
      if (link.open || !link.openSocket()) continue;
      for (const [address, state] of link.held) if (state === 'Answering') link.answer(address, now);
    }
    for (const charge of this.#charges.values()) {
      if (charge.phase === 'Waiting' && charge.links.some((link) => link.open)) this.#begin(charge, now);
    }
  }

  #begin(charge: Charge, now: number): void {
    if (charge.firstPlacement) {
      charge.phase = 'Placing';
      this.#placements.start(charge.value, now);
    } else {
      this.#answer(charge, now);
    }
  }

  #answer(charge: Charge, now: number): void {
    charge.phase = 'Answering';
    if (this.#useLoopback) this.#loopback.keep(charge.text);
    for (const link of charge.links) link.answer(charge.value, now);
  }

  #release(charge: Charge): void {
    for (const link of charge.links) link.release(charge.value);
    this.#placements.remove(charge.value);
    this.#loopback.remove(charge.text);
    this.#charges.delete(charge.value);
    this.#tally.state(charge.text, undefined);
  }

  #claimed(link: WireLink, { address, mac }: ForeignClaim): void {
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
      this.#tally.claim({ address: charge.text, mac: formatMac(mac), seen: this.#ports.clock.wall() });
    }
    // Whoever floods the network with claims must not make each one cost a look at all addresses.
    if (charge.phase !== phase) this.#step();
    else {
      link.announce(now);
      this.#arm();
    }
  }

  /** Does everything that is due now, tells the main thread of new states, and sets the timer for what comes next. */
  #step(): void {
    const now = this.#now();
    const { probe, settled } = this.#placements.take(now);
    for (const address of probe) for (const link of this.#charges.get(address)?.links ?? []) link.sendProbe(address);
    for (const address of settled) {
      const charge = this.#charges.get(address);
      if (charge !== undefined) this.#answer(charge, now);
    }
    for (const link of this.#links.values()) link.announce(now);
    if (this.#noteStates()) this.#report();
    this.#arm();
  }

  #noteStates(): boolean {
    let changed = false;
    for (const charge of this.#charges.values()) {
      const state = stateOf(charge);
      if (state === charge.reported) continue;
      charge.reported = state;
      this.#tally.state(charge.text, state);
      changed = true;
    }
    return changed;
  }

  #report(): void {
    const report = this.#tally.take();
    if (report !== undefined) this.#ports.send({ type: 'report', ...report });
  }

  #arm(): void {
    const dues = [this.#placements.next(), ...[...this.#links.values()].map((link) => link.next())];
    const next = Math.min(...dues.map((due) => due ?? Number.POSITIVE_INFINITY));
    if (next === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = this.#ports.clock.after(next - this.#now(), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      if (!this.#stalled()) this.#step();
    });
  }

  #tick(): void {
    this.#stalled();
    this.#loopback.renew();
    this.#openLinks();
    this.#step();
    this.#report();
  }

  /** Notices that the process did not run for {@link STALL}: falls silent then, and leaves it to the main thread. */
  #stalled(): boolean {
    const now = this.#now();
    const milliseconds = now - this.#ranAt;
    this.#ranAt = now;
    if (milliseconds <= STALL) return false;
    for (const charge of [...this.#charges.values()]) this.#release(charge);
    this.#ports.send({ type: 'stalled', milliseconds });
    return true;
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}

function stateOf({ phase, links }: Charge): WireState {
  if (phase === 'Conflict') return 'Conflict';
  if (!links.some((link) => link.open)) return 'Deaf';
  return phase === 'Answering' ? 'Answering' : 'Probing';
}

function replace(set: Set<number>, values: readonly number[]): void {
  set.clear();
  for (const value of values) set.add(value);
}

function integerOf(text: string): number {
  const address = parseAddress(text);
  if (address.family !== 'IPv4') throw new RangeError(`"${text}" is not an IPv4 address: ARP has no other`);
  return address.value;
}
