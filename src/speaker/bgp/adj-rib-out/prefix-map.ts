import type { Prefix } from '../../../ip/prefix.ts';
import type { Cursor } from './portions.ts';

/** A map keyed by network: host bits of the keys count for nothing. IPv4 keys stay small integers. */
export class PrefixMap<V> {
  readonly #ipv4: (Map<number, V> | undefined)[] = [];
  readonly #ipv6: (Map<bigint, V> | undefined)[] = [];

  /** The value for the network, or undefined. */
  get(prefix: Prefix): V | undefined {
    const { address, length } = prefix;
    return address.family === 'IPv4'
      ? this.#ipv4[length]?.get(networkIPv4(address.value, length))
      : this.#ipv6[length]?.get(networkIPv6(address.value, length));
  }

  /** Sets the value for the network. */
  set(prefix: Prefix, value: V): void {
    const { address, length } = prefix;
    if (address.family === 'IPv4') {
      this.#ipv4[length] ??= new Map();
      this.#ipv4[length].set(networkIPv4(address.value, length), value);
    } else {
      this.#ipv6[length] ??= new Map();
      this.#ipv6[length].set(networkIPv6(address.value, length), value);
    }
  }

  /** Forgets the network. */
  delete(prefix: Prefix): void {
    const { address, length } = prefix;
    if (address.family === 'IPv4') this.#ipv4[length]?.delete(networkIPv4(address.value, length));
    else this.#ipv6[length]?.delete(networkIPv6(address.value, length));
  }

  /**
   * The values: IPv4 before IPv6, short prefixes first, then as they came. All that are there from the beginning to the
   * end; what is deleted meanwhile is left out from then on, what is added may be.
   */
  cursor(): Cursor<V> {
    const maps = (function* (ipv4, ipv6) {
      yield* ipv4;
      yield* ipv6;
    })(this.#ipv4, this.#ipv6);
    let values: Iterator<V> | undefined;
    return {
      next() {
        for (;;) {
          const value = values?.next();
          if (value !== undefined && value.done !== true) return value.value;
          const map = maps.next();
          if (map.done === true) return undefined;
          values = map.value?.values();
        }
      },
    };
  }
}

/** As a signed integer: that is what a Map finds fastest. */
function networkIPv4(address: number, length: number): number {
  return length === 0 ? 0 : address & (-1 << (32 - length));
}

function networkIPv6(address: bigint, length: number): bigint {
  return address >> BigInt(128 - length);
}
