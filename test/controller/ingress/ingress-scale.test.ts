import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { IngressKind } from '../../../src/api/kubernetes/ingress.ts';
import { IngressClassKind } from '../../../src/api/kubernetes/ingress-class.ts';
import type { Service } from '../../../src/api/kubernetes/service.ts';
import type { KubernetesObject } from '../../../src/api/object.ts';
import { NO_EVENTS } from '../../../src/controller/event-sink.ts';
import { IngressStatus } from '../../../src/controller/ingress/ingress-status.ts';
import { ControllerMetrics } from '../../../src/controller/metrics.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import { FakeClock } from '../fake-clock.ts';
import { CrashingStore, MemoryServer } from '../memory-server.ts';

const INGRESSES = 2_000;

const CLASS: KubernetesObject & { readonly spec: object } = {
  apiVersion: IngressClassKind.apiVersion,
  kind: 'IngressClass',
  metadata: { name: 'cilium' },
  spec: { controller: 'cilium.io/ingress-controller' },
};

function ingress(number: number): KubernetesObject {
  const { apiVersion, kind } = IngressKind;
  const spec: object = { ingressClassName: 'cilium' };
  return { apiVersion, kind, metadata: { namespace: 'default', name: `i${number}` }, ...{ spec } };
}

function dedicated(number: number): Service {
  const metadata = { namespace: 'default', name: `cilium-ingress-i${number}` };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'LoadBalancer' } };
}

describe('the status of very many Ingresses', () => {
  it('is looked at where a Service has changed that stands for it, and nowhere else', async () => {
    const numbers = Array.from({ length: INGRESSES }, (_, number) => number);
    const store = new CrashingStore(new MemoryServer([CLASS, ...numbers.map(ingress)]));
    const serviceOf = vi.fn((): Service | undefined => undefined);
    const clock = new FakeClock();
    const status = new IngressStatus({
      store,
      leadership: {
        held: () => true,
        holder: () => 'test',
        onChange: () => () => {},
        start: () => {},
        stop: async () => {},
      },
      logger: silentLogger,
      metrics: new ControllerMetrics(new Registry(), () => undefined),
      events: NO_EVENTS,
      clock,
      grace: 90_000,
      serviceOf,
    });
    await status.synced;
    status.begin();
    expect(serviceOf).toHaveBeenCalledTimes(INGRESSES);
    serviceOf.mockClear();
    for (const number of [3, 5]) status.onService(dedicated(number), false);
    clock.advance(1_000);
    expect(serviceOf.mock.calls).toEqual([['default/cilium-ingress-i3'], ['default/cilium-ingress-i5']]);
    await status.stop();
  });
});
