import type { PoolReport } from '../allocator/pool-report.ts';
import { setCondition } from '../api/conditions.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { READY } from '../api/reasons/reasons.ts';
import type { MergePatch, StatusOf } from '../store/store.ts';

/** A change of a pool's status. */
export type PoolStatusPatch = MergePatch<StatusOf<IPAddressPool>>;

/** What has to change in a pool's status so that it says what was reported; null when it says so already. */
export function poolStatusPatch(pool: IPAddressPool, report: PoolReport, now: string): PoolStatusPatch | null {
  const { name: _, ready, reason, message, ...counters } = report;
  const conditions = setCondition(
    pool.status?.conditions,
    {
      type: READY,
      status: ready ? 'True' : 'False',
      reason,
      message,
      ...(pool.metadata.generation === undefined ? {} : { observedGeneration: pool.metadata.generation }),
    },
    now,
  );
  // What a pool has offered is from it: one that is not Ready offers nothing, and may have given what it listed before.
  const addresses = ready ? pool.spec.addresses : pool.status?.addresses;
  const facts = { ...counters, ...(addresses === undefined ? {} : { addresses }) };
  const same = JSON.stringify(factsOf(pool.status)) === JSON.stringify(factsOf(facts));
  return same && conditions === pool.status?.conditions ? null : { ...facts, conditions };
}

function factsOf(status: StatusOf<IPAddressPool> | undefined): readonly unknown[] {
  const { totalIPv4, assignedIPv4, availableIPv4, totalIPv6, assignedIPv6, availableIPv6, retained, addresses } =
    status ?? {};
  const kept = (retained ?? []).map(({ address, service }) => [address, service]);
  return [totalIPv4, assignedIPv4, availableIPv4, totalIPv6, assignedIPv6, availableIPv6, kept, addresses];
}
