import { codeOfDiagnostic, type Diagnostic, diagnosticOf } from './diagnostic.ts';

/** Session states in the order of their codes (RFC 5880 section 4.1, State). */
export const BFD_STATES = ['AdminDown', 'Down', 'Init', 'Up'] as const;
export type BfdState = (typeof BFD_STATES)[number];

/** One BFD Control packet without authentication (RFC 5880 section 4.1). Intervals are microseconds, 0 to 2^32 - 1. */
export interface BfdPacket {
  readonly diagnostic: Diagnostic;
  readonly state: BfdState;
  /** P: the sender wants an answer with F. */
  readonly poll: boolean;
  /** F: answers a packet with P. */
  readonly final: boolean;
  /** C: the sender's BFD lives on when its control plane does not. */
  readonly controlPlaneIndependent: boolean;
  /** D: the sender wants no packets while the session is Up. */
  readonly demand: boolean;
  /** Lost packets that bring the session down, 1 to 255. */
  readonly detectMultiplier: number;
  /** Never 0. */
  readonly myDiscriminator: number;
  /** 0 while the sender does not know it. */
  readonly yourDiscriminator: number;
  readonly desiredMinTxInterval: number;
  /** 0: the sender wants no periodic packets. */
  readonly requiredMinRxInterval: number;
  /** 0: the sender does not loop Echo packets back. */
  readonly requiredMinEchoRxInterval: number;
}

/** Why a datagram is discarded, in the order of the checks (RFC 5880 section 6.8.6). A reason is never renamed. */
export const BFD_DECODE_DROPS = [
  /** Shorter than the mandatory section, or than its own Length says. */
  'Truncated',
  /** A version but 1. */
  'UnknownVersion',
  /** Length is less than its sections need. */
  'BadLength',
  /** Detect Mult is 0. */
  'ZeroDetectMultiplier',
  /** M is set: reserved. */
  'Multipoint',
  /** My Discriminator is 0. */
  'ZeroMyDiscriminator',
  /** Your Discriminator is 0 in a packet that says Init or Up. */
  'ZeroYourDiscriminator',
  /** An authentication section that is shorter than its header, or does not end where the packet does. */
  'BadAuthentication',
  /** A well-formed authentication section: we use none. */
  'Authenticated',
] as const;
export type BfdDecodeDrop = (typeof BFD_DECODE_DROPS)[number];

/** What {@link decodeBfd} found. */
export type DecodedBfd =
  | { readonly ok: true; readonly packet: BfdPacket }
  | { readonly ok: false; readonly drop: BfdDecodeDrop };

const VERSION = 1;
const LENGTH = 24;
/** Auth Type and Auth Len. */
const AUTHENTICATION_HEADER = 2;

const POLL = 0x20;
const FINAL = 0x10;
const CONTROL_PLANE_INDEPENDENT = 0x08;
const AUTHENTICATION_PRESENT = 0x04;
const DEMAND = 0x02;
const MULTIPOINT = 0x01;

/** Reads the payload of a UDP datagram. What follows the packet's own Length is ignored. Never throws. */
export function decodeBfd(payload: Uint8Array): DecodedBfd {
  if (payload.byteLength < LENGTH) return dropped('Truncated');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const drop = dropOf(view);
  if (drop !== undefined) return dropped(drop);
  const flags = view.getUint8(1);
  return {
    ok: true,
    packet: {
      diagnostic: diagnosticOf(view.getUint8(0) & 0x1f),
      state: stateIn(view),
      poll: (flags & POLL) !== 0,
      final: (flags & FINAL) !== 0,
      controlPlaneIndependent: (flags & CONTROL_PLANE_INDEPENDENT) !== 0,
      demand: (flags & DEMAND) !== 0,
      detectMultiplier: view.getUint8(2),
      myDiscriminator: view.getUint32(4),
      yourDiscriminator: view.getUint32(8),
      desiredMinTxInterval: view.getUint32(12),
      requiredMinRxInterval: view.getUint32(16),
      requiredMinEchoRxInterval: view.getUint32(20),
    },
  };
}

function dropped(drop: BfdDecodeDrop): DecodedBfd {
  return { ok: false, drop };
}

function dropOf(view: DataView): BfdDecodeDrop | undefined {
  if (view.getUint8(0) >> 5 !== VERSION) return 'UnknownVersion';
  const flags = view.getUint8(1);
  const authenticated = (flags & AUTHENTICATION_PRESENT) !== 0;
  const length = view.getUint8(3);
  if (length < LENGTH + (authenticated ? AUTHENTICATION_HEADER : 0)) return 'BadLength';
  if (length > view.byteLength) return 'Truncated';
  if (view.getUint8(2) === 0) return 'ZeroDetectMultiplier';
  if (flags & MULTIPOINT) return 'Multipoint';
  if (view.getUint32(4) === 0) return 'ZeroMyDiscriminator';
  const state = stateIn(view);
  if (view.getUint32(8) === 0 && state !== 'Down' && state !== 'AdminDown') return 'ZeroYourDiscriminator';
  if (!authenticated) return undefined;
  const authenticationLength = view.getUint8(LENGTH + 1);
  return authenticationLength < AUTHENTICATION_HEADER || LENGTH + authenticationLength !== length
    ? 'BadAuthentication'
    : 'Authenticated';
}

function stateIn(view: DataView): BfdState {
  return BFD_STATES[view.getUint8(1) >> 6] ?? 'AdminDown';
}

/** Writes the packet: 24 octets. */
export function encodeBfd(packet: BfdPacket): Uint8Array {
  const payload = new Uint8Array(LENGTH);
  const view = new DataView(payload.buffer);
  view.setUint8(0, (VERSION << 5) | codeOfDiagnostic(packet.diagnostic));
  view.setUint8(
    1,
    (BFD_STATES.indexOf(packet.state) << 6) |
      (packet.poll ? POLL : 0) |
      (packet.final ? FINAL : 0) |
      (packet.controlPlaneIndependent ? CONTROL_PLANE_INDEPENDENT : 0) |
      (packet.demand ? DEMAND : 0),
  );
  view.setUint8(2, packet.detectMultiplier);
  view.setUint8(3, LENGTH);
  view.setUint32(4, packet.myDiscriminator);
  view.setUint32(8, packet.yourDiscriminator);
  view.setUint32(12, packet.desiredMinTxInterval);
  view.setUint32(16, packet.requiredMinRxInterval);
  view.setUint32(20, packet.requiredMinEchoRxInterval);
  return payload;
}
