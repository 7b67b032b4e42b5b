import type { Lease } from '../api/kubernetes/lease.ts';

/** Whether a speaker lives, as a condition's status is written. */
export type LifeSign = 'True' | 'False' | 'Unknown';

/** How far the clocks of two machines may be apart before a live speaker is taken for a silent one. Milliseconds. */
const CLOCK_SKEW = 2_000;

/**
 * A speaker that stops removes its Lease. One that died leaves a Lease that is not renewed for as long as it promised:
 * here judged by the clocks of both machines, since a command does not live long enough to see it renewed.
 */
export function lifeSign(lease: Lease | undefined, now: Date): LifeSign {
  if (lease === undefined) return 'False';
  const renewed = Date.parse(lease.spec?.renewTime ?? '');
  const seconds = lease.spec?.leaseDurationSeconds;
  if (Number.isNaN(renewed) || seconds === undefined) return 'Unknown';
  return now.getTime() - renewed <= seconds * 1000 + CLOCK_SKEW ? 'True' : 'False';
}
