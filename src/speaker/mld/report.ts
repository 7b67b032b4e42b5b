import { writeAddress } from '../ndp/field.ts';

/** A message of a listener, from the ICMPv6 header on. Its checksum is 0: it depends on the address that it is sent from. */
export interface MldMessage {
  readonly destination: bigint;
  readonly bytes: Uint8Array;
}

/**
 * What a listener says of a group (RFC 3810 section 5.2.12), from whatever source: that it listens, as it was asked;
 * that it no longer does; that it does from now on.
 */
const RECORD_TYPES = { IsExclude: 2, ToInclude: 3, ToExclude: 4 } as const;

/** One group in a report. */
export interface MldRecord {
  readonly type: keyof typeof RECORD_TYPES;
  readonly group: bigint;
}

/** As many as fit into a packet on every link: 1,280 octets (RFC 8200 section 5) less 56 of headers, 20 a group. */
export const RECORDS_A_REPORT = 61;

const REPORT_VERSION_1 = 131;
const DONE = 132;
const REPORT_VERSION_2 = 143;
/** ff02::2, all routers, and ff02::16, all that understand MLD version 2. */
const ALL_ROUTERS = 0xff02_0000_0000_0000_0000_0000_0000_0002n;
const ALL_MLDV2_ROUTERS = 0xff02_0000_0000_0000_0000_0000_0000_0016n;
const HEADER = 8;
const RECORD = 20;

/** Tells of up to {@link RECORDS_A_REPORT} groups (RFC 3810 section 5.2). */
export function report(records: readonly MldRecord[]): MldMessage {
  const bytes = new Uint8Array(HEADER + RECORD * records.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, REPORT_VERSION_2);
  view.setUint16(6, records.length);
  records.forEach(({ type, group }, index) => {
    view.setUint8(HEADER + RECORD * index, RECORD_TYPES[type]);
    writeAddress(view, HEADER + RECORD * index + 4, group);
  });
  return { destination: ALL_MLDV2_ROUTERS, bytes };
}

/** Tells routers that know only version 1 that the group is listened to (RFC 2710 section 3). */
export function reportVersion1(group: bigint): MldMessage {
  return { destination: group, bytes: version1(REPORT_VERSION_1, group) };
}

/** Tells them that it no longer is. */
export function doneVersion1(group: bigint): MldMessage {
  return { destination: ALL_ROUTERS, bytes: version1(DONE, group) };
}

function version1(type: number, group: bigint): Uint8Array {
  const bytes = new Uint8Array(HEADER + 16);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  writeAddress(view, HEADER, group);
  return bytes;
}
