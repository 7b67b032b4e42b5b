import { describe, expect, it } from 'vitest';
import type { Ingress } from '../../src/api/kubernetes/ingress.ts';
import type { IngressClass } from '../../src/api/kubernetes/ingress-class.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { keyText } from '../../src/api/object.ts';
import { Candidates } from '../../src/ingress/candidates.ts';
import { referenceOf } from '../../src/ingress/service-reference.ts';

type Labels = Readonly<Record<string, string>>;

function ingress(className: string | undefined, annotations: Labels = {}): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'default', name: 'shop', annotations },
    spec: className === undefined ? {} : { ingressClassName: className },
  };
}

function ingressClass(controller: string, metadata: Partial<IngressClass['metadata']> = {}): IngressClass {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'main', ...metadata },
    spec: { controller },
  };
}

function service(key: string, labels: Labels = {}, more: Partial<Service['metadata']> = {}, type = 'LoadBalancer') {
  const [namespace = '', name = ''] = key.split('/');
  const metadata = { namespace, name, labels, ...more };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { type } } as Service;
}

function refer(object: Ingress, classes: readonly IngressClass[], services: readonly Service[]) {
  const byKey = new Map(services.map((each) => [keyText(each.metadata), each]));
  const candidates = new Candidates();
  for (const each of services) candidates.put(each);
  const directory = { get: (key: string) => byKey.get(key), candidates: (name: string) => candidates.of(name) };
  const reference = referenceOf(object, new Map(classes.map((each) => [each.metadata.name, each])), directory);
  if (reference.by === 'Fault') return reference.message;
  return reference.by === 'Nothing'
    ? undefined
    : `${reference.by} ${reference.key}${reference.service ? '' : ' (none)'}`;
}

const app = (name: string, component?: string, instance?: string): Labels => ({
  'app.kubernetes.io/name': name,
  ...(component === undefined ? {} : { 'app.kubernetes.io/component': component }),
  ...(instance === undefined ? {} : { 'app.kubernetes.io/instance': instance }),
});
const CILIUM_LABEL = { 'cilium.io/ingress': 'true' };
const SHARED = service('kube-system/cilium-ingress', CILIUM_LABEL);
const RENAMED = service('kube-system/front-door', CILIUM_LABEL);
const DEDICATED = service('default/cilium-ingress-shop', CILIUM_LABEL);
const OTHERS = service('default/cilium-ingress-other', CILIUM_LABEL);
const NODE_PORT = service('default/cilium-ingress-shop', CILIUM_LABEL, {}, 'NodePort');
const MODE = 'ingress.cilium.io/loadbalancer-mode';
const OLD_MODE = 'io.cilium.ingress/loadbalancer-mode';
const CILIUM = 'cilium.io/ingress-controller';
const NGINX = 'k8s.io/ingress-nginx';
const TRAEFIK = 'traefik.io/ingress-controller';
const CONTOUR = 'projectcontour.io/projectcontour/contour-contour';
const HAPROXY = 'haproxy.org/ingress-controller';
const HAPROXY_INGRESS = 'haproxy-ingress.github.io/controller';
const nginx = (key: string, instance?: string) => service(key, app('ingress-nginx', 'controller', instance));
const traefik = (key: string, instance?: string) => service(key, app('traefik', undefined, instance));
const haproxyIngress = (key: string) => service(key, app('haproxy-ingress'));
const ENVOY = service('projectcontour/envoy');

