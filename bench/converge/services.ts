import type { ApiClient } from '../../test/cluster/api-client.ts';

/** Where the Services of the bench are. */
export const NAMESPACE = 'bench';
const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;
/** How many requests of the bench's own are under way at once. */
const CONNECTIONS = 16;

/** The names of so many Services. */
export function names(count: number, prefix = 's'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`);
}

/** Creates a Service that asks for an address. */
export async function createService(api: ApiClient, name: string): Promise<void> {
  await api.call('POST', SERVICES, pendingService(name));
}

/** The same where it is not there yet. */
export async function ensureService(api: ApiClient, name: string): Promise<void> {
  const { status, body } = await api.try('POST', SERVICES, pendingService(name));
  if (status !== 201 && status !== 409)
    throw new Error(`bench: creating ${name} was answered with ${status}: ${JSON.stringify(body)}`);
}

/** There are not enough node ports for 10,000. */
function pendingService(name: string): object {
  return {
    metadata: { name },
    spec: {
      type: 'LoadBalancer',
      allocateLoadBalancerNodePorts: false,
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    },
  };
}

/** Takes a Service's whole status away, so that it is pending again. */
export async function resetService(api: ApiClient, name: string): Promise<void> {
  await api.call('PATCH', `${SERVICES}/${name}/status`, {
    status: { loadBalancer: { ingress: null }, conditions: null },
  });
}

export async function removeService(api: ApiClient, name: string): Promise<void> {
  await api.call('DELETE', `${SERVICES}/${name}`);
}

/** Removes all Services of the bench. An API server gives a request up after a minute, which 10,000 may take longer than. */
export async function removeServices(api: ApiClient): Promise<void> {
  for (;;) {
    const { status } = await api.try('DELETE', SERVICES);
    if (status === 200) return;
    if (status !== 504) throw new Error(`bench: removing all Services was answered with ${status}`);
  }
}

/** How many events there are in the namespace of the bench. */
export async function countEvents(api: ApiClient): Promise<number> {
  const path = `/api/v1/namespaces/${NAMESPACE}/events?limit=1`;
  const { items, metadata } = await api.call<{
    readonly items: readonly unknown[];
    readonly metadata: { readonly remainingItemCount?: number };
  }>('GET', path);
  return items.length + (metadata.remainingItemCount ?? 0);
}

/** The status that the controller wrote, as JSON with `ADDRESS` for the address. */
export async function statusTemplate(api: ApiClient, name: string): Promise<string> {
  const { status } = await api.call<{ status: { loadBalancer: { ingress: [{ ip: string }] } } }>(
    'GET',
    `${SERVICES}/${name}`,
  );
  return JSON.stringify(status).replaceAll(status.loadBalancer.ingress[0].ip, 'ADDRESS');
}

/** Does something to each of the names, over 16 connections. */
export async function forEach(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
  const rest = names.values();
  const hand = async () => {
    for (const name of rest) await work(name);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, hand));
}
