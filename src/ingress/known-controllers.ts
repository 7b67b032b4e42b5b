import type { Ingress } from '../api/kubernetes/ingress.ts';
import type { IngressClass } from '../api/kubernetes/ingress-class.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { classNameOf } from './ingress-class.ts';

/** An ingress controller of which it is known how its own Service is called. README.md says where each row is from. */
interface KnownController {
  /** `spec.controller` of its IngressClasses, or what stands in front of a `/` there. */
  readonly controller: string;
  /** The `app.kubernetes.io/name` that its Helm chart puts on its IngressClass too, whatever `spec.controller` is. */
  readonly chart?: string;
  /** The class that it serves also where there is no IngressClass of that name. */
  readonly className?: string;
  /** Any of these makes a Service of type LoadBalancer its own. */
  readonly services: readonly ServicePattern[];
}

interface ServicePattern {
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly name?: string;
  readonly butNotNamed?: RegExp;
}

/** Under these labels a Helm chart writes what it installs, which part of it this is, and the release that it belongs to. */
const NAME = 'app.kubernetes.io/name';
const COMPONENT = 'app.kubernetes.io/component';
const INSTANCE = 'app.kubernetes.io/instance';

/** Services that charts make beside those by which requests come in. */
const ASIDE = /-(admission|metrics|stats)$/;

const CILIUM = 'cilium.io/ingress-controller';
/** What the names of Cilium's dedicated Services begin with; the name of the Ingress follows. */
const CILIUM_DEDICATED = 'cilium-ingress-';
/** `dedicated` or `shared`; absent for what Cilium's configuration says. The first goes before the older second. */
const CILIUM_MODES = ['ingress.cilium.io/loadbalancer-mode', 'io.cilium.ingress/loadbalancer-mode'];

const KNOWN: readonly KnownController[] = [
  {
    controller: CILIUM,
    services: [{ labels: { 'cilium.io/ingress': 'true' }, butNotNamed: new RegExp(`^${CILIUM_DEDICATED}`) }],
  },
  {
    controller: 'k8s.io/ingress-nginx',
    chart: 'ingress-nginx',
    services: [{ labels: { [NAME]: 'ingress-nginx', [COMPONENT]: 'controller' }, butNotNamed: ASIDE }],
  },
  {
    controller: 'traefik.io/ingress-controller',
    services: [{ labels: { [NAME]: 'traefik' }, butNotNamed: ASIDE }],
  },
  {
    controller: 'projectcontour.io',
    className: 'contour',
    services: [
      { namespace: 'projectcontour', name: 'envoy' },
      { labels: { [NAME]: 'contour', [COMPONENT]: 'envoy' }, butNotNamed: ASIDE },
    ],
  },
  {
    controller: 'haproxy.org/ingress-controller',
    services: [
      { namespace: 'haproxy-controller', name: 'haproxy-kubernetes-ingress' },
      { labels: { [NAME]: 'kubernetes-ingress' }, butNotNamed: ASIDE },
    ],
  },
  {
    controller: 'haproxy-ingress.github.io/controller',
    services: [{ labels: { [NAME]: 'haproxy-ingress' }, butNotNamed: ASIDE }],
  },
];

/** The Services among which a known controller's own is looked for. */
export interface ServiceDirectory {
  get(key: string): Service | undefined;
  /** Those of which {@link controllersOf} names the controller. What is made of a list is kept for as long as the list. */
  candidates(controller: string): readonly Service[];
}

/** The known ingress controllers of which a Service may be the one, by the names that the table has for them. */
export function controllersOf(service: Service): readonly string[] {
  if (!isLoadBalancer(service)) return [];
  return KNOWN.filter(({ services }) => services.some((pattern) => fits(service, pattern))).map(
    ({ controller }) => controller,
  );
}

/**
 * What {@link controllerService} depends on: the controller of the Ingress where it is known, and the key of a Service
 * that serves this Ingress alone.
 */
export function dependenciesOf(ingress: Ingress, ingressClass: IngressClass | undefined): readonly string[] {
  const known = KNOWN.find((each) => serves(each, ingress, ingressClass));
  if (known === undefined) return [];
  return known.controller === CILIUM ? [known.controller, dedicatedKeyOf(ingress)] : [known.controller];
}

