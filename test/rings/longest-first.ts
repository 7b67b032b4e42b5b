import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longer than half a minute, the longest first, as measured on two cores. Where files run beside each other,
 * one of these that began last would run on alone; vitest knows no times in a fresh clone, and goes by the size of files.
 */
export const LONGEST: readonly string[] = [
  'test/sim/large.test.ts',
  'test/cluster/faults/faults.test.ts',
  'test/cluster/install/life.test.ts',
  'test/cluster/demo.test.ts',
  'test/cluster/install/helm.test.ts',
  'test/cluster/new-user.test.ts',
  'test/cluster/speaker-restart.test.ts',
  'test/cluster/migration.test.ts',
  'test/cluster/controller/ingress.test.ts',
  'test/cluster/install/removed-rights.test.ts',
  'test/cluster/commands/plan.test.ts',
  'test/cluster/commands/service.test.ts',
  'test/lab/speaker/bgp-interop.test.ts',
  'test/lab/speaker/ownership.test.ts',
  'test/lab/speaker/unserved.test.ts',
  'test/lab/speaker/copies.test.ts',
  'test/lab/speaker/router-config.test.ts',
  'test/lab/speaker/bgp-standalone.test.ts',
  'test/lab/speaker/bgp-bird.test.ts',
  'test/lab/demo.test.ts',
];

/** Begins with {@link LONGEST}; all others follow in the order that vitest gives them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId));
  }
}

/** The place of a file, given by its path, among {@link LONGEST}; behind all of them where it is not named there. */
export function rankOf(file: string): number {
  const place = LONGEST.indexOf(relative('.', file));
  return place < 0 ? LONGEST.length : place;
}
