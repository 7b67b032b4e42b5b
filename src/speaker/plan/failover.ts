import { Advertisements } from '../../announcement/advertisements.ts';
import type { AnnouncedService } from '../../announcement/input.ts';
import { milliseconds } from '../../api/fields/duration.ts';
import type { L2Advertisement } from '../../api/l2-advertisement.ts';
import type { Pacing } from '../arp/gratuitous.ts';
import type { SegmentPeer } from '../wire/messages.ts';

/** What `spec.failover` of the L2Advertisements says, for all addresses. */
export interface Failover {
  /** How speakers watch one another: the shortest interval of all advertisements, as two nodes share one session. */
  readonly watch: Pick<SegmentPeer, 'interval' | 'multiplier'>;
  /**
   * How often an interface announces, which is for all its addresses: the shortest refresh of all advertisements, never
   * where none asks for it, and the lowest rate.
   */
  readonly pacing: Pacing;
  /**
   * Milliseconds after which an address moves back to a better placed node, 0 for never, by address.
   *
   * @param services all that share an address with one of them
   */
  holdOffs(services: readonly AnnouncedService[]): ReadonlyMap<string, number>;
}

/** Milliseconds of an address that no advertisement covers, as the schema fills them in. */
export const DEFAULT_HOLD_OFF = 300_000;
/** Where nothing is said, what the schema fills in. */
const DEFAULT_WATCH = { interval: 100, multiplier: 3 };
const DEFAULT_REFRESH = 60_000;

/** Reads the advertisements; of several for one address the one that moves it back last counts. */
export function failoverOf(advertisements: readonly L2Advertisement[], pools: readonly string[]): Failover {
  const covering = new Advertisements(advertisements, pools);
  const watches = advertisements.map(({ spec: { failover } }) => {
    return { interval: milliseconds(failover.interval), multiplier: failover.multiplier };
  });
  const [shortest = DEFAULT_WATCH] = watches.sort((a, b) => a.interval - b.interval || a.multiplier - b.multiplier);
  const refreshes = advertisements
    .map(({ spec: { failover } }) => milliseconds(failover.refresh))
    .filter((each) => each > 0);
  const refresh = advertisements.length === 0 ? DEFAULT_REFRESH : refreshes.length === 0 ? 0 : Math.min(...refreshes);
  const rates = advertisements.flatMap(({ spec: { failover } }) => failover.announcementRate ?? []);
  const rate = rates.length === 0 ? undefined : Math.min(...rates);
  return { watch: shortest, pacing: { refresh, rate }, holdOffs: (services) => holdOffsOf(services, covering) };
}

function holdOffsOf(services: readonly AnnouncedService[], covering: Advertisements): ReadonlyMap<string, number> {
  const holdOffs = new Map<string, number>();
  for (const { service, addresses } of services) {
    for (const { address, pool } of addresses) {
      for (const { spec } of covering.covering(pool, service).ofService) {
        const holdOff = milliseconds(spec.failover.holdOff);
        holdOffs.set(address, later(holdOffs.get(address) ?? holdOff, holdOff));
      }
    }
  }
  return holdOffs;
}

function later(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.max(a, b);
}
