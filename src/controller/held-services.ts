import type { Verdict } from '../allocator/verdict.ts';
import type { AnnouncedService } from '../announcement/input.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { formatAddress } from '../ip/address.ts';

/** The Services that hold an address by these verdicts, as those see them who announce. */
export function heldServices(
  verdicts: Iterable<Verdict>,
  serviceOf: (key: string) => Service | undefined,
  poolOf: (name: string) => IPAddressPool | undefined,
): readonly AnnouncedService[] {
  return [...verdicts].flatMap(({ service: key, addresses: held, pool: name }) => {
    const service = serviceOf(key);
    if (service === undefined || held.length === 0) return [];
    const pool = name === null ? undefined : (poolOf(name)?.metadata ?? { name });
    return [{ service, addresses: held.map((address) => ({ address: formatAddress(address), pool })) }];
  });
}
