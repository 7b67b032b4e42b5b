import { setCondition } from '../api/conditions.ts';
import type { L2Advertisement } from '../api/l2-advertisement.ts';
import type { ADVERTISEMENT_REASONS } from '../api/reasons/announcement.ts';
import { READY } from '../api/reasons/reasons.ts';
import type { MergePatch, StatusOf } from '../store/store.ts';

/** A change of an advertisement's status. */
export type AdvertisementStatusPatch = MergePatch<StatusOf<L2Advertisement>>;

/** What has to change in an advertisement's status so that it names the pools that do not exist; null when nothing has. */
export function advertisementStatusPatch(
  advertisement: L2Advertisement,
  isPool: (name: string) => boolean,
  now: string,
): AdvertisementStatusPatch | null {
  const { metadata, spec, status } = advertisement;
  const unknown = (spec.ipAddressPools ?? []).filter((name) => !isPool(name)).sort();
  const reason: keyof typeof ADVERTISEMENT_REASONS = unknown.length === 0 ? 'Ready' : 'UnknownPool';
  const conditions = setCondition(
    status?.conditions,
    {
      type: READY,
      status: unknown.length === 0 ? 'True' : 'False',
      reason,
      message: unknown.length === 0 ? 'the advertisement is in force' : missing(unknown),
      ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    },
    now,
  );
  return conditions === status?.conditions ? null : { conditions };
}

function missing(pools: readonly string[]): string {
  const names = pools.join(', ');
  return pools.length === 1
    ? `spec.ipAddressPools names ${names}, and there is no such IPAddressPool: create it, or take the name out`
    : `spec.ipAddressPools names ${names}, and there are no such IPAddressPools: create them, or take the names out`;
}
