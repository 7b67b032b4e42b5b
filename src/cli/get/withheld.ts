import type { WithheldReason } from '../../api/reasons/announcement.ts';
import type { SpeakerStatus } from '../../api/speaker-status.ts';

/** A node that does not announce an address, and why. */
export interface WithheldBy {
  readonly node: string;
  /** A {@link WithheldReason}; a speaker of another version may know more of them. */
  readonly reason: string;
}

/** What the speakers give as examples of what they withhold, by `address namespace/name`. */
export function withheldByAddress(speakers: readonly SpeakerStatus[]): ReadonlyMap<string, readonly WithheldBy[]> {
  const found = new Map<string, WithheldBy[]>();
  for (const { metadata, status } of speakers) {
    for (const { reason, examples } of status?.withheld ?? []) {
      for (const example of examples) {
        const reasons = found.get(example) ?? [];
        found.set(example, reasons);
        // Once for a node, however many of its sessions are down.
        const isKnown = reasons.some((each) => each.node === metadata.name && each.reason === reason);
        if (!isKnown) reasons.push({ node: metadata.name, reason });
      }
    }
  }
  return found;
}

/** The nearer a node came to announcing an address, the more its reason tells. */
const MOST_TELLING_FIRST: readonly string[] = [
  'AddressConflict',
  'SessionDown',
  'FamilyNotNegotiated',
  'NoNextHop',
  'AttributesTooLong',
  'InterfaceDown',
  'OffSubnet',
  'InterfaceMissing',
  'NoLocalEndpoint',
  'NoEndpoints',
  'FamilyNotCarried',
  'PeerNotSelected',
  'NoPeer',
  'NodeNotReady',
  'NodeDraining',
  'NodeNetworkUnavailable',
  'NodeExcluded',
  'InterfacesUnknown',
  'SpeakerSilent',
  'ServiceNotSelected',
  'NodeNotSelected',
  'NoAdvertisement',
] satisfies readonly WithheldReason[];

/** The reason that tells most of why nobody announces an address; `NotOwner` tells nothing of that. */
export function mostTelling(withheld: readonly WithheldBy[]): string | undefined {
  const reasons = new Set(withheld.map(({ reason }) => reason).filter((reason) => reason !== 'NotOwner'));
  return MOST_TELLING_FIRST.find((reason) => reasons.has(reason)) ?? [...reasons][0];
}
