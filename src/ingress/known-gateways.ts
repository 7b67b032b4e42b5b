import type { Gateway } from '../api/kubernetes/gateway.ts';
import type { GatewayClass } from '../api/kubernetes/gateway-class.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { keyText } from '../api/object.ts';
import { controllersOf } from './known-controllers.ts';

/** The Services that may stand for a Gateway, and what tells that they do. */
export interface GatewayServices {
  /** A label that the implementation set; a host name in `spec.addresses`; or that it has one Service for all. */
  readonly by: 'Label' | 'Hostname' | 'Table';
  readonly services: readonly Service[];
}

/** Labels by which an implementation marks the Service that it makes for a Gateway, and what of the Gateway they hold. */
interface Mark {
  readonly labels: Readonly<Record<string, 'name' | 'namespace' | 'class'>>;
  /** Whether that Service is in another namespace than the Gateway. */
  readonly isElsewhere?: boolean;
}

const MARKS: readonly Mark[] = [
  // GEP-1762, of all implementations: Istio, Cilium, Contour, NGINX Gateway Fabric from 2.0.
  { labels: { 'gateway.networking.k8s.io/gateway-name': 'name' } },
  { labels: { 'istio.io/gateway-name': 'name' } },
  { labels: { 'io.cilium.gateway/owning-gateway': 'name' } },
  { labels: { 'projectcontour.io/owning-gateway-name': 'name' } },
  {
    labels: {
      'gateway.envoyproxy.io/owning-gateway-name': 'name',
      'gateway.envoyproxy.io/owning-gateway-namespace': 'namespace',
    },
    isElsewhere: true,
  },
  // Envoy Gateway with mergeGateways: one for all Gateways of the class.
  { labels: { 'gateway.envoyproxy.io/owning-gatewayclass': 'class' }, isElsewhere: true },
];

/** By `spec.controllerName`: the one Service of an implementation that makes none for each Gateway. */
const SHARED: ReadonlyMap<string, (service: Service) => boolean> = new Map([
  ['projectcontour.io/gateway-controller', isOf('projectcontour.io')],
  ['traefik.io/gateway-controller', isOf('traefik.io/ingress-controller')],
  [
    'gateway.nginx.org/nginx-gateway-controller',
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'nginx-gateway-fabric',
  ],
]);

function isOf(controller: string): (service: Service) => boolean {
  return (service) => controllersOf(service).includes(controller);
}

/** `NAME.NAMESPACE.svc` and more: how a Gateway names a Service that somebody else made (Istio). */
const SERVICE_HOST = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.|$)/;

/** The Services that may stand for a Gateway: one, where it can be told; several, where nothing tells which. */
export function gatewayServices(
  gateway: Gateway,
  gatewayClass: GatewayClass | undefined,
  services: readonly Service[],
): GatewayServices {
  const hosts = (gateway.spec?.addresses ?? []).flatMap(({ value = '' }) => {
    const [, name, namespace] = SERVICE_HOST.exec(value) ?? [];
    return name === undefined ? [] : [`${namespace}/${name}`];
  });
  const named = services.filter(({ metadata }) => hosts.includes(keyText(metadata)));
  if (named.length > 0) return { by: 'Hostname', services: foremost(gateway, named) };
  const marked = services.filter((service) => MARKS.some((mark) => carries(service, mark, gateway)));
  if (marked.length > 0) return { by: 'Label', services: foremost(gateway, marked) };
  const isShared = SHARED.get(gatewayClass?.spec?.controllerName ?? '');
  const shared =
    isShared === undefined ? [] : services.filter((each) => each.spec?.type === 'LoadBalancer' && isShared(each));
  return { by: 'Table', services: shared };
}

function carries(
  { metadata }: Service,
  { labels, isElsewhere = false }: Mark,
  { metadata: of, spec }: Gateway,
): boolean {
  if (!isElsewhere && metadata.namespace !== of.namespace) return false;
  const wanted = { name: of.name, namespace: of.namespace, class: spec?.gatewayClassName };
  return Object.entries(labels).every(([label, what]) => {
    const value = metadata.labels?.[label];
    return value !== undefined && value === wanted[what];
  });
}

/** An implementation marks what else it makes, too: requests come in by the LoadBalancer, called as they call it. */
function foremost({ metadata: { name }, spec }: Gateway, services: readonly Service[]): readonly Service[] {
  const external = services.filter(({ spec: own }) => own?.type === 'LoadBalancer');
  const left = external.length > 0 ? external : services;
  const names = [`cilium-gateway-${name}`, `envoy-${name}`, `${name}-${spec?.gatewayClassName}`, name];
  const called = left.filter(({ metadata }) => names.includes(metadata.name));
  return called.length === 1 ? called : left;
}
