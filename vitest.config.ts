import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/rings/longest-first.ts';
import { inNamespaces } from './test/rings/namespaces.ts';

/**
 * Five rings: `unit` and `sim` need nothing but Node.js; `runtimes` starts what was built under every Node.js we support; `lab`
 * and `cluster` run each file inside namespaces that `test/lab/enter` makes.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/seed.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/sim/**', 'test/runtimes/**', 'test/lab/**', 'test/cluster/**'],
          pool: 'threads',
          isolate: false,
          // None takes more than a few seconds; machines may be ten times as busy as expected.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'sim',
          include: ['test/sim/*.test.ts'],
          pool: 'forks',
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'runtimes',
          include: ['test/runtimes/*.test.ts'],
          pool: 'forks',
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'lab',
          // Kernels and servers of a busy machine are late at times; what fails three times is no accident.
          retry: 2,
          include: ['test/lab/**/*.test.ts'],
          pool: inNamespaces,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'cluster',
          // Kernels and servers of a busy machine are late at times; what fails three times is no accident.
          retry: 2,
          include: ['test/cluster/**/*.test.ts'],
          pool: inNamespaces,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