/**
 * The Service by which an ingress controller serves an Ingress; undefined where none or several may be it.
 *
 * @param ingressClass the IngressClass of the Ingress, where there is one
 */
export function controllerService(
  ingress: Ingress,
  ingressClass: IngressClass | undefined,
  services: ServiceDirectory,
): Service | undefined {
  const found = controllerServices(ingress, ingressClass, services);
  return found && foremost(found);
}

/** All that may be that Service; undefined where the controller of the Ingress is not known. */
export function controllerServices(
  ingress: Ingress,
  ingressClass: IngressClass | undefined,
  services: ServiceDirectory,
): readonly Service[] | undefined {
  const known = KNOWN.find((each) => serves(each, ingress, ingressClass));
  if (known === undefined) return undefined;
  if (known.controller === CILIUM) {
    const mode = CILIUM_MODES.map((name) => ingress.metadata.annotations?.[name]).find((value) => value !== undefined);
    const dedicated = services.get(dedicatedKeyOf(ingress));
    if (mode === 'dedicated' || (mode !== 'shared' && dedicated !== undefined)) {
      return dedicated && isLoadBalancer(dedicated) ? [dedicated] : [];
    }
  }
  const fitting = services.candidates(known.controller);
  const instance = instanceOf(ingressClass);
  const ofRelease = instance === undefined ? [] : (byRelease(fitting).get(instance) ?? []);
  return ofRelease.length > 0 ? ofRelease : fitting;
}

const releases = new WeakMap<readonly Service[], ReadonlyMap<string | undefined, readonly Service[]>>();

function byRelease(services: readonly Service[]): ReadonlyMap<string | undefined, readonly Service[]> {
  let found = releases.get(services);
  if (found === undefined) {
    const lists = new Map<string | undefined, Service[]>();
    for (const service of services) {
      const instance = instanceOf(service);
      const list = lists.get(instance);
      if (list === undefined) lists.set(instance, [service]);
      else list.push(service);
    }
    found = lists;
    releases.set(services, found);
  }
  return found;
}

/** Where Cilium puts the Service that serves this Ingress alone. */
function dedicatedKeyOf({ metadata }: Ingress): string {
  return `${metadata.namespace}/${CILIUM_DEDICATED}${metadata.name}`;
}

function serves(
  { controller, chart, className }: KnownController,
  ingress: Ingress,
  ingressClass: IngressClass | undefined,
): boolean {
  if (ingressClass === undefined) return className !== undefined && className === classNameOf(ingress);
  const name = ingressClass.spec?.controller ?? '';
  if (name === controller || name.startsWith(`${controller}/`)) return true;
  return chart !== undefined && ingressClass.metadata.labels?.[NAME] === chart;
}

/**
 * The Service that counts, of one release. What charts make beside it, such as `-internal`, `-udp` or `-extra-0`, is
 * called as it is called, and more.
 */
function foremost(services: readonly Service[]): Service | undefined {
  const known = foremosts.get(services);
  if (known !== undefined) return known.service;
  const service = services.find((first) =>
    services.every(
      (other) =>
        other === first ||
        (other.metadata.namespace === first.metadata.namespace &&
          instanceOf(other) === instanceOf(first) &&
          other.metadata.name.startsWith(`${first.metadata.name}-`)),
    ),
  );
  foremosts.set(services, { service });
  return service;
}

const foremosts = new WeakMap<readonly Service[], { readonly service: Service | undefined }>();

function instanceOf(object: Service | IngressClass | undefined): string | undefined {
  return object?.metadata.labels?.[INSTANCE];
}

function isLoadBalancer({ spec }: Service): boolean {
  return spec?.type === 'LoadBalancer';
}

function fits({ metadata }: Service, { labels = {}, namespace, name, butNotNamed }: ServicePattern): boolean {
  return (
    (namespace === undefined || metadata.namespace === namespace) &&
    (name === undefined || metadata.name === name) &&
    !butNotNamed?.test(metadata.name) &&
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)
  );
}
