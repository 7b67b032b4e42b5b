import { type Capability, decodeCapabilities, encodeCapabilities } from './capability.ts';
import { ERROR, OPEN_ERROR } from './error-codes.ts';
import { type NotificationMessage, notification } from './notification.ts';
import { OctetWriter } from './octet-writer.ts';
import { uint8At, uint16At, uint32At } from './octets.ts';

/** OPEN (RFC 4271 section 4.2). The version is always 4. */
export interface OpenMessage {
  readonly type: 'OPEN';
  /** My Autonomous System: 16 bits, 23456 where the AS number needs more (RFC 6793 section 9). */
  readonly asNumber: number;
  /** Seconds, 0 to 65535. */
  readonly holdTime: number;
  /** Unsigned 32 bits. */
  readonly bgpIdentifier: number;
  /** In the order of the message; those of several optional parameters one after the other (RFC 5492 section 4). */
  readonly capabilities: readonly Capability[];
}

/** The OPEN, or what has to be answered. */
export type DecodedOpen =
  | { readonly ok: true; readonly message: OpenMessage }
  | { readonly ok: false; readonly notification: NotificationMessage };

const VERSION = 4;
/** Octets before the optional parameters. */
const FIXED = 10;
const CAPABILITIES_PARAMETER = 2;
/** RFC 9072 section 2: Non-Ext OP Len. and Non-Ext OP Type of the extended format. */
const EXTENDED = 255;

/**
 * Reads what follows the header: at least 10 octets, as the header check made sure. Syntax alone is judged here; whether
 * AS number, hold time and identifier are acceptable depends on the peer.
 */
export function decodeOpen(body: Uint8Array): DecodedOpen {
  if (uint8At(body, 0) !== VERSION) {
    return refused(OPEN_ERROR.unsupportedVersionNumber, new Uint8Array([0, VERSION]));
  }
  const parameters = parametersOf(body);
  if (parameters === undefined) return refused(OPEN_ERROR.unspecific);
  const capabilities: Capability[] = [];
  for (const { type, value } of parameters) {
    if (type !== CAPABILITIES_PARAMETER) return refused(OPEN_ERROR.unsupportedOptionalParameter);
    const decoded = decodeCapabilities(value);
    if (decoded === undefined) return refused(OPEN_ERROR.unspecific);
    capabilities.push(...decoded);
  }
  const message: OpenMessage = {
    type: 'OPEN',
    asNumber: uint16At(body, 1),
    holdTime: uint16At(body, 3),
    bgpIdentifier: uint32At(body, 5),
    capabilities,
  };
  return { ok: true, message };
}

function refused(subcode: number, data?: Uint8Array): DecodedOpen {
  return { ok: false, notification: notification(ERROR.openMessage, subcode, data) };
}

interface OptionalParameter {
  readonly type: number;
  readonly value: Uint8Array;
}

/** The optional parameters in either format; undefined where lengths do not add up. */
function parametersOf(body: Uint8Array): readonly OptionalParameter[] | undefined {
  const length = uint8At(body, FIXED - 1);
  const extended = length !== 0 && body.byteLength >= FIXED + 3 && uint8At(body, FIXED) === EXTENDED;
  const field = body.subarray(extended ? FIXED + 3 : FIXED);
  if (field.byteLength !== (extended ? uint16At(body, FIXED + 1) : length)) return undefined;
  const header = extended ? 3 : 2;
  const parameters: OptionalParameter[] = [];
  let offset = 0;
  while (offset < field.byteLength) {
    if (field.byteLength - offset < header) return undefined;
    const size = extended ? uint16At(field, offset + 1) : uint8At(field, offset + 1);
    const value = field.subarray(offset + header, offset + header + size);
    if (value.byteLength !== size) return undefined;
    parameters.push({ type: uint8At(field, offset), value });
    offset += header + size;
  }
  return parameters;
}

/** Writes what follows the header, in the extended format (RFC 9072) only where the capabilities need it. */
export function encodeOpen({ asNumber, holdTime, bgpIdentifier, capabilities }: OpenMessage): Uint8Array {
  const writer = new OctetWriter();
  writer.uint8(VERSION);
  writer.uint16(asNumber);
  writer.uint16(holdTime);
  writer.uint32(bgpIdentifier);
  const value = encodeCapabilities(capabilities);
  if (value.byteLength === 0) {
    writer.uint8(0);
  } else if (value.byteLength + 2 <= 255) {
    writer.uint8(value.byteLength + 2);
    writer.uint8(CAPABILITIES_PARAMETER);
    writer.uint8(value.byteLength);
  } else {
    writer.uint8(EXTENDED);
    writer.uint8(EXTENDED);
    writer.uint16(value.byteLength + 3);
    writer.uint8(CAPABILITIES_PARAMETER);
    writer.uint16(value.byteLength);
  }
  writer.octets(value);
  return writer.finish();
}
