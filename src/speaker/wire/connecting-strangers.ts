import { type Address, formatAddress } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import type { Device } from './bgp-messages.ts';

/** Milliseconds after which somebody who connects once more goes on trying: no scanner's second look. */
const GOES_ON = 10_000;
/** Strangers that are remembered: so many others may come between two attempts of a router. */
const MOST_REMEMBERED = 64;
/** Strangers that are named. */
const MOST_NAMED = 4;

/** Where somebody connects: the port of one family, in a VRF or in none. */
export interface PortPlace {
  readonly family: IPFamily;
  readonly vrf: Device | undefined;
}

interface Stranger {
  readonly address: Address;
  readonly vrf: Device | undefined;
  /** When it connected first and last, ms on a monotonic clock. */
  readonly first: number;
  readonly last: number;
}

/**
 * Who connects and is nobody's peer. A port that is open to a network is scanned: who goes on trying, as a router does,
 * is told of before all others, and the words stay while the same ones do.
 */
export class ConnectingStrangers {
  /** By place and address, those who connected last behind. */
  readonly #strangers = new Map<string, Stranger>();

  /** @param now ms on a monotonic clock */
  connected(address: Address, vrf: Device | undefined, now: number): void {
    const key = `${formatAddress(address)} ${vrf?.index}`;
    const { first = now } = this.#strangers.get(key) ?? {};
    this.#strangers.delete(key);
    this.#strangers.set(key, { address, vrf, first, last: now });
    const [oldest] = this.#strangers.keys();
    if (this.#strangers.size > MOST_REMEMBERED && oldest !== undefined) this.#strangers.delete(oldest);
  }

  /** From where they connected since then, as words; undefined where nobody did. */
  since(then: number, { family, vrf }: PortPlace): string | undefined {
    const all = [...this.#strangers.values()].filter(
      (each) => each.last >= then && each.address.family === family && each.vrf?.index === vrf?.index,
    );
    const persistent = all.filter(({ first, last }) => last - first >= GOES_ON);
    if (persistent.length === 0 && all.length > MOST_NAMED) return 'many addresses, each of them once';
    const told = (persistent.length > 0 ? persistent : all).sort((a, b) => a.first - b.first);
    const names = told.slice(0, MOST_NAMED).map(({ address }) => formatAddress(address));
    if (names.length === 0) return undefined;
    return told.length > MOST_NAMED ? `${names.join(', ')} and others` : names.join(', ');
  }
}
