import type { SpeakerReport } from '../../api/speaker-status.ts';
import { type Address, parseAddress, parseOrUndefined } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import { parsePrefix, prefixContains } from '../../ip/prefix.ts';

type Session = NonNullable<SpeakerReport['sessions']>[number];

/** Why a session does not tell of an address. */
export interface SessionBar {
  /** A `WithheldReason`; a speaker of another version may know more of them. */
  readonly reason: string;
  /** For people. */
  readonly detail: string;
}

/**
 * Why an Established session does not tell of an address that it is to; undefined where it does. Speakers of older
 * versions report no families, and are taken to tell everything.
 *
 * @param text in the text form of RFC 5952
 */
export function sessionBar({ families, notCarried = [], oversized }: Session, text: string): SessionBar | undefined {
  // Asked for each of thousands of addresses.
  const family: IPFamily = text.includes(':') ? 'IPv6' : 'IPv4';
  if (families !== undefined && !families.includes(family)) {
    const why = notCarried.find((each) => each.family === family);
    const carried = families.length === 0 ? 'no family' : `${families.join(' and ')} alone`;
    const detail = why?.text ?? `the session carries ${carried}`;
    return { reason: why?.reason ?? 'FamilyNotCarried', detail };
  }
  if (oversized === undefined) return undefined;
  const address = parseAddress(text);
  const prefix = oversized.examples.find((each) => contains(each, address));
  if (prefix === undefined) return undefined;
  const detail = `the attributes of ${prefix} do not fit one message: take communities out of its BGPAdvertisements`;
  return { reason: 'AttributesTooLong', detail };
}

function contains(prefix: string, address: Address): boolean {
  const network = parseOrUndefined(prefix, parsePrefix);
  return network !== undefined && prefixContains(network, address);
}
