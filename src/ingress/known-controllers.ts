import type { Ingress } from '../api/kubernetes/ingress.ts';
import type { IngressClass } from '../api/kubernetes/ingress-class.ts';
import type { Service } from '../api/kubernetes/service.ts';

/** An ingress controller of which it is known how its own Service is called. */
interface KnownController {
  /** `spec.controller` of its IngressClasses; one that runs several times adds `/` and a name. */
  readonly controller: string;
  /** Any of these makes a Service of type LoadBalancer its own. */
  readonly services: readonly ServicePattern[];
}

interface ServicePattern {
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly name?: string;
  /** A second Service that its chart may make beside the one that counts. */
  readonly butNotNamed?: RegExp;
}

const CILIUM = 'cilium.io/ingress-controller';
/** Cilium's dedicated Service of an Ingress is called this, a hyphen, and the name of the Ingress; the shared one just this. */
const CILIUM_INGRESS = 'cilium-ingress';
/** `dedicated` or `shared`; absent for what Cilium's configuration says. */
const CILIUM_MODE = 'ingress.cilium.io/loadbalancer-mode';

const KNOWN: readonly KnownController[] = [
  // cilium/cilium: install/kubernetes/cilium/templates/cilium-ingress-service.yaml; operator/pkg/ingress
  { controller: CILIUM, services: [{ name: CILIUM_INGRESS, labels: { 'cilium.io/ingress': 'true' } }] },
  {
    // kubernetes/ingress-nginx: charts/ingress-nginx/templates/controller-service.yaml, controller-service-internal.yaml
    controller: 'k8s.io/ingress-nginx',
    services: [
      {
        labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' },
        butNotNamed: /-internal$/,
      },
    ],
  },
  // traefik/traefik-helm-chart: traefik/templates/_helpers.tpl, service.yaml; k3s installs the same chart
  {
    controller: 'traefik.io/ingress-controller',
    services: [{ labels: { 'app.kubernetes.io/name': 'traefik' }, butNotNamed: /-(udp|internal)$/ }],
  },
  {
    // projectcontour/contour: examples/contour/02-service-envoy.yaml; the Helm chart's templates/envoy/service.yaml
    controller: 'projectcontour.io/ingress-controller',
    services: [
      { namespace: 'projectcontour', name: 'envoy' },
      { labels: { 'app.kubernetes.io/name': 'contour', 'app.kubernetes.io/component': 'envoy' } },
    ],
  },
  {
    // haproxytech/helm-charts: kubernetes-ingress/templates/controller-service.yaml; haproxytech/kubernetes-ingress: deploy
    controller: 'haproxy.org/ingress-controller',
    services: [
      { labels: { 'app.kubernetes.io/name': 'kubernetes-ingress' } },
      { namespace: 'haproxy-controller', name: 'haproxy-kubernetes-ingress' },
    ],
  },
  // haproxy-ingress/charts: haproxy-ingress/templates/controller-service.yaml
  {
    controller: 'haproxy-ingress.github.io/controller',
    services: [{ labels: { 'app.kubernetes.io/name': 'haproxy-ingress' } }],
  },
];

/** Under this label Helm writes the name of a release, on all that belongs to it. */
const INSTANCE = 'app.kubernetes.io/instance';

/** The Services among which a known controller's own is looked for. */
export interface ServiceDirectory {
  get(key: string): Service | undefined;
  /** Those for which {@link mayBeController} holds. */
  candidates(): Iterable<Service>;
}

/** Whether a Service may be the one of a known ingress controller. */
export function mayBeController(service: Service): boolean {
  if (service.spec?.type !== 'LoadBalancer') return false;
  if (service.metadata.name.startsWith(CILIUM_INGRESS)) return true;
  return KNOWN.some(({ services }) => services.some((pattern) => fits(service, pattern)));
}

/** The Service by which the controller of an IngressClass serves an Ingress; undefined where none or several may be it. */
export function controllerService(
  ingress: Ingress,
  ingressClass: IngressClass,
  services: ServiceDirectory,
): Service | undefined {
  const found = controllerServices(ingress, ingressClass, services);
  return found?.length === 1 ? found[0] : undefined;
}

/** All that may be that Service; undefined where the controller of the class is not known. */
export function controllerServices(
  ingress: Ingress,
  ingressClass: IngressClass,
  services: ServiceDirectory,
): readonly Service[] | undefined {
  const name = ingressClass.spec?.controller ?? '';
  const known = KNOWN.find(({ controller }) => name === controller || name.startsWith(`${controller}/`));
  if (known === undefined) return undefined;
  if (known.controller === CILIUM) {
    const mode = ingress.metadata.annotations?.[CILIUM_MODE];
    const dedicated = mode === 'shared' ? undefined : dedicatedService(ingress, services);
    if (dedicated !== undefined) return [dedicated];
    if (mode === 'dedicated') return [];
  }
  const candidates = [...services.candidates()];
  const fitting = candidates.filter((service) => known.services.some((pattern) => fits(service, pattern)));
  const instance = ingressClass.metadata.labels?.[INSTANCE];
  if (fitting.length < 2 || instance === undefined) return fitting;
  const ofRelease = fitting.filter(({ metadata }) => metadata.labels?.[INSTANCE] === instance);
  return ofRelease.length === 0 ? fitting : ofRelease;
}

/** Names that would be too long are shortened by Cilium, and found by their owner. */
function dedicatedService({ metadata }: Ingress, services: ServiceDirectory): Service | undefined {
  const named = services.get(`${metadata.namespace}/${CILIUM_INGRESS}-${metadata.name}`);
  if (named !== undefined) return named.spec?.type === 'LoadBalancer' ? named : undefined;
  for (const service of services.candidates()) {
    const { name, namespace, ownerReferences } = service.metadata;
    if (namespace !== metadata.namespace || !name.startsWith(`${CILIUM_INGRESS}-`)) continue;
    if (ownerReferences?.some((owner) => owner.kind === 'Ingress' && owner.name === metadata.name)) return service;
  }
  return undefined;
}

function fits({ metadata }: Service, { labels = {}, namespace, name, butNotNamed }: ServicePattern): boolean {
  return (
    (namespace === undefined || metadata.namespace === namespace) &&
    (name === undefined || metadata.name === name) &&
    !butNotNamed?.test(metadata.name) &&
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)
  );
}
