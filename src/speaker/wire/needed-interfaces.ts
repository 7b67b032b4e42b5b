import type { AssignedSegment, WireInterface } from './messages.ts';

/** The interfaces that frames of a family are needed on. */
export function interfacesOf(segments: readonly AssignedSegment[], isIPv6: boolean): readonly WireInterface[] {
  const family = (text: string) => text.includes(':') === isIPv6;
  return segments
    .filter(({ local, addresses }) => family(local) || addresses.some(({ address }) => family(address)))
    .map((segment) => segment.interface);
}
