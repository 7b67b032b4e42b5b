import { setTimeout as pass } from 'node:timers/promises';
import type { ApiClient } from '../../test/cluster/api-client.ts';
import { createService, NAMESPACE, removeService } from '../converge/services.ts';

const SLICES = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`;
/** Services that are made a second; each lives for a second. */
const SERVICES = 4;
/** Writes a second: a Service and its EndpointSlice made, its endpoint gone and back, both removed. */
export const CHURN = SERVICES * 6;

/** Makes, changes and removes Services and their endpoints until it is told to stop. Gives the function that does. */
export function churn(api: ApiClient): () => Promise<void> {
  const lives = new Set<Promise<void>>();
  let fault: unknown;
  let count = 0;
  const timer = setInterval(() => {
    const life = live(api, `churn-${count++}`)
      .catch((error: unknown) => {
        fault = error;
      })
      .finally(() => lives.delete(life));
    lives.add(life);
  }, 1_000 / SERVICES);
  return async () => {
    clearInterval(timer);
    await Promise.all(lives);
    if (fault !== undefined) throw fault;
  };
}

async function live(api: ApiClient, name: string): Promise<void> {
  const serves = (ready: boolean) => ({
    endpoints: [{ addresses: ['10.244.0.2'], conditions: { ready, serving: ready } }],
  });
  await createService(api, name);
  await api.call('POST', SLICES, {
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    ...serves(true),
  });
  await pass(300);
  await api.call('PATCH', `${SLICES}/${name}`, serves(false));
  await pass(300);
  await api.call('PATCH', `${SLICES}/${name}`, serves(true));
  await pass(300);
  await api.call('DELETE', `${SLICES}/${name}`);
  await removeService(api, name);
}
