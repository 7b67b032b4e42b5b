import { createRequire } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addProcessMetrics, openRegistry } from '../../src/http/metrics.ts';

/** As prom-client has it, which looks it up when it begins to measure. */
const hooks = createRequire(import.meta.url)('perf_hooks') as typeof import('node:perf_hooks');

afterEach(() => vi.restoreAllMocks());

describe('addProcessMetrics', () => {
  it('tells what the process uses, and looks at the event loop twice a second for it, not a hundred times', async () => {
    const monitor = vi.spyOn(hooks, 'monitorEventLoopDelay');
    const registry = openRegistry('0.0.0');
    addProcessMetrics(registry);
    expect(monitor.mock.calls).toEqual([[{ resolution: 500 }]]);
    for (const { value } of monitor.mock.results) value.disable();
    expect(await registry.metrics()).toMatch(/^process_resident_memory_bytes \d/m);
  });
});
