import { isGroupMac, ZERO_MAC } from '../arp/mac-address.ts';
import type { ForeignClaim, ResponderContext, Verdict } from '../arp/verdict.ts';
import { advertisementTo, decodeNdp, encodeNdp, type NdpDecodeDrop, type NdpMessage } from './message.ts';
import { UNSPECIFIED } from './solicited-node.ts';

/** Why a readable message gets no reply. In the order of the checks; a reason is never renamed. */
export const NDP_RESPONDER_DROPS = [
  /** Sent by an interface of this node. */
  'OwnFrame',
  /** Our own probe, come back by another way: it bears our nonce (RFC 7527 section 4.2). */
  'LoopedBack',
  /** The sender's link-layer address is zero or a group address: nothing can be sent back to it. */
  'BadLinkAddress',
  /** Unicast to another station, seen because the interface is promiscuous. */
  'NotForUs',
  /** An advertisement: nobody asks. */
  'Advertisement',
  /** Asks for an address that this interface does not hold. */
  'NotHeld',
  /** Asks for an address that is still being probed for strangers. */
  'NotYetAnswering',
] as const;

/** Every reason for which a frame gets no reply. */
export type NdpDrop = NdpDecodeDrop | (typeof NDP_RESPONDER_DROPS)[number];

/** What one frame led to. */
export type NdpVerdict = Verdict<bigint, NdpDrop>;

/** What the responder of one interface needs to know. */
export interface NdpResponderContext extends ResponderContext<bigint> {
  /** The nonces in our own probes, by the address that is probed. */
  readonly nonces: ReadonlyMap<bigint, number>;
}

/** Decides about one received frame (RFC 4861 section 7.2.3, RFC 4862 section 5.4.3). */
export function respondNdp(context: NdpResponderContext, frame: Uint8Array): NdpVerdict {
  const decoded = decodeNdp(frame);
  if (!decoded.ok) return dropped(decoded.drop);
  const { message } = decoded;
  const sender = message.linkAddress ?? message.source;
  if (context.ownMacs.has(message.source) || context.ownMacs.has(sender)) return dropped('OwnFrame');
  if (isOwnProbe(context, message)) return dropped('LoopedBack');
  if (sender === ZERO_MAC || isGroupMac(sender)) return dropped('BadLinkAddress');
  const outcome = outcomeOf(context, message);
  const sourceDiffers = message.source !== sender;
  const claim = claimOf(context, message, sender);
  return claim === undefined ? { outcome, sourceDiffers } : { outcome, sourceDiffers, claim };
}

function dropped(drop: NdpDrop): NdpVerdict {
  return { outcome: { drop }, sourceDiffers: false };
}

function isOwnProbe({ nonces }: NdpResponderContext, message: NdpMessage): boolean {
  return message.type === 'Solicitation' && message.nonce !== undefined && nonces.get(message.target) === message.nonce;
}

function outcomeOf(context: NdpResponderContext, message: NdpMessage): NdpVerdict['outcome'] {
  if (!isGroupMac(message.destination) && message.destination !== context.mac) return { drop: 'NotForUs' };
  if (message.type === 'Advertisement') return { drop: 'Advertisement' };
  const mac = context.answers.get(message.target);
  if (mac === undefined) return { drop: context.probing.has(message.target) ? 'NotYetAnswering' : 'NotHeld' };
  const reply = { ...advertisementTo(message, mac), source: context.mac };
  return { reply: encodeNdp(reply), address: message.target };
}

/**
 * Whoever advertises an address, or sends from it, uses it. So does, while we probe for it, whoever probes for it too
 * (RFC 4862 section 5.4.3).
 */
function claimOf(
  context: ResponderContext<bigint>,
  message: NdpMessage,
  mac: number,
): ForeignClaim<bigint> | undefined {
  const { target, sourceAddress } = message;
  if (message.type === 'Advertisement') {
    if (!context.concerns(target)) return undefined;
    return { address: target, mac, kind: message.solicited && message.destination === context.mac ? 'Answer' : 'Use' };
  }
  if (sourceAddress !== UNSPECIFIED) {
    return context.concerns(sourceAddress) ? { address: sourceAddress, mac, kind: 'Use' } : undefined;
  }
  return context.probing.has(target) ? { address: target, mac, kind: 'Probe' } : undefined;
}
