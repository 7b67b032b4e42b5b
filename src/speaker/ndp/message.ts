import { readAddress, writeAddress, writeMac } from './field.ts';
import {
  encodeFrame,
  envelopeOf,
  frameDrop,
  ICMP,
  ICMP_FRAME_DROPS,
  type IcmpEnvelope,
  messageEnd,
} from './icmp-frame.ts';
import { optionsIn } from './option.ts';
import { ALL_NODES, isMulticast, isSolicitedNode, macOfGroup, solicitedNodeOf, UNSPECIFIED } from './solicited-node.ts';

/** What both messages have. */
interface Envelope extends IcmpEnvelope {
  readonly target: bigint;
}

/** A Neighbor Solicitation (RFC 4861 section 4.3) in its Ethernet II frame. */
export interface Solicitation extends Envelope {
  readonly type: 'Solicitation';
  /** Source Link-Layer Address option; absent in one from the unspecified address. */
  readonly linkAddress?: number;
  /** Nonce option of 48 bits (RFC 7527 section 4.1); one of another length is passed over. */
  readonly nonce?: number;
}

/** A Neighbor Advertisement (RFC 4861 section 4.4) in its Ethernet II frame. */
export interface Advertisement extends Envelope {
  readonly type: 'Advertisement';
  /** R: the sender is a router. */
  readonly router: boolean;
  /** S: answers a solicitation. */
  readonly solicited: boolean;
  /** O: replaces what is cached. */
  readonly override: boolean;
  /** Target Link-Layer Address option. */
  readonly linkAddress?: number;
}

/** One message of neighbour discovery between neighbours. */
export type NdpMessage = Solicitation | Advertisement;

/** Why a frame is no message that we can read, in the order of the checks. A reason is never renamed. */
export const NDP_DECODE_DROPS = [
  ...ICMP_FRAME_DROPS,
  /** The target is a multicast address. */
  'MulticastTarget',
  /** An option has length 0, or does not end where the packet does. */
  'BadOption',
  /** A solicitation from `::` to another group than the target's, or with a link-layer address. */
  'BadUnspecifiedSource',
  /** An advertisement to a group that says it was solicited. */
  'SolicitedMulticast',
] as const;
export type NdpDecodeDrop = (typeof NDP_DECODE_DROPS)[number];

/** What {@link decodeNdp} found. */
export type DecodedNdp =
  | { readonly ok: true; readonly message: NdpMessage }
  | { readonly ok: false; readonly drop: NdpDecodeDrop };

/** Offsets in the frame: the target, and where the fixed part of either message ends. */
const TARGET = ICMP + 8;
const OPTIONS = ICMP + 24;

const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const ROUTER = 0x80;
const SOLICITED = 0x40;
const OVERRIDE = 0x20;
const SOURCE_LINK_ADDRESS = 1;
const TARGET_LINK_ADDRESS = 2;
const NONCE = 14;
/** Octets without options. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [SOLICITATION, OPTIONS - ICMP],
  [ADVERTISEMENT, OPTIONS - ICMP],
]);

/** Reads an Ethernet II frame with the checks of RFC 4861 sections 7.1.1 and 7.1.2. Never throws. */
export function decodeNdp(frame: Uint8Array): DecodedNdp {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const drop = frameDrop(view, LENGTHS);
  if (drop !== undefined) return { ok: false, drop };
  const target = readAddress(view, TARGET);
  if (isMulticast(target)) return { ok: false, drop: 'MulticastTarget' };
  const options = optionsIn(view, OPTIONS, messageEnd(view));
  if (options === undefined) return { ok: false, drop: 'BadOption' };
  const envelope: Envelope = { ...envelopeOf(view), target };
  return view.getUint8(ICMP) === SOLICITATION
    ? solicitation(envelope, options.get(SOURCE_LINK_ADDRESS), options.get(NONCE))
    : advertisement(envelope, view.getUint8(ICMP + 4), options.get(TARGET_LINK_ADDRESS));
}

function solicitation(envelope: Envelope, linkAddress: number | undefined, nonce: number | undefined): DecodedNdp {
  const { sourceAddress, destinationAddress } = envelope;
  if (sourceAddress === UNSPECIFIED && (!isSolicitedNode(destinationAddress) || linkAddress !== undefined)) {
    return { ok: false, drop: 'BadUnspecifiedSource' };
  }
  return {
    ok: true,
    message: {
      type: 'Solicitation',
      ...envelope,
      ...(linkAddress === undefined ? {} : { linkAddress }),
      ...(nonce === undefined ? {} : { nonce }),
    },
  };
}

