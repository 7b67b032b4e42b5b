import { type Address, formatAddress, parseAddress } from '../../ip/address.ts';
import { formatMac, isGroupMac, parseMac, ZERO_MAC } from '../arp/mac-address.ts';
import type { BODY_TYPES, Claim, ClaimChange, ClaimEntry, MessageBody } from './message.ts';
import { MOVE_CAUSES, SPEAKER_STATES } from './message.ts';
import type { ToldMove } from './moves.ts';
import type { OctetReader, OctetWriter } from './octets.ts';

/** Claims in the order of their codes; 0 is none. */
const ROLES = [undefined, 'Owner', 'Held', 'Caretaker'] as const;
const FAMILY = { IPv4: 4, IPv6: 6 } as const;
const MAC_OCTETS = 6;
const MOST_AGE = 0xffff_ffff;
/** More moves than any node remembers are none of ours. */
const MOST_MOVES = 16;
/** RFC 4291 section 2.5.5.2: names an IPv4 address in a form that no neighbour can be asked for. */
const MAPPED = 0xffffn;

export function writeBody(writer: OctetWriter, body: MessageBody): void {
  switch (body.type) {
    case 'Hello':
      writer.number(SPEAKER_STATES.indexOf(body.state), 1);
      writer.big(BigInt(body.mac === undefined ? ZERO_MAC : parseMac(body.mac)), MAC_OCTETS);
      break;
    case 'Query':
      break;
    case 'Claims':
      writer.number(body.page, 2);
      writer.number(body.pages, 2);
      writer.number(body.claims.length, 1);
      for (const entry of body.claims) writeEntry(writer, entry);
      break;
    case 'Changes':
      writer.number(body.changes.length, 1);
      for (const entry of body.changes) writeEntry(writer, entry);
      break;
    case 'Offer':
      writeAddress(writer, body.address);
      writer.number(MOVE_CAUSES.indexOf(body.cause), 1);
      writeMoves(writer, body.moves);
      break;
    case 'Request':
    case 'Refuse':
      writeAddress(writer, body.address);
      break;
    case 'Witness':
      writer.number(body.addresses.length, 1);
      for (const address of body.addresses) writeAddress(writer, address);
      break;
    case 'Poll':
    case 'Final':
      writer.number(body.number, 4);
      break;
  }
}

/** Undefined where the content makes no sense; what is behind the end shows in the reader. */
export function readBody(reader: OctetReader, type: (typeof BODY_TYPES)[number]): MessageBody | undefined {
  switch (type) {
    case 'Hello': {
      const state = SPEAKER_STATES[reader.number(1)];
      const mac = Number(reader.big(MAC_OCTETS));
      if (state === undefined || isGroupMac(mac)) return undefined;
      return mac === ZERO_MAC ? { type, state } : { type, state, mac: formatMac(mac) };
    }
    case 'Query':
      return { type };
    case 'Claims': {
      const page = reader.number(2);
      const pages = reader.number(2);
      const claims = readEntries(reader);
      if (page >= pages || claims === undefined) return undefined;
      const held = claims.filter((entry): entry is ClaimEntry => entry.claim !== null);
      return held.length < claims.length ? undefined : { type, page, pages, claims: held };
    }
    case 'Changes': {
      const changes = readEntries(reader);
      return changes && changes.length > 0 ? { type, changes } : undefined;
    }
    case 'Offer': {
      const address = readAddress(reader);
      const cause = MOVE_CAUSES[reader.number(1)];
      const moves = readMoves(reader);
      if (address === undefined || cause === undefined || moves === undefined) return undefined;
      return { type, address, cause, moves };
    }
    case 'Request':
    case 'Refuse': {
      const address = readAddress(reader);
      return address === undefined ? undefined : { type, address };
    }
    case 'Witness': {
      const addresses = Array.from({ length: reader.number(1) }, () => readAddress(reader));
      const known = addresses.filter((address) => address !== undefined);
      return known.length < addresses.length ? undefined : { type, addresses: known };
    }
    case 'Poll':
    case 'Final':
      return { type, number: reader.number(4) };
  }
}

function writeEntry(writer: OctetWriter, entry: ClaimChange): void {
  const { claim } = entry;
  writeAddress(writer, entry.address);
  writer.number(claim === null ? 0 : ROLES.indexOf(claim.role), 1);
  if (claim?.role === 'Caretaker') writer.text(claim.of);
  writeAge(writer, entry.age);
  writeMoves(writer, entry.moves);
}

function readEntries(reader: OctetReader): readonly ClaimChange[] | undefined {
  const entries: ClaimChange[] = [];
  for (let left = reader.number(1); left > 0; left--) {
    const address = readAddress(reader);
    const code = reader.number(1);
    const role = ROLES[code];
    if (address === undefined || code >= ROLES.length) return undefined;
    const claim: Claim | null =
      role === undefined ? null : role === 'Caretaker' ? { role, of: reader.text() } : { role };
    const age = reader.number(4);
    const moves = readMoves(reader);
    if (moves === undefined) return undefined;
    entries.push({ address, claim, age, moves });
  }
  return entries;
}

function writeAddress(writer: OctetWriter, text: string): void {
  const address: Address = parseAddress(text);
  writer.number(FAMILY[address.family], 1);
  if (address.family === 'IPv4') writer.number(address.value, 4);
  else writer.big(address.value, 16);
}

function readAddress(reader: OctetReader): string | undefined {
  const family = reader.number(1);
  if (family === FAMILY.IPv4) return formatAddress({ family: 'IPv4', value: reader.number(4) });
  if (family !== FAMILY.IPv6) return undefined;
  const value = reader.big(16);
  return value >> 32n === MAPPED ? undefined : formatAddress({ family: 'IPv6', value });
}

function writeAge(writer: OctetWriter, age: number): void {
  writer.number(Math.min(MOST_AGE, Math.max(0, Math.round(age))), 4);
}

function writeMoves(writer: OctetWriter, moves: readonly ToldMove[]): void {
  const told = moves.slice(-MOST_MOVES);
  writer.number(told.length, 1);
  for (const { id, age } of told) {
    writer.number(id, 4);
    writeAge(writer, age);
  }
}

function readMoves(reader: OctetReader): readonly ToldMove[] | undefined {
  const count = reader.number(1);
  if (count > MOST_MOVES) return undefined;
  return Array.from({ length: count }, () => ({ id: reader.number(4), age: reader.number(4) }));
}
