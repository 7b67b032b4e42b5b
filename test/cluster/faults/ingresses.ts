import { expect } from 'vitest';
import { type Ingress, IngressKind } from '../../../src/api/kubernetes/ingress.ts';
import type { Store } from '../../../src/store/store.ts';

const SERVICE = 'berth.dev/service';

/** An Ingress for which a Service (`namespace/name`) stands. */
export function ingressOf(service: string): Ingress {
  const [namespace = '', name = ''] = service.split('/');
  const metadata = { namespace, name, annotations: { [SERVICE]: service } };
  const spec: object = { defaultBackend: { service: { name, port: { number: 80 } } } };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec };
}

/** Each Ingress shows the address of its Service. */
export async function expectIngresses(store: Store, addresses: ReadonlyMap<string, string>): Promise<void> {
  const ingresses = await store.list(IngressKind);
  const shown = ingresses.map(({ metadata, status }) => [
    metadata.annotations?.[SERVICE] ?? '',
    status?.loadBalancer?.ingress?.map(({ ip }) => ip).join(' '),
  ]);
  expect(shown).toEqual(shown.map(([service = '']) => [service, addresses.get(service)]));
}
