import { formatIPv4 } from '../src/ip/address.ts';

/**
 * The baseline: first fit as a walk from the first address of the pool over all that are used, a text and a map look-up
 * for each, which is what an allocator without an index of free space does.
 */
export function firstFitWalk(first: number, size: number, services: number): void {
  const used = new Map<string, string>();
  for (let index = 0; index < services; index++) {
    for (let offset = 0; offset < size; offset++) {
      const address = formatIPv4(first + offset);
      if (used.has(address)) continue;
      used.set(address, `default/s${index}`);
      break;
    }
  }
}
