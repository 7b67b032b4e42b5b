import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { type Address, AddressError, compareAddresses, formatAddress, parseAddress } from '../ip/address.ts';
import type { AnnouncedService, HeldAddress } from './input.ts';
import { compareText } from './rank.ts';

/** One Service's hold on an address. */
export interface Claim {
  readonly service: Service;
  /** `namespace/name`. */
  readonly key: string;
  readonly pool: HeldAddress['pool'];
}

/** An address and the Services that hold it, by key: more than one where they share it. */
export interface ClaimedAddress {
  readonly address: Address;
  /** In the text form of RFC 5952. */
  readonly text: string;
  readonly claims: readonly Claim[];
}

/** Text that a Service holds as an address and that is none. */
export interface MalformedAddress {
  readonly text: string;
  /** `namespace/name` of the Service. */
  readonly key: string;
  /** What is wrong with it. */
  readonly message: string;
}

/** The addresses that the Services hold, in order; an address that a Service lists twice counts once. */
export function claimedAddresses(services: readonly AnnouncedService[]): {
  readonly addresses: readonly ClaimedAddress[];
  readonly malformed: readonly MalformedAddress[];
} {
  const found = new Map<string, { address: Address; text: string; claims: Claim[] }>();
  const malformed: MalformedAddress[] = [];
  for (const { service, addresses } of services) {
    const key = keyText(keyOf(service));
    for (const held of addresses) {
      try {
        const address = parseAddress(held.address);
        const text = formatAddress(address);
        const entry = found.get(text) ?? { address, text, claims: [] };
        found.set(text, entry);
        if (!entry.claims.some((claim) => claim.key === key)) entry.claims.push({ service, key, pool: held.pool });
      } catch (error) {
        if (!(error instanceof AddressError)) throw error;
        malformed.push({ text: held.address, key, message: error.message });
      }
    }
  }
  const addresses = [...found.values()].sort((a, b) => compareAddresses(a.address, b.address));
  for (const { claims } of addresses) claims.sort((a, b) => compareText(a.key, b.key));
  malformed.sort((a, b) => compareText(a.text, b.text) || compareText(a.key, b.key));
  return { addresses, malformed };
}
