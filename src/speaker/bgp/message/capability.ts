import type { AddressFamily } from './address-family.ts';
import { OctetWriter } from './octet-writer.ts';
import { uint8At, uint16At, uint32At } from './octets.ts';

/** One capability of an OPEN (RFC 5492 section 4). Those that we do not know are kept as they came. */
export type Capability =
  /** RFC 4760 section 8. */
  | ({ readonly capability: 'Multiprotocol' } & AddressFamily)
  /** RFC 2918 section 2. */
  | { readonly capability: 'RouteRefresh' }
  /** RFC 8950 section 4. */
  | { readonly capability: 'ExtendedNextHop'; readonly encodings: readonly NextHopEncoding[] }
  /** RFC 8654 section 3. */
  | { readonly capability: 'ExtendedMessage' }
  | GracefulRestartCapability
  /** RFC 6793 section 3. */
  | { readonly capability: 'FourOctetAsNumber'; readonly asNumber: number }
  /** RFC 7313 section 3.1. */
  | { readonly capability: 'EnhancedRouteRefresh' }
  | { readonly capability: 'Unknown'; readonly code: number; readonly value: Uint8Array };

/** NLRI of a family may come with a next hop of another one (RFC 8950 section 4). */
export interface NextHopEncoding extends AddressFamily {
  readonly nextHopAfi: number;
}

/** RFC 4724 section 3 with the "N" bit of RFC 8538 section 2. */
export interface GracefulRestartCapability {
  readonly capability: 'GracefulRestart';
  /** "R": the sender has restarted; do not wait for its End-of-RIB. */
  readonly restarted: boolean;
  /** "N": a NOTIFICATION other than Hard Reset also leaves routes in place. */
  readonly notification: boolean;
  /** Seconds until the session is expected back, 0 to 4095. */
  readonly restartTime: number;
  readonly families: readonly ForwardingFamily[];
}

/** A family for which graceful restart is offered. */
export interface ForwardingFamily extends AddressFamily {
  /** "F": forwarding went on during the restart. */
  readonly forwarding: boolean;
}

/** IANA "Capability Codes". */
const CODE = {
  Multiprotocol: 1,
  RouteRefresh: 2,
  ExtendedNextHop: 5,
  ExtendedMessage: 6,
  GracefulRestart: 64,
  FourOctetAsNumber: 65,
  EnhancedRouteRefresh: 70,
} as const;

const RESTART_FLAG = 0x8000;
const NOTIFICATION_FLAG = 0x4000;
const FORWARDING_FLAG = 0x80;

/** Undefined stands for a value that a capability of this code cannot have. */
type ValueDecoder = (value: Uint8Array) => Capability | undefined;

const DECODERS: Readonly<Record<number, ValueDecoder>> = {
  [CODE.Multiprotocol]: (value) =>
    value.byteLength === 4
      ? { capability: 'Multiprotocol', afi: uint16At(value, 0), safi: uint8At(value, 3) }
      : undefined,
  [CODE.RouteRefresh]: (value) => (value.byteLength === 0 ? { capability: 'RouteRefresh' } : undefined),
  [CODE.ExtendedNextHop]: decodeExtendedNextHop,
  [CODE.ExtendedMessage]: (value) => (value.byteLength === 0 ? { capability: 'ExtendedMessage' } : undefined),
  [CODE.GracefulRestart]: decodeGracefulRestart,
  [CODE.FourOctetAsNumber]: (value) =>
    value.byteLength === 4 ? { capability: 'FourOctetAsNumber', asNumber: uint32At(value, 0) } : undefined,
  [CODE.EnhancedRouteRefresh]: (value) => (value.byteLength === 0 ? { capability: 'EnhancedRouteRefresh' } : undefined),
};

/**
 * Reads the value of a Capabilities optional parameter. Undefined where it is malformed: capabilities that do not add up
 * to its length, or a known one whose value has a length that it cannot have.
 */
export function decodeCapabilities(octets: Uint8Array): readonly Capability[] | undefined {
  const capabilities: Capability[] = [];
  let offset = 0;
  while (offset < octets.byteLength) {
    if (octets.byteLength - offset < 2) return undefined;
    const code = uint8At(octets, offset);
    const value = octets.slice(offset + 2, offset + 2 + uint8At(octets, offset + 1));
    if (value.byteLength !== uint8At(octets, offset + 1)) return undefined;
    const decode = DECODERS[code];
    const capability = decode === undefined ? ({ capability: 'Unknown', code, value } as const) : decode(value);
    if (capability === undefined) return undefined;
    capabilities.push(capability);
    offset += 2 + value.byteLength;
  }
  return capabilities;
}

function decodeExtendedNextHop(value: Uint8Array): Capability | undefined {
  if (value.byteLength % 6 !== 0) return undefined;
  const encodings = Array.from({ length: value.byteLength / 6 }, (_, index) => ({
    afi: uint16At(value, index * 6),
    safi: uint16At(value, index * 6 + 2),
    nextHopAfi: uint16At(value, index * 6 + 4),
  }));
  return { capability: 'ExtendedNextHop', encodings };
}

function decodeGracefulRestart(value: Uint8Array): Capability | undefined {
  if (value.byteLength % 4 !== 2) return undefined;
  const header = uint16At(value, 0);
  const families = Array.from({ length: (value.byteLength - 2) / 4 }, (_, index) => ({
    afi: uint16At(value, 2 + index * 4),
    safi: uint8At(value, 4 + index * 4),
    forwarding: (uint8At(value, 5 + index * 4) & FORWARDING_FLAG) !== 0,
  }));
  return {
    capability: 'GracefulRestart',
    restarted: (header & RESTART_FLAG) !== 0,
    notification: (header & NOTIFICATION_FLAG) !== 0,
    restartTime: header & 0x0fff,
    families,
  };
}

/** The capabilities one after the other, as a Capabilities optional parameter holds them. */
export function encodeCapabilities(capabilities: readonly Capability[]): Uint8Array {
  const writer = new OctetWriter();
  for (const capability of capabilities) {
    const value = encodeValue(capability);
    writer.uint8(capability.capability === 'Unknown' ? capability.code : CODE[capability.capability]);
    writer.uint8(value.byteLength);
    writer.octets(value);
  }
  return writer.finish();
}

function encodeValue(capability: Capability): Uint8Array {
  const writer = new OctetWriter(8);
  switch (capability.capability) {
    case 'Multiprotocol':
      writer.uint16(capability.afi);
      writer.uint8(0);
      writer.uint8(capability.safi);
      break;
    case 'ExtendedNextHop':
      for (const { afi, safi, nextHopAfi } of capability.encodings) {
        writer.uint16(afi);
        writer.uint16(safi);
        writer.uint16(nextHopAfi);
      }
      break;
    case 'GracefulRestart':
      encodeGracefulRestart(writer, capability);
      break;
    case 'FourOctetAsNumber':
      writer.uint32(capability.asNumber);
      break;
    case 'Unknown':
      return capability.value;
    default:
      break;
  }
  return writer.finish();
}

function encodeGracefulRestart(writer: OctetWriter, capability: GracefulRestartCapability): void {
  const restarted = capability.restarted ? RESTART_FLAG : 0;
  const notification = capability.notification ? NOTIFICATION_FLAG : 0;
  writer.uint16(restarted | notification | Math.min(capability.restartTime, 0x0fff));
  for (const { afi, safi, forwarding } of capability.families) {
    writer.uint16(afi);
    writer.uint8(safi);
    writer.uint8(forwarding ? FORWARDING_FLAG : 0);
  }
}
