import type { WithheldReason } from '../../api/reasons/announcement.ts';
import type { Judgement } from './routes.ts';

/** An address that a node tells no peer of, though a BGPAdvertisement covers it. */
export interface UntoldAddress {
  /** In the text form of RFC 5952. */
  readonly address: string;
  readonly reason: WithheldReason;
}

/** Of the addresses of a judged Service, those that no peer is told of. @param peers how many the node has */
export function untoldAddresses({ withheld }: Judgement, peers: number): readonly UntoldAddress[] {
  const untold: UntoldAddress[] = [];
  const untoldTo = new Map<string, number>();
  for (const { address, peer, reason } of withheld) {
    if (reason === 'NoAdvertisement') continue;
    const count = (untoldTo.get(address) ?? 0) + 1;
    untoldTo.set(address, count);
    if (peer === undefined || count === peers) untold.push({ address, reason });
  }
  return untold;
}

/** Whether a BGPAdvertisement covers an address of a judged Service. */
export function isCovered({ withheld }: Judgement, address: string): boolean {
  return !withheld.some((each) => each.address === address && each.reason === 'NoAdvertisement');
}
