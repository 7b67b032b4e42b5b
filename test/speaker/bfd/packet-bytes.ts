import { hex, octets } from '../arp/frame-bytes.ts';

/** The octets of a Control packet, written as RFC 5880 section 4.1 draws them. Members default to a first packet. */
export function control(
  parts: {
    readonly version?: number;
    readonly diagnostic?: number;
    readonly state?: number;
    readonly flags?: number;
    readonly multiplier?: number;
    readonly length?: number;
    readonly mine?: string;
    readonly yours?: string;
    readonly desiredMinTx?: string;
    readonly requiredMinRx?: string;
    readonly requiredMinEchoRx?: string;
    readonly rest?: string;
  } = {},
): Uint8Array {
  const { version = 1, diagnostic = 0, state = 1, flags = 0, multiplier = 3, length = 24 } = parts;
  return octets(
    Uint8Array.of((version << 5) | diagnostic, (state << 6) | flags, multiplier, length),
    hex(parts.mine ?? '0000000a'),
    hex(parts.yours ?? '00000000'),
    hex(parts.desiredMinTx ?? '000f4240'),
    hex(parts.requiredMinRx ?? '000186a0'),
    hex(parts.requiredMinEchoRx ?? '00000000'),
    hex(parts.rest ?? ''),
  );
}
