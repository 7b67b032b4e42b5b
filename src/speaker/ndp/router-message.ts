import { writeMac } from './field.ts';
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
import { ALL_NODES, ALL_ROUTERS, isLinkLocal, macOfGroup, UNSPECIFIED } from './solicited-node.ts';

/** A Router Solicitation (RFC 4861 section 4.1) in its Ethernet II frame. */
export interface RouterSolicitation extends IcmpEnvelope {
  readonly type: 'RouterSolicitation';
  /** Source Link-Layer Address option. */
  readonly linkAddress?: number;
}

/** A Router Advertisement (RFC 4861 section 4.2) in its Ethernet II frame: what of it tells who a neighbour is. */
export interface RouterAdvertisement extends IcmpEnvelope {
  readonly type: 'RouterAdvertisement';
  /** For how many seconds it wants to be a default router; 0 for not at all. */
  readonly lifetime: number;
  /** Source Link-Layer Address option. */
  readonly linkAddress?: number;
}

/** One message of router discovery. */
export type RouterMessage = RouterSolicitation | RouterAdvertisement;

/** Why a frame is no message that we can read, in the order of the checks. A reason is never renamed. */
export const ROUTER_DECODE_DROPS = [
  ...ICMP_FRAME_DROPS,
  /** An option has length 0, or does not end where the packet does. */
  'BadOption',
  /** A solicitation from `::` with a link-layer address. */
  'BadUnspecifiedSource',
  /** An advertisement from an address that is not link-local. */
  'NotLinkLocal',
] as const;
export type RouterDecodeDrop = (typeof ROUTER_DECODE_DROPS)[number];

/** What {@link decodeRouterMessage} found. */
export type DecodedRouterMessage =
  | { readonly ok: true; readonly message: RouterMessage }
  | { readonly ok: false; readonly drop: RouterDecodeDrop };

const SOLICITATION = 133;
const ADVERTISEMENT = 134;
const SOURCE_LINK_ADDRESS = 1;
/** Octets of one option with a MAC address. */
const OPTION = 8;
/** Octets without options. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [SOLICITATION, 8],
  [ADVERTISEMENT, 16],
]);
const LIFETIME = ICMP + 6;

/** Reads an Ethernet II frame with the checks of RFC 4861 sections 6.1.1 and 6.1.2. Never throws. */
export function decodeRouterMessage(frame: Uint8Array): DecodedRouterMessage {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const drop = frameDrop(view, LENGTHS);
  if (drop !== undefined) return { ok: false, drop };
  const type = view.getUint8(ICMP);
  const options = optionsIn(view, ICMP + (LENGTHS.get(type) ?? 0), messageEnd(view));
  if (options === undefined) return { ok: false, drop: 'BadOption' };
  const envelope = envelopeOf(view);
  const linkAddress = options.get(SOURCE_LINK_ADDRESS);
  const option = linkAddress === undefined ? {} : { linkAddress };
  if (type === SOLICITATION) {
    if (envelope.sourceAddress === UNSPECIFIED && linkAddress !== undefined) {
      return { ok: false, drop: 'BadUnspecifiedSource' };
    }
    return { ok: true, message: { type: 'RouterSolicitation', ...envelope, ...option } };
  }
  if (!isLinkLocal(envelope.sourceAddress)) return { ok: false, drop: 'NotLinkLocal' };
  const lifetime = view.getUint16(LIFETIME);
  return { ok: true, message: { type: 'RouterAdvertisement', ...envelope, lifetime, ...option } };
}

/** Writes the frame. What an advertisement could say of hop limits, times and prefixes it leaves unspecified. */
export function encodeRouterMessage(message: RouterMessage): Uint8Array {
  const isAdvertisement = message.type === 'RouterAdvertisement';
  const type = isAdvertisement ? ADVERTISEMENT : SOLICITATION;
  const fixed = LENGTHS.get(type) ?? 0;
  const { linkAddress } = message;
  return encodeFrame(message, type, fixed + (linkAddress === undefined ? 0 : OPTION), (view) => {
    if (isAdvertisement) view.setUint16(LIFETIME, message.lifetime);
    if (linkAddress === undefined) return;
    view.setUint8(ICMP + fixed, SOURCE_LINK_ADDRESS);
    view.setUint8(ICMP + fixed + 1, 1);
    writeMac(view, ICMP + fixed + 2, linkAddress);
  });
}

/** The one who sends: its link-local address and its MAC address. */
export interface Advertiser {
  readonly address: bigint;
  readonly mac: number;
}

/** Asks the routers of the link to advertise themselves (RFC 4861 section 6.3.7). */
export function routerSolicitation({ address, mac }: Advertiser): RouterSolicitation {
  return { type: 'RouterSolicitation', ...toGroup(ALL_ROUTERS, address, mac), linkAddress: mac };
}

/** Tells all nodes that we are here. Its lifetime is 0: nobody is to take us for a default router (RFC 4861 section 4.2). */
export function routerAdvertisement({ address, mac }: Advertiser): RouterAdvertisement {
  return { type: 'RouterAdvertisement', ...toGroup(ALL_NODES, address, mac), lifetime: 0, linkAddress: mac };
}

function toGroup(group: bigint, sourceAddress: bigint, source: number): IcmpEnvelope {
  return { destination: macOfGroup(group), source, sourceAddress, destinationAddress: group };
}
