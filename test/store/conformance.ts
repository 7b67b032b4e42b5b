import { afterEach, beforeEach, describe } from 'vitest';
import { describeApplying } from './conformance/applying.ts';
import { describeFinalizers } from './conformance/finalizers.ts';
import type { StoreHarness } from './conformance/harness.ts';
import { describeReading } from './conformance/reading.ts';
import { describeWriting } from './conformance/writing.ts';

/** What every {@link Store} does, whatever is behind it. */
export function describeStoreConformance(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(`${name}: what every store does`, { timeout: 30_000 }, () => {
    let harness: StoreHarness;

    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness.close());

    describeReading(() => harness);
    describeWriting(() => harness);
    describeApplying(() => harness);
    describeFinalizers(() => harness);
  });
}