function advertisement(envelope: Envelope, flags: number, linkAddress: number | undefined): DecodedNdp {
  const solicited = (flags & SOLICITED) !== 0;
  if (solicited && isMulticast(envelope.destinationAddress)) return { ok: false, drop: 'SolicitedMulticast' };
  return {
    ok: true,
    message: {
      type: 'Advertisement',
      ...envelope,
      router: (flags & ROUTER) !== 0,
      solicited,
      override: (flags & OVERRIDE) !== 0,
      ...(linkAddress === undefined ? {} : { linkAddress }),
    },
  };
}

/** Writes the frame, with the options that the message has. */
export function encodeNdp(message: NdpMessage): Uint8Array {
  const options = optionsOf(message);
  const type = message.type === 'Solicitation' ? SOLICITATION : ADVERTISEMENT;
  return encodeFrame(message, type, OPTIONS - ICMP + 8 * options.length, (view) => {
    if (message.type === 'Advertisement') view.setUint8(ICMP + 4, flagsOf(message));
    writeAddress(view, TARGET, message.target);
    options.forEach(([type, value], index) => {
      view.setUint8(OPTIONS + 8 * index, type);
      view.setUint8(OPTIONS + 8 * index + 1, 1);
      writeMac(view, OPTIONS + 8 * index + 2, value);
    });
  });
}

function flagsOf({ router, solicited, override }: Advertisement): number {
  return (router ? ROUTER : 0) | (solicited ? SOLICITED : 0) | (override ? OVERRIDE : 0);
}

function optionsOf(message: NdpMessage): readonly (readonly [type: number, value: number])[] {
  const options: (readonly [number, number])[] = [];
  const type = message.type === 'Solicitation' ? SOURCE_LINK_ADDRESS : TARGET_LINK_ADDRESS;
  if (message.linkAddress !== undefined) options.push([type, message.linkAddress]);
  if (message.type === 'Solicitation' && message.nonce !== undefined) options.push([NONCE, message.nonce]);
  return options;
}

/**
 * The advertisement that gives the asker `mac` for the address it asked for (RFC 4861 section 7.2.4). One that asks from
 * `::`, to see whether an address is free, is answered to all nodes.
 */
export function advertisementTo(asked: Solicitation, mac: number): Advertisement {
  const anonymous = asked.sourceAddress === UNSPECIFIED;
  return {
    ...unsolicitedAdvertisement(asked.target, mac),
    ...(anonymous
      ? {}
      : {
          destination: asked.linkAddress ?? asked.source,
          destinationAddress: asked.sourceAddress,
          solicited: true,
        }),
  };
}

/** Tells all nodes that the address is at `mac` (RFC 4861 section 7.2.6). */
export function unsolicitedAdvertisement(address: bigint, mac: number): Advertisement {
  return {
    type: 'Advertisement',
    destination: macOfGroup(ALL_NODES),
    source: mac,
    sourceAddress: address,
    destinationAddress: ALL_NODES,
    target: address,
    router: false,
    solicited: false,
    override: true,
    linkAddress: mac,
  };
}

/** Asks whether anybody has the address, in nobody's name (RFC 4862 section 5.4.2, RFC 7527 section 4.1). */
export function duplicateProbe(address: bigint, mac: number, nonce: number): Solicitation {
  const group = solicitedNodeOf(address);
  return {
    type: 'Solicitation',
    destination: macOfGroup(group),
    source: mac,
    sourceAddress: UNSPECIFIED,
    destinationAddress: group,
    target: address,
    nonce,
  };
}

/** Asks one machine whether it has the address, as neighbour unreachability detection does (RFC 4861 section 7.3.3). */
export function unicastSolicitation(
  asked: { readonly address: bigint; readonly mac: number },
  from: { readonly address: bigint; readonly mac: number },
): Solicitation {
  return {
    type: 'Solicitation',
    destination: asked.mac,
    source: from.mac,
    sourceAddress: from.address,
    destinationAddress: asked.address,
    target: asked.address,
    linkAddress: from.mac,
  };
}
