import type { IPFamily } from '../../ip/family.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';
import { decodeAttributes, encodeAttributes, readU32, u32 } from './attribute.ts';

export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;
export const RTM_GETRULE = 34;

/** A rule that sends whatever arrives from outside to a table of routes. */
export interface IncomingRule {
  readonly family: IPFamily;
  /** Rules are asked in ascending order; 0 is that of the local table. */
  readonly priority: number;
  readonly table: number;
}

const AF = { IPv4: 2, IPv6: 10 } as const;
const FR_ACT_TO_TBL = 1;
/** FIB_RULE_INVERT: all but what the selectors match. */
const INVERT = 2;
const FRA_IIFNAME = 3;
const FRA_PRIORITY = 6;
const FRA_TABLE = 15;

/** struct fib_rule_hdr: u8 family, destination length, source length, tos, table, two reserved, action; u32 flags. */
const HEADER_LENGTH = 12;

/** The payload of RTM_NEWRULE and RTM_DELRULE. What the node itself sends is of `lo`, and is left alone. */
export function encodeIncomingRule({ family, priority, table }: IncomingRule): Uint8Array {
  const attributes = encodeAttributes([
    [FRA_IIFNAME, new TextEncoder().encode('lo\0')],
    [FRA_PRIORITY, u32(priority)],
    [FRA_TABLE, u32(table)],
  ]);
  const payload = new Uint8Array(HEADER_LENGTH + attributes.length);
  const view = viewOf(payload);
  view.setUint8(0, AF[family]);
  view.setUint8(7, FR_ACT_TO_TBL);
  view.setUint32(8, INVERT, HOST_LITTLE_ENDIAN);
  payload.set(attributes, HEADER_LENGTH);
  return payload;
}

/** The payload that asks, in an RTM_GETRULE dump, for all rules of a family. */
export function encodeRuleRequest(family: IPFamily): Uint8Array {
  const payload = new Uint8Array(HEADER_LENGTH);
  payload[0] = AF[family];
  return payload;
}

/** The table that the rule in the payload of RTM_NEWRULE sends to; undefined when it is malformed or does something else. */
export function decodeRuleTable(payload: Uint8Array): number | undefined {
  if (payload.length < HEADER_LENGTH || payload[7] !== FR_ACT_TO_TBL) return undefined;
  return readU32(decodeAttributes(payload.subarray(HEADER_LENGTH)).get(FRA_TABLE)) ?? payload[4];
}
