import { describe, expect, it } from 'vitest';
import { type Gateway, GatewayKind } from '../../src/api/kubernetes/gateway.ts';
import { type GatewayClass, GatewayClassKind } from '../../src/api/kubernetes/gateway-class.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { keyText } from '../../src/api/object.ts';
import { gatewayServices } from '../../src/ingress/known-gateways.ts';

function edge(spec: object = {}): Gateway {
  const { apiVersion, kind } = GatewayKind;
  const parsed = GatewayKind.parse({
    ...{ apiVersion, kind, metadata: { namespace: 'team-a', name: 'edge' } },
    spec: { gatewayClassName: 'mesh', ...spec },
  });
  if (!parsed.ok) throw new Error('no Gateway');
  return parsed.object;
}

function classOf(controllerName: string): GatewayClass {
  const { apiVersion, kind } = GatewayClassKind;
  const parsed = GatewayClassKind.parse({ apiVersion, kind, metadata: { name: 'mesh' }, spec: { controllerName } });
  if (!parsed.ok) throw new Error('no GatewayClass');
  return parsed.object;
}

function service(
  key: string,
  labels: Record<string, string> = {},
  type: 'LoadBalancer' | 'ClusterIP' = 'LoadBalancer',
) {
  const [namespace = '', name = ''] = key.split('/');
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name, labels }, spec: { type } } as Service;
}

const GENERIC = 'gateway.networking.k8s.io/gateway-name';
const ENVOY = 'gateway.envoyproxy.io/owning-gateway';

function found(gateway: Gateway, services: readonly Service[], controller?: string): string {
  const itsClass = controller === undefined ? undefined : classOf(controller);
  const { by, services: some } = gatewayServices(gateway, itsClass, services);
  return some.length === 0 ? 'none' : `${by} ${some.map(({ metadata }) => keyText(metadata)).join()}`;
}

describe('gatewayServices', () => {
  it.each<[string, Service, string]>([
    ['Istio', service('team-a/edge-istio', { [GENERIC]: 'edge' }), 'Label team-a/edge-istio'],
    ['Istio, older', service('team-a/edge', { 'istio.io/gateway-name': 'edge' }), 'Label team-a/edge'],
    [
      'Cilium',
      service('team-a/cilium-gateway-edge', { 'io.cilium.gateway/owning-gateway': 'edge' }),
      'Label team-a/cilium-gateway-edge',
    ],
    [
      'Contour',
      service('team-a/envoy-edge', { 'projectcontour.io/owning-gateway-name': 'edge' }),
      'Label team-a/envoy-edge',
    ],
    [
      'Envoy Gateway',
      service('envoy-gateway-system/envoy-x', { [`${ENVOY}-name`]: 'edge', [`${ENVOY}-namespace`]: 'team-a' }),
      'Label envoy-gateway-system/envoy-x',
    ],
    [
      'Envoy Gateway, merged',
      service('envoy-gateway-system/envoy-mesh', { [`${ENVOY}class`]: 'mesh' }),
      'Label envoy-gateway-system/envoy-mesh',
    ],
    ['another Gateway', service('team-a/other', { [GENERIC]: 'other' }), 'none'],
    ['a Gateway of the same name elsewhere', service('team-b/edge', { [GENERIC]: 'edge' }), 'none'],
    [
      'one of the same name elsewhere, by Envoy Gateway',
      service('envoy-gateway-system/envoy-y', { [`${ENVOY}-name`]: 'edge', [`${ENVOY}-namespace`]: 'team-b' }),
      'none',
    ],
    ['nothing', service('team-a/edge'), 'none'],
  ])('knows the Service of %s', (_, its, expected) => {
    expect(found(edge(), [service('default/web'), its])).toBe(expected);
  });

  it('takes the LoadBalancer of those that an implementation marks', () => {
    const [own, xds] = ['envoy-edge', 'contour-edge'].map((name) => [`team-a/${name}`, { [GENERIC]: 'edge' }] as const);
    if (own === undefined || xds === undefined) throw new Error('two are there');
    expect(found(edge(), [service(...xds, 'ClusterIP'), service(...own)])).toBe('Label team-a/envoy-edge');
    expect(found(edge(), [service(...xds, 'ClusterIP'), service(...own, 'ClusterIP')])).toBe('Label team-a/envoy-edge');
    const others = ['team-a/a', 'team-a/b'].map((key) => service(key, { [GENERIC]: 'edge' }));
    expect(found(edge(), others)).toBe('Label team-a/a,team-a/b');
  });

  it('takes the Service that the Gateway names before all others', () => {
    const addresses = [{ type: 'Hostname', value: 'ingress.istio-system.svc.cluster.local' }];
    const services = [service('team-a/edge', { [GENERIC]: 'edge' }), service('istio-system/ingress')];
    expect(found(edge({ addresses }), services)).toBe('Hostname istio-system/ingress');
    expect(found(edge({ addresses: [{ type: 'IPAddress', value: '192.0.2.1' }] }), services)).toBe('Label team-a/edge');
  });

  const traefik = service('traefik/traefik', { 'app.kubernetes.io/name': 'traefik' });
  const fabric = service('nginx-gateway/nginx-gateway', { 'app.kubernetes.io/name': 'nginx-gateway-fabric' });
  it.each([
    ['traefik.io/gateway-controller', 'Table traefik/traefik'],
    ['gateway.nginx.org/nginx-gateway-controller', 'Table nginx-gateway/nginx-gateway'],
    ['projectcontour.io/gateway-controller', 'Table projectcontour/envoy'],
    ['example.com/unknown', 'none'],
  ])('knows the one Service of %s', (controller, expected) => {
    expect(found(edge(), [traefik, fabric, service('projectcontour/envoy')], controller)).toBe(expected);
  });
});
