import { BERTH_NAMESPACE, SPEAKER_LEASE_PREFIX } from './access.ts';
import type { Lease } from './kubernetes/lease.ts';
import type { ObjectKey } from './object.ts';

/** Where the Lease is that stands for the speaker of a node. */
export function leaseKeyOf(node: string): ObjectKey & { readonly namespace: string } {
  return { namespace: BERTH_NAMESPACE, name: `${SPEAKER_LEASE_PREFIX}${node}` };
}

/** The node whose speaker a Lease stands for, or undefined for another Lease. */
export function nodeOfLease({ metadata }: Lease): string | undefined {
  if (metadata.namespace !== BERTH_NAMESPACE || !metadata.name.startsWith(SPEAKER_LEASE_PREFIX)) return undefined;
  return metadata.name.slice(SPEAKER_LEASE_PREFIX.length);
}
