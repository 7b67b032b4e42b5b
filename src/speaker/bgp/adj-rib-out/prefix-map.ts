import type { Prefix } from '../../../ip/prefix.ts';

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

  /** Calls back for each value: IPv4 before IPv6, short prefixes first, then as they came. Deleting it is allowed. */
  forEach(callback: (value: V) => void): void {
    for (const map of this.#ipv4) map?.forEach(callback);
    for (const map of this.#ipv6) map?.forEach(callback);
  }
}

/** As a signed integer: that is what a Map finds fastest. */
function networkIPv4(address: number, length: number): number {
  return length === 0 ? 0 : address & (-1 << (32 - length));
}

function networkIPv6(address: bigint, length: number): bigint {
  return address >> BigInt(128 - length);
}
