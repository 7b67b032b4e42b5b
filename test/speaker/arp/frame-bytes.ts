/** Pieces of frames, written as octets so that a test says what is on the wire and not what the codec thinks. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(/[\s:]/g, ''), 'hex'));
}

export function octets(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

export function mac(text: string): Uint8Array {
  return hex(text);
}

export function ipv4(text: string): Uint8Array {
  return new Uint8Array(text.split('.').map(Number));
}

/** The fields of an ARP packet for IPv4 over Ethernet before its addresses, with the operation. */
export function arpHeader(operation: number): Uint8Array {
  return octets(hex('0001 0800 06 04'), new Uint8Array([operation >> 8, operation & 255]));
}

export const ETHERTYPE_ARP = hex('0806');
export const PADDING = new Uint8Array(18);

export const CLIENT = '02:00:00:00:00:01';
export const NODE = '02:00:00:00:00:11';
export const OTHER_NODE = '02:00:00:00:00:12';
export const STRANGER = '02:00:00:00:00:99';
export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
export const ZERO = '00:00:00:00:00:00';

/** A whole frame. Members that are not given are those of an ordinary question of {@link CLIENT}. */
export function frame(
  parts: {
    readonly destination?: string;
    readonly source?: string;
    readonly operation?: number;
    readonly senderMac?: string;
    readonly senderAddress?: string;
    readonly targetMac?: string;
    readonly targetAddress?: string;
  } = {},
): Uint8Array {
  const senderMac = parts.senderMac ?? parts.source ?? CLIENT;
  return octets(
    mac(parts.destination ?? BROADCAST),
    mac(parts.source ?? senderMac),
    ETHERTYPE_ARP,
    arpHeader(parts.operation ?? 1),
    mac(senderMac),
    ipv4(parts.senderAddress ?? '192.0.2.1'),
    mac(parts.targetMac ?? ZERO),
    ipv4(parts.targetAddress ?? '192.0.2.50'),
    PADDING,
  );
}
