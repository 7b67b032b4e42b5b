import { bitsOf, type IPFamily } from '../../../ip/family.ts';
import type { Prefix } from '../../../ip/prefix.ts';
import type { OctetWriter } from './octet-writer.ts';
import { uint8At } from './octets.ts';

/** Octets that the prefix takes in a field of NLRI (RFC 4271 section 4.3, RFC 4760 section 5). */
export function nlriLength(prefix: Prefix): number {
  return 1 + octetsOf(prefix.length);
}

/** Writes one prefix; bits behind its length go out as zeros. */
export function encodeNlri(writer: OctetWriter, { address, length }: Prefix): void {
  writer.uint8(length);
  if (address.family === 'IPv4') encodeIPv4(writer, address.value, length);
  else encodeIPv6(writer, address.value, length);
}

function encodeIPv4(writer: OctetWriter, address: number, length: number): void {
  if (length === 32) {
    writer.uint32(address);
    return;
  }
  const network = length === 0 ? 0 : address & (-1 << (32 - length));
  for (let octet = 0; octet < octetsOf(length); octet++) writer.uint8(network >>> (24 - 8 * octet));
}

function encodeIPv6(writer: OctetWriter, address: bigint, length: number): void {
  const host = BigInt(128 - length);
  const network = length === 128 ? address : (address >> host) << host;
  writer.uint64(network >> 64n);
  writer.uint64(network);
  writer.drop(16 - octetsOf(length));
}

/**
 * How many prefixes the field holds. Undefined where it is syntactically incorrect: a length that the family does not
 * have, or a last prefix that is cut short (RFC 7606 section 5.3).
 */
export function countNlri(field: Uint8Array, family: IPFamily): number | undefined {
  const bits = bitsOf(family);
  let count = 0;
  let offset = 0;
  while (offset < field.byteLength) {
    const length = uint8At(field, offset);
    if (length > bits) return undefined;
    offset += 1 + octetsOf(length);
    count += 1;
  }
  return offset === field.byteLength ? count : undefined;
}

/** Reads a field that {@link countNlri} accepts. */
export class NlriReader {
  readonly #field: Uint8Array;
  readonly #family: IPFamily;
  #offset = 0;

  constructor(field: Uint8Array, family: IPFamily) {
    this.#field = field;
    this.#family = family;
  }

  /** The next prefix, its trailing bits cleared; undefined behind the last one. */
  next(): Prefix | undefined {
    if (this.#offset >= this.#field.byteLength) return undefined;
    const length = uint8At(this.#field, this.#offset);
    const start = this.#offset + 1;
    this.#offset = start + octetsOf(length);
    if (this.#family === 'IPv4') {
      return { address: { family: 'IPv4', value: networkIPv4(this.#field, start, length) }, length };
    }
    const octets = this.#field.subarray(start, this.#offset);
    return { address: { family: 'IPv6', value: networkIPv6(octets, length) }, length };
  }
}

/** The prefixes of a field that {@link countNlri} accepted, their trailing bits cleared. */
export function* prefixesOf(field: Uint8Array, family: IPFamily): Generator<Prefix> {
  const reader = new NlriReader(field, family);
  for (let prefix = reader.next(); prefix !== undefined; prefix = reader.next()) yield prefix;
}

function networkIPv4(field: Uint8Array, start: number, length: number): number {
  let value = 0;
  for (let octet = 0; octet < octetsOf(length); octet++) value |= uint8At(field, start + octet) << (24 - 8 * octet);
  return length === 0 ? 0 : (value & (-1 << (32 - length))) >>> 0;
}

function networkIPv6(octets: Uint8Array, length: number): bigint {
  const host = BigInt(128 - length);
  let value = 0n;
  for (const octet of octets) value = (value << 8n) | BigInt(octet);
  return ((value << BigInt(128 - octets.byteLength * 8)) >> host) << host;
}

function octetsOf(length: number): number {
  return (length + 7) >> 3;
}
