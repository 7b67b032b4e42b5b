import type { PlannedAddress } from './protocol.ts';

/** Whether two plans say the same of their address. */
export function isSamePlan(a: PlannedAddress | undefined, b: PlannedAddress): boolean {
  return (
    a !== undefined &&
    a.holdOff === b.holdOff &&
    a.draining === b.draining &&
    a.candidates.length === b.candidates.length &&
    a.candidates.every((node, index) => node === b.candidates[index])
  );
}
