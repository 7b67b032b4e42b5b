import { BROADCAST_MAC, isGroupMac, ZERO_MAC } from './mac-address.ts';
import { type ArpMessage, type DecodeDrop, decodeArp, encodeArp, replyTo } from './message.ts';
import type { ForeignClaim, ResponderContext, Verdict } from './verdict.ts';

/** Why a readable frame gets no reply. In the order of the checks; a reason is never renamed. */
export const RESPONDER_DROPS = [
  /** Sent by an interface of this node. */
  'OwnFrame',
  /** The sender's hardware address is zero or a group address: nothing can be sent back to it. */
  'BadSenderMac',
  /** Unicast to another station, seen because the interface is promiscuous. */
  'NotForUs',
  /** A reply: nobody asks. */
  'Reply',
  /** Sender and target address are the same: it tells, it does not ask (RFC 5227 section 3). */
  'Announcement',
  /** Asks for an address that this interface does not hold. */
  'NotHeld',
  /** Asks for an address that is still being probed for strangers. */
  'NotYetAnswering',
] as const;

/** Every reason for which a frame gets no reply. */
export type ArpDrop = DecodeDrop | (typeof RESPONDER_DROPS)[number];

/** What one frame led to. */
export type ArpVerdict = Verdict<number, ArpDrop>;

/** Decides about one received frame (RFC 826, Packet Reception, without the cache it merges into). */
export function respond(context: ResponderContext<number>, frame: Uint8Array): ArpVerdict {
  const decoded = decodeArp(frame);
  if (!decoded.ok) return dropped(decoded.drop);
  const { message } = decoded;
  if (isOwn(context, message)) return dropped('OwnFrame');
  if (message.senderMac === ZERO_MAC || isGroupMac(message.senderMac)) return dropped('BadSenderMac');
  const outcome = outcomeOf(context, message);
  const sourceDiffers = message.source !== message.senderMac;
  const claim = claimOf(context, message);
  return claim === undefined ? { outcome, sourceDiffers } : { outcome, sourceDiffers, claim };
}

function dropped(drop: ArpDrop): ArpVerdict {
  return { outcome: { drop }, sourceDiffers: false };
}

function isOwn({ ownMacs }: ResponderContext<number>, message: ArpMessage): boolean {
  return ownMacs.has(message.senderMac) || ownMacs.has(message.source);
}

function outcomeOf(context: ResponderContext<number>, message: ArpMessage): ArpVerdict['outcome'] {
  if (message.destination !== BROADCAST_MAC && message.destination !== context.mac) return { drop: 'NotForUs' };
  if (message.operation === 'Reply') return { drop: 'Reply' };
  if (message.senderAddress === message.targetAddress) return { drop: 'Announcement' };
  const mac = context.answers.get(message.targetAddress);
  if (mac === undefined) return { drop: context.probing.has(message.targetAddress) ? 'NotYetAnswering' : 'NotHeld' };
  const reply = { ...replyTo(message, mac), source: context.mac };
  return { reply: encodeArp(reply), address: message.targetAddress };
}

/**
 * RFC 5227 section 2.4: whoever sends from an address uses it. Section 2.1.1: so does, while we probe, somebody else's
 * probe for the same address.
 */
function claimOf(context: ResponderContext<number>, message: ArpMessage): ForeignClaim<number> | undefined {
  const { senderAddress, senderMac: mac, targetAddress, operation, destination } = message;
  if (senderAddress !== 0) {
    if (!context.concerns(senderAddress)) return undefined;
    const kind = operation === 'Reply' && destination === context.mac ? 'Answer' : 'Use';
    return { address: senderAddress, mac, kind };
  }
  if (operation !== 'Request' || !context.probing.has(targetAddress)) return undefined;
  return { address: targetAddress, mac, kind: 'Probe' };
}