describe('referenceOf', () => {
  const web = service('prod/web');
  const NAMED = { 'berth.dev/service': 'prod/web' };

  it.each([
    ['the annotation of the Ingress', ingress(undefined, NAMED), [], 'Annotation prod/web'],
    [
      'that of its class',
      ingress('main'),
      [ingressClass('example.com/x', { annotations: NAMED })],
      'Annotation prod/web',
    ],
    [
      'its own before that of its class',
      ingress('main', { 'berth.dev/service': 'prod/other' }),
      [ingressClass('example.com/x', { annotations: NAMED })],
      'Annotation prod/other (none)',
    ],
    [
      'a class by the old annotation',
      ingress(undefined, { 'kubernetes.io/ingress.class': 'main' }),
      [ingressClass('x', { annotations: NAMED })],
      'Annotation prod/web',
    ],
    [
      'the default class where it names none',
      ingress(undefined),
      [ingressClass('x', { annotations: { ...NAMED, 'ingressclass.kubernetes.io/is-default-class': 'true' } })],
      'Annotation prod/web',
    ],
    [
      'no class where it names none and there is no default',
      ingress(undefined),
      [ingressClass('x', { annotations: NAMED })],
      undefined,
    ],
    ['an unknown controller', ingress('main'), [ingressClass('example.com/unknown')], undefined],
  ])('%s', (_, object, classes, expected) => {
    expect(refer(object, classes, [web])).toBe(expected);
  });

  it.each(['web', 'prod/', '/web', 'a/b/c', 'Prod/web', ''])(
    'refuses "%s", naming the object and the remedy',
    (value) => {
      const message = refer(ingress('main', { 'berth.dev/service': value }), [], [web]);
      expect(message).toBe(
        `annotation berth.dev/service of Ingress/default/shop is "${value}": write NAMESPACE/NAME of a Service`,
      );
    },
  );
});

