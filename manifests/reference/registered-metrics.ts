import { Registry } from 'prom-client';
import { addDaemonMetrics } from '../../src/cli/daemon/daemon-metrics.ts';
import { ControllerMetrics } from '../../src/controller/metrics.ts';
import { openRegistry } from '../../src/http/metrics.ts';
import { BgpMetrics } from '../../src/speaker/metrics/bgp.ts';
import { SpeakerMetrics } from '../../src/speaker/metrics/speaker.ts';

/** A metric as its registry has it. */
export interface RegisteredMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** The metrics that one part of Berth has. */
export interface MetricGroup {
  readonly title: string;
  readonly where: string;
  readonly metrics: readonly RegisteredMetric[];
}

/** Every metric of ours, from registries that are filled as the daemons fill theirs. */
export function registeredMetrics(): readonly MetricGroup[] {
  const daemon = openRegistry('');
  addDaemonMetrics({ registry: daemon, notReady: () => [], unreadable: () => [] });
  const controller = new Registry();
  new ControllerMetrics(controller, () => undefined);
  const speaker = new Registry();
  new SpeakerMetrics(speaker);
  new BgpMetrics(speaker);
  return [
    {
      title: 'Every daemon',
      where: '`berth controller`, `berth speaker` and `berth standalone`.',
      metrics: metricsOf(daemon),
    },
    {
      title: 'Controller',
      where: '`berth controller` and `berth standalone`; those that describe the cluster are told by the leader alone.',
      metrics: metricsOf(controller),
    },
    { title: 'Speaker', where: '`berth speaker` and `berth standalone`.', metrics: metricsOf(speaker) },
  ];
}

function metricsOf(registry: Registry): readonly RegisteredMetric[] {
  // prom-client's types do not tell the labels, which every metric has.
  return registry.getMetricsAsArray() as unknown as readonly RegisteredMetric[];
}
