import { parseMac } from './arp/mac-address.ts';
import { every } from './clock.ts';
import { LoopbackAddresses } from './loopback-addresses.ts';
import type { ProtocolTally } from './protocol-tally.ts';
import { WireBfd } from './wire-bfd.ts';
import { WireFamily } from './wire-family.ts';
import type { Assignment } from './wire-messages.ts';
import type { WirePorts } from './wire-ports.ts';
import { ARP, type LinkProtocol, NDP } from './wire-protocol.ts';
import { WireTally } from './wire-tally.ts';

/** Milliseconds between renewals on `lo`, attempts to open a socket, and reports. */
export const TICK = 1000;
/** Not having run for so many ms means that other nodes may have taken our addresses over meanwhile. */
export const STALL = 3000;

/** Everything on the wire of one node: brings sockets, answers and announcements in line with the assignment. */
export class Wire {
  readonly #ports: WirePorts;
  readonly #bfd: WireBfd;
  readonly #tally: WireTally;
  readonly #loopback: LoopbackAddresses;
  readonly #ownMacs = new Set<number>();
  readonly #speakerMacs = new Set<number>();
  readonly #ipv4: WireFamily<number>;
  readonly #ipv6: WireFamily<bigint>;
  readonly #families: readonly [WireFamily<number>, WireFamily<bigint>];
  readonly #cancelTick: () => void;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** The timer is set at the end, once for all addresses. */
  #stepping = false;
  #ranAt: number;

  constructor(ports: WirePorts) {
    this.#ports = ports;
    this.#bfd = new WireBfd(ports, (peer, transition) => ports.send({ type: 'peer', peer, transition }));
    this.#tally = new WireTally(() => this.#bfd.counters());
    this.#loopback = new LoopbackAddresses(ports);
    this.#ranAt = ports.clock.monotonic();
    this.#ipv4 = this.#family(ARP, this.#tally.arp);
    this.#ipv6 = this.#family(NDP, this.#tally.ndp);
    this.#families = [this.#ipv4, this.#ipv6];
    this.#cancelTick = every(ports.clock, TICK, () => this.#tick());
  }

  /**
   * Makes the assignment the whole of what is on the wire. The same one again changes nothing. One that waited while
   * the process did not run is refused by `stalled`.
   *
   * @throws RangeError for a malformed address or MAC address.
   */
  assign(assignment: Assignment): void {
    if (this.#stalled()) return;
    this.#stepping = true;
    try {
      this.#align(assignment);
    } finally {
      this.#step();
    }
  }

  /** Falls silent, takes the addresses off `lo` and closes the sockets. */
  stop(): void {
    this.#cancelTick();
    this.#cancelTimer?.();
    // Silence comes first: to close a link takes a second where it belongs to 10,000 groups.
    for (const family of this.#families) family.releaseAll();
    this.#bfd.stop();
    for (const family of this.#families) family.stop();
    this.#report();
  }

  #align(assignment: Assignment): void {
    replace(this.#ownMacs, assignment.ownMacs.map(parseMac));
    replace(this.#speakerMacs, assignment.speakerMacs.map(parseMac));
    const { addresses, loopback } = assignment;
    this.#ipv4.assign(
      addresses.filter(({ address }) => !isIPv6(address)),
      loopback,
    );
    this.#ipv6.assign(
      addresses.filter(({ address }) => isIPv6(address)),
      loopback,
    );
    this.#bfd.assign(assignment.peers);
  }

  #family<A>(protocol: LinkProtocol<A>, tally: ProtocolTally): WireFamily<A> {
    return new WireFamily({
      protocol,
      ports: this.#ports,
      tally,
      loopback: this.#loopback,
      ownMacs: this.#ownMacs,
      speakerMacs: this.#speakerMacs,
      mayAnswer: () => !this.#stalled(),
      onState: (address, state) => this.#tally.state(address, state),
      onClaim: (claim) => this.#tally.claim(claim),
      onScheduled: () => {
        if (!this.#stepping) this.#arm();
      },
      onDue: () => this.#step(),
    });
  }

  /** Does what is due now, tells the main thread of new states, and sets the timer for what comes next. */
  #step(): void {
    const now = this.#now();
    this.#stepping = true;
    for (const family of this.#families) family.step(now);
    this.#stepping = false;
    for (const family of this.#families) family.noteStates();
    if (this.#tally.hasStates) this.#report();
    this.#arm();
  }

  #report(): void {
    const report = this.#tally.take();
    if (report !== undefined) this.#ports.send({ type: 'report', ...report });
  }

  #arm(): void {
    const next = Math.min(...this.#families.map((family) => family.next()));
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
    for (const family of this.#families) family.openLinks();
    this.#bfd.openSockets();
    this.#step();
    this.#report();
  }

  /** Notices that the process did not run for {@link STALL}: falls silent then, and leaves it to the main thread. */
  #stalled(): boolean {
    const now = this.#now();
    const milliseconds = now - this.#ranAt;
    this.#ranAt = now;
    if (milliseconds <= STALL) return false;
    for (const family of this.#families) family.releaseAll();
    this.#ports.send({ type: 'stalled', milliseconds });
    return true;
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}

function isIPv6(text: string): boolean {
  return text.includes(':');
}

function replace(set: Set<number>, values: readonly number[]): void {
  set.clear();
  for (const value of values) set.add(value);
}
