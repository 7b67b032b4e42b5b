import { formatAddress, parseAddress } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import { encodeArp, gratuitousRequest, probeRequest, unicastRequest } from '../arp/message.ts';
import { type ArpDrop, respond } from '../arp/responder.ts';
import type { ResponderContext, Verdict } from '../arp/verdict.ts';
import type { MLD_QUERY_DROP } from '../mld/query.ts';
import { duplicateProbe, encodeNdp, unicastSolicitation, unsolicitedAdvertisement } from '../ndp/message.ts';
import { type NdpDrop, respondNdp } from '../ndp/responder.ts';
import type { RouterDecodeDrop } from '../ndp/router-message.ts';
import { solicitedNodeOf } from '../ndp/solicited-node.ts';

/** Why a frame came to nothing, by either protocol, router discovery, or MLD. */
export type WireDrop = ArpDrop | NdpDrop | RouterDecodeDrop | typeof MLD_QUERY_DROP;

/** What a link needs to know to answer; ARP has no use for the nonces. */
export interface LinkContext<A> extends ResponderContext<A> {
  /** What our own probes bear, by address. */
  readonly nonces: ReadonlyMap<A, number>;
}

/** An address and the MAC address that has it, or is thought to. */
export interface Station<A> {
  readonly address: A;
  readonly mac: number;
}

/** One way to tell a link where an address is. `A` is an address as an integer. */
export interface LinkProtocol<A> {
  readonly family: IPFamily;
  /** @throws AddressError or RangeError for text that is no address of the family. */
  parse(text: string): A;
  /** Dotted decimal, or the text of RFC 5952. */
  format(address: A): string;
  respond(context: LinkContext<A>, frame: Uint8Array): Verdict<A, WireDrop>;
  /** Asks for strangers. `nonce`: 48 bits. */
  probe(address: A, mac: number, nonce: number): Uint8Array;
  /** Tells everybody that the address is at `mac`. */
  announcement(address: A, mac: number): Uint8Array;
  /** Asks one machine for the address. */
  question(asked: Station<A>, from: Station<A>): Uint8Array;
  /** The group in which neighbours ask for the address; undefined where they ask everybody. */
  groupOf?(address: A): bigint;
}

/** IPv4: RFC 826. */
export const ARP: LinkProtocol<number> = {
  family: 'IPv4',
  parse(text) {
    const address = parseAddress(text);
    if (address.family !== 'IPv4') throw new RangeError(`"${text}" is not an IPv4 address: ARP has no other`);
    return address.value;
  },
  format: (value) => formatAddress({ family: 'IPv4', value }),
  respond,
  probe: (address, mac) => encodeArp(probeRequest(address, mac)),
  announcement: (address, mac) => encodeArp(gratuitousRequest(address, mac)),
  question: (asked, from) => encodeArp(unicastRequest(asked, from)),
};

/** IPv6: RFC 4861. */
export const NDP: LinkProtocol<bigint> = {
  family: 'IPv6',
  parse(text) {
    const address = parseAddress(text);
    if (address.family !== 'IPv6') throw new RangeError(`"${text}" is not an IPv6 address: NDP has no other`);
    return address.value;
  },
  format: (value) => formatAddress({ family: 'IPv6', value }),
  respond: respondNdp,
  probe: (address, mac, nonce) => encodeNdp(duplicateProbe(address, mac, nonce)),
  announcement: (address, mac) => encodeNdp(unsolicitedAdvertisement(address, mac)),
  question: (asked, from) => encodeNdp(unicastSolicitation(asked, from)),
  groupOf: solicitedNodeOf,
};