describe('the table of known controllers', () => {
  const noise = [service('default/web'), service('default/details', app('details'))];

  it.each<[string, string, Labels, readonly Service[], string | undefined]>([
    ['Cilium: dedicated', CILIUM, {}, [SHARED, DEDICATED], 'default/cilium-ingress-shop'],
    ['Cilium: dedicated, but not to it', CILIUM, {}, [SHARED, OTHERS], 'kube-system/cilium-ingress'],
    ['Cilium: shared', CILIUM, {}, [SHARED], 'kube-system/cilium-ingress'],
    ['Cilium: shared, under another name', CILIUM, {}, [RENAMED, OTHERS], 'kube-system/front-door'],
    ['Cilium: shared, as asked', CILIUM, { [MODE]: 'shared' }, [SHARED, DEDICATED], 'kube-system/cilium-ingress'],
    [
      'Cilium: shared, in older words',
      CILIUM,
      { [OLD_MODE]: 'shared' },
      [SHARED, DEDICATED],
      'kube-system/cilium-ingress',
    ],
    ['Cilium: dedicated, as asked, and not there yet', CILIUM, { [MODE]: 'dedicated' }, [SHARED], undefined],
    ['Cilium: dedicated, not a load balancer', CILIUM, {}, [SHARED, NODE_PORT], undefined],
    ['ingress-nginx', NGINX, {}, [nginx('i/ingress-nginx-controller')], 'i/ingress-nginx-controller'],
    [
      'ingress-nginx with an internal Service too',
      NGINX,
      {},
      [nginx('i/ingress-nginx-controller-internal'), nginx('i/ingress-nginx-controller')],
      'i/ingress-nginx-controller',
    ],
    [
      'ingress-nginx with nothing but an internal Service',
      NGINX,
      {},
      [nginx('i/ingress-nginx-controller-internal')],
      'i/ingress-nginx-controller-internal',
    ],
    [
      'ingress-nginx without a load balancer, but with one for its metrics and its webhook',
      NGINX,
      {},
      [
        service('i/c', app('ingress-nginx', 'controller'), {}, 'NodePort'),
        nginx('i/c-metrics'),
        nginx('i/c-admission'),
      ],
      undefined,
    ],
    ['ingress-nginx twice: it cannot be told', NGINX, {}, [nginx('a/one'), nginx('b/two')], undefined],
    ['ingress-nginx twice in one namespace', NGINX, {}, [nginx('a/one'), nginx('a/oneself')], undefined],
    ['ingress-nginx twice, of two releases', NGINX, {}, [nginx('a/one', 'public'), nginx('b/two', 'private')], 'b/two'],
    [
      'ingress-nginx twice, of two other releases',
      NGINX,
      {},
      [nginx('a/one', 'public'), nginx('a/one-more', 'open')],
      undefined,
    ],
    ['Traefik', TRAEFIK, {}, [traefik('kube-system/traefik')], 'kube-system/traefik'],
    [
      'Traefik with further Services',
      TRAEFIK,
      {},
      [traefik('t/traefik-game'), traefik('t/traefik'), traefik('t/traefik-udp'), traefik('t/traefik-internal')],
      't/traefik',
    ],
    ['Contour by its manifest', 'projectcontour.io/ingress-controller', {}, [ENVOY], 'projectcontour/envoy'],
    ['Contour by its chart', CONTOUR, {}, [service('c/contour-envoy', app('contour', 'envoy'))], 'c/contour-envoy'],
    ['not Contour’s own API', CONTOUR, {}, [service('c/contour', app('contour', 'contour'))], undefined],
    ['HAProxy', HAPROXY, {}, [service('h/hap', app('kubernetes-ingress'))], 'h/hap'],
    ['HAProxy with a class of its own', `${HAPROXY}/blue`, {}, [service('h/hap', app('kubernetes-ingress'))], 'h/hap'],
    [
      'HAProxy by its manifest',
      HAPROXY,
      {},
      [service('haproxy-controller/haproxy-kubernetes-ingress', { run: 'haproxy-ingress' })],
      'haproxy-controller/haproxy-kubernetes-ingress',
    ],
    ['haproxy-ingress', HAPROXY_INGRESS, {}, [haproxyIngress('h/hap')], 'h/hap'],
    [
      'haproxy-ingress with further Services',
      `${HAPROXY_INGRESS}/staging`,
      {},
      [haproxyIngress('h/hap-stats'), haproxyIngress('h/hap-extra-0'), haproxyIngress('h/hap')],
      'h/hap',
    ],
    ['a name that only begins alike', 'k8s.io/ingress-nginx-other', {}, [nginx('i/c')], undefined],
  ])('%s', (_, controller, annotations, services, expected) => {
    const classes = [ingressClass(controller, { labels: { 'app.kubernetes.io/instance': 'private' } })];
    expect(refer(ingress('main', annotations), classes, [...noise, ...services])).toBe(expected && `Table ${expected}`);
  });

  it('prefers no Service for having no release where the class has none', () => {
    const services = [nginx('a/one', 'public'), nginx('b/two')];
    expect(refer(ingress('main'), [ingressClass(NGINX)], services)).toBeUndefined();
  });

  it('knows the class of a chart whose spec.controller was chosen freely', () => {
    const classes = [
      ingressClass('example.com/ingress-nginx-2', { labels: app('ingress-nginx', 'controller', 'two') }),
    ];
    const services = [nginx('a/ingress-nginx-controller', 'one'), nginx('b/ingress-nginx-controller', 'two')];
    expect(refer(ingress('main'), classes, services)).toBe('Table b/ingress-nginx-controller');
  });

  it('knows the class of Contour, which needs no IngressClass, and no other by its name', () => {
    expect(refer(ingress('contour'), [], [ENVOY])).toBe('Table projectcontour/envoy');
    expect(refer(ingress(undefined, { 'kubernetes.io/ingress.class': 'contour' }), [], [ENVOY])).toBe(
      'Table projectcontour/envoy',
    );
    const named = { ...ingressClass('example.com/x'), metadata: { name: 'contour' } };
    expect(refer(ingress('contour'), [named], [ENVOY])).toBeUndefined();
    expect(refer(ingress(undefined), [], [ENVOY])).toBeUndefined();
    expect(refer(ingress('cilium'), [], [SHARED, ENVOY])).toBeUndefined();
  });
});
