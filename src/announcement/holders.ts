import type { SpeakerStatus } from '../api/speaker-status.ts';
import { formatAddress, parseAddress, parseOrUndefined } from '../ip/address.ts';

/** The nodes that report themselves as owner, by address in the text form of RFC 5952. */
export function holders(speakers: readonly SpeakerStatus[]): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map<string, Set<string>>();
  for (const { metadata, status } of speakers) {
    for (const { address, role } of status?.l2 ?? []) {
      const text = role === 'Owner' ? canonicalAddress(address) : undefined;
      if (text === undefined) continue;
      const nodes = holders.get(text);
      if (nodes) nodes.add(metadata.name);
      else holders.set(text, new Set([metadata.name]));
    }
  }
  return holders;
}

/** The text form of RFC 5952 of an address; undefined where it is none. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseOrUndefined(text, parseAddress);
  return address && formatAddress(address);
}
