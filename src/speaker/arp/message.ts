import { BROADCAST_MAC, ZERO_MAC } from './mac-address.ts';

/** One ARP packet for IPv4 over Ethernet with the addresses of its Ethernet II frame. MACs are 48-bit integers. */
export interface ArpMessage {
  /** Destination in the Ethernet header. */
  readonly destination: number;
  /** Source in the Ethernet header; most stacks repeat it as `senderMac`, proxies need not. */
  readonly source: number;
  readonly operation: ArpOperation;
  /** ar$sha */
  readonly senderMac: number;
  /** ar$spa as an unsigned integer; 0 in a probe (RFC 5227 section 1.1). */
  readonly senderAddress: number;
  /** ar$tha; zero or ignored in a request. */
  readonly targetMac: number;
  /** ar$tpa as an unsigned integer. */
  readonly targetAddress: number;
}

/** ar$op (RFC 826); the other operations of the IANA registry are not for IPv4 over Ethernet. */
export type ArpOperation = 'Request' | 'Reply';

/** Why a frame is no ARP packet that we can read. In the order of the checks; a reason is never renamed. */
export const DECODE_DROPS = [
  /** Shorter than its headers say it must be. */
  'Truncated',
  /** Carries an IEEE 802.1Q or 802.1ad tag: it belongs to a VLAN interface, not to this one. */
  'VlanTagged',
  /** Another EtherType. */
  'NotArp',
  /** ar$hrd is not Ethernet. */
  'UnknownHardwareType',
  /** ar$pro is not IPv4. */
  'UnknownProtocolType',
  /** ar$hln is not 6 or ar$pln is not 4. */
  'AddressLength',
  /** ar$op is neither request nor reply. */
  'UnknownOperation',
] as const;
export type DecodeDrop = (typeof DECODE_DROPS)[number];

/** What {@link decodeArp} found. */
export type DecodedArp =
  | { readonly ok: true; readonly message: ArpMessage }
  | { readonly ok: false; readonly drop: DecodeDrop };

/** Octets of the shortest Ethernet frame without its check sequence (IEEE 802.3, section 4A.4.2). */
export const MINIMUM_FRAME = 60;
const ETHERNET_HEADER = 14;
const ARP_END = ETHERNET_HEADER + 28;

const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_SERVICE_VLAN = 0x88a8;
const HARDWARE_ETHERNET = 1;
const PROTOCOL_IPV4 = 0x0800;
const OPERATIONS: readonly (ArpOperation | undefined)[] = [undefined, 'Request', 'Reply'];

/** Reads an Ethernet II frame. Padding after the packet is ignored. Never throws. */
export function decodeArp(frame: Uint8Array): DecodedArp {
  if (frame.byteLength < ETHERNET_HEADER) return { ok: false, drop: 'Truncated' };
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const etherType = view.getUint16(12);
  if (etherType === ETHERTYPE_VLAN || etherType === ETHERTYPE_SERVICE_VLAN) return { ok: false, drop: 'VlanTagged' };
  if (etherType !== ETHERTYPE_ARP) return { ok: false, drop: 'NotArp' };
  if (frame.byteLength < ARP_END) return { ok: false, drop: 'Truncated' };
  if (view.getUint16(14) !== HARDWARE_ETHERNET) return { ok: false, drop: 'UnknownHardwareType' };
  if (view.getUint16(16) !== PROTOCOL_IPV4) return { ok: false, drop: 'UnknownProtocolType' };
  if (view.getUint8(18) !== 6 || view.getUint8(19) !== 4) return { ok: false, drop: 'AddressLength' };
  const operation = OPERATIONS[view.getUint16(20)];
  if (operation === undefined) return { ok: false, drop: 'UnknownOperation' };
  return {
    ok: true,
    message: {
      destination: readMac(view, 0),
      source: readMac(view, 6),
      operation,
      senderMac: readMac(view, 22),
      senderAddress: view.getUint32(28),
      targetMac: readMac(view, 32),
      targetAddress: view.getUint32(38),
    },
  };
}

/** Writes the frame, padded with zeros to {@link MINIMUM_FRAME}. */
export function encodeArp(message: ArpMessage): Uint8Array {
  const frame = new Uint8Array(MINIMUM_FRAME);
  const view = new DataView(frame.buffer);
  writeMac(view, 0, message.destination);
  writeMac(view, 6, message.source);
  view.setUint16(12, ETHERTYPE_ARP);
  view.setUint16(14, HARDWARE_ETHERNET);
  view.setUint16(16, PROTOCOL_IPV4);
  view.setUint8(18, 6);
  view.setUint8(19, 4);
  view.setUint16(20, OPERATIONS.indexOf(message.operation));
  writeMac(view, 22, message.senderMac);
  view.setUint32(28, message.senderAddress);
  writeMac(view, 32, message.targetMac);
  view.setUint32(38, message.targetAddress);
  return frame;
}

/** The reply that gives the asker `mac` for the address it asked for (RFC 826, Packet Reception). */
export function replyTo(request: ArpMessage, mac: number): ArpMessage {
  return {
    destination: request.senderMac,
    source: mac,
    operation: 'Reply',
    senderMac: mac,
    senderAddress: request.targetAddress,
    targetMac: request.senderMac,
    targetAddress: request.senderAddress,
  };
}

/** A gratuitous request: sender and target are both the address (RFC 5944 section 4.6, RFC 5227 section 3). */
export function gratuitousRequest(address: number, mac: number): ArpMessage {
  return broadcastRequest(mac, address, address);
}

/** A probe: asks for the address in nobody's name, so that no cache changes (RFC 5227 section 1.1). */
export function probeRequest(address: number, mac: number): ArpMessage {
  return broadcastRequest(mac, 0, address);
}

/** Asks one machine whether it has the address (RFC 1122 section 2.3.2.1: unicast poll). */
export function unicastRequest(
  asked: { readonly address: number; readonly mac: number },
  from: { readonly address: number; readonly mac: number },
): ArpMessage {
  return {
    destination: asked.mac,
    source: from.mac,
    operation: 'Request',
    senderMac: from.mac,
    senderAddress: from.address,
    targetMac: ZERO_MAC,
    targetAddress: asked.address,
  };
}

function broadcastRequest(mac: number, senderAddress: number, targetAddress: number): ArpMessage {
  return {
    destination: BROADCAST_MAC,
    source: mac,
    operation: 'Request',
    senderMac: mac,
    senderAddress,
    targetMac: ZERO_MAC,
    targetAddress,
  };
}

function readMac(view: DataView, offset: number): number {
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}

function writeMac(view: DataView, offset: number, mac: number): void {
  view.setUint16(offset, Math.floor(mac / 2 ** 32));
  view.setUint32(offset + 2, mac % 2 ** 32);
}
