import { describe, expect, it } from 'vitest';
import type { Ingress } from '../../src/api/kubernetes/ingress.ts';
import type { IngressClass } from '../../src/api/kubernetes/ingress-class.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { keyText } from '../../src/api/object.ts';
import { mayBeController } from '../../src/ingress/known-controllers.ts';
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
  const directory = { get: (key: string) => byKey.get(key), candidates: () => services.filter(mayBeController) };
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
const DEDICATED = service('default/cilium-ingress-shop', CILIUM_LABEL);
const OWNED = service('default/cilium-ingress-sho-0a1b2c', CILIUM_LABEL, {
  ownerReferences: [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop', uid: '1' }],
});
const MODE = 'ingress.cilium.io/loadbalancer-mode';
const CILIUM = 'cilium.io/ingress-controller';
const NGINX = 'k8s.io/ingress-nginx';
const nginx = (key: string, instance?: string) => service(key, app('ingress-nginx', 'controller', instance));

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
  it.each<[string, string, Labels, readonly Service[], string | undefined]>([
    ['Cilium: dedicated', CILIUM, {}, [SHARED, DEDICATED], 'default/cilium-ingress-shop'],
    ['Cilium: dedicated, the name shortened', CILIUM, {}, [SHARED, OWNED], 'default/cilium-ingress-sho-0a1b2c'],
    ['Cilium: shared', CILIUM, {}, [SHARED], 'kube-system/cilium-ingress'],
    ['Cilium: shared, as asked', CILIUM, { [MODE]: 'shared' }, [SHARED, DEDICATED], 'kube-system/cilium-ingress'],
    ['Cilium: dedicated, as asked, and not there yet', CILIUM, { [MODE]: 'dedicated' }, [SHARED], undefined],
    [
      'ingress-nginx',
      NGINX,
      {},
      [nginx('ingress-nginx/ingress-nginx-controller')],
      'ingress-nginx/ingress-nginx-controller',
    ],
    [
      'ingress-nginx with a second, internal Service',
      NGINX,
      {},
      [nginx('i/ingress-nginx-controller'), nginx('i/ingress-nginx-controller-internal')],
      'i/ingress-nginx-controller',
    ],
    ['ingress-nginx twice: it cannot be told', NGINX, {}, [nginx('a/one'), nginx('b/two')], undefined],
    ['ingress-nginx twice, of two releases', NGINX, {}, [nginx('a/one', 'public'), nginx('b/two', 'private')], 'b/two'],
    [
      'ingress-nginx without a load balancer',
      NGINX,
      {},
      [service('i/c', app('ingress-nginx', 'controller'), {}, 'NodePort')],
      undefined,
    ],
    [
      'Traefik',
      'traefik.io/ingress-controller',
      {},
      [service('kube-system/traefik', app('traefik'))],
      'kube-system/traefik',
    ],
    [
      'Contour by its manifest',
      'projectcontour.io/ingress-controller',
      {},
      [service('projectcontour/envoy')],
      'projectcontour/envoy',
    ],
    [
      'Contour by its chart',
      'projectcontour.io/ingress-controller',
      {},
      [service('c/contour-envoy', app('contour', 'envoy'))],
      'c/contour-envoy',
    ],
    ['HAProxy', 'haproxy.org/ingress-controller', {}, [service('h/hap', app('kubernetes-ingress'))], 'h/hap'],
    [
      'HAProxy with a class of its own',
      'haproxy.org/ingress-controller/blue',
      {},
      [service('h/hap', app('kubernetes-ingress'))],
      'h/hap',
    ],
    [
      'haproxy-ingress',
      'haproxy-ingress.github.io/controller',
      {},
      [service('h/hap', app('haproxy-ingress'))],
      'h/hap',
    ],
    ['a name that only begins alike', 'k8s.io/ingress-nginx-other', {}, [nginx('i/c')], undefined],
  ])('%s', (_, controller, annotations, services, expected) => {
    const classes = [ingressClass(controller, { labels: { 'app.kubernetes.io/instance': 'private' } })];
    const noise = [service('default/web'), service('default/details', app('details'))];
    expect(refer(ingress('main', annotations), classes, [...noise, ...services])).toBe(expected && `Table ${expected}`);
  });
});
