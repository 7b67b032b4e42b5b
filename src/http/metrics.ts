import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What the other layers make their `berth_*` metrics of, with `registers: [registry]`. */
export { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A registry that says which Berth this is. Each layer adds its own `berth_*` metrics to it. */
export function openRegistry(version: string): Registry {
  const registry = new Registry();
  const info = new Gauge({
    name: 'berth_build_info',
    help: 'Always 1; the labels say which version runs on which Node.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  });
  info.set({ version, node_version: process.version }, 1);
  return registry;
}

/**
 * Milliseconds between two looks at the event loop. Each wakes the process: every 10, as by default, they are half a percent
 * of a core, and every 100 a twentieth (measured).
 */
const LOOP_INTERVAL = 500;

/**
 * Adds the memory, processor time and event loop delay of the process. It goes on measuring until the process ends. The
 * delays, but for `nodejs_eventloop_lag_seconds`, are those of a timer: its interval of 0.5 s is in them.
 */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_INTERVAL });
}
