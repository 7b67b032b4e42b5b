import { describe, expect, it } from 'vitest';
import type { Ingress } from '../../src/api/kubernetes/ingress.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { explainIngress } from '../../src/explain/ingress.ts';
import { at, pool, service } from '../allocator/builders.ts';
import { node } from '../announcement/objects.ts';
import { controllerLease, NOW, situation } from './situations.ts';

const NGINX_LABELS = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };
const PUBLIC = pool('public', '192.0.2.0/24');

interface Wish {
  readonly class?: string;
  /** The class by the older annotation. */
  readonly annotated?: string;
  readonly stands?: string;
  readonly shows?: readonly string[];
  /** Field managers that wrote the addresses. */
  readonly writers?: readonly string[];
  readonly created?: string;
}

function ingress({ class: name, annotated, stands, shows = [], writers = [], created }: Wish = {}): Ingress {
  const managedFields = writers.map((manager) => ({
    manager,
    operation: manager === 'berth-controller' ? 'Apply' : 'Update',
    subresource: 'status',
    fieldsV1: { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      namespace: 'default',
      name: 'shop',
      annotations: {
        ...(stands === undefined ? {} : { 'berth.dev/service': stands }),
        ...(annotated === undefined ? {} : { 'kubernetes.io/ingress.class': annotated }),
      },
      ...(created === undefined ? {} : { creationTimestamp: created }),
      ...(writers.length === 0 ? {} : { managedFields }),
    },
    spec: name === undefined ? {} : { ingressClassName: name },
    status: { loadBalancer: { ingress: shows.map((ip) => ({ ip })) } },
  };
}

function ingressClass(name: string, controller: string, annotations = {}): KubernetesObject {
  const spec = { controller };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name, annotations }, ...{ spec } };
}

const CLASS = ingressClass('nginx', 'k8s.io/ingress-nginx');
const nginx = (name = 'nginx/controller', holds: readonly string[] | undefined = ['192.0.2.1'], since = 1) =>
  service(name, { labels: NGINX_LABELS, ...(holds === undefined ? {} : { holds, since }) });
const pending = service('nginx/controller', { labels: NGINX_LABELS });

const explained = (of: Ingress, objects: readonly KubernetesObject[], rest = {}) =>
  explainIngress(of, situation([of, PUBLIC, ...objects], rest));

describe('the summary of an Ingress', () => {
  it.each<[string, Wish, readonly KubernetesObject[], string]>([
    ['that shows what its Service has', { class: 'nginx', shows: ['192.0.2.1'] }, [CLASS, nginx()], 'Shown'],
    ['I1: whose Service waits', { class: 'nginx' }, [CLASS, pending], 'ServiceWithoutAddress'],
    ['I1: whose annotated Service waits', { stands: 'default/web' }, [service('web')], 'ServiceWithoutAddress'],
    ['I1: that nobody fills', { class: 'nginx' }, [CLASS, nginx()], 'Unwritten'],
    [
      'I1: that shows nodes',
      { class: 'nginx', shows: ['10.0.0.1'] },
      [CLASS, nginx(), node('n1', {}, { status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } })],
      'NodeAddressShown',
    ],
    [
      'I1: that shows nodes, of a controller on the host network',
      { class: 'nginx', shows: ['10.0.0.1'] },
      [CLASS, node('n1', {}, { status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } })],
      'NodeAddressShown',
    ],
    ['I1: of a controller on the host network that shows nothing', { class: 'nginx' }, [CLASS], 'NoController'],
    [
      'I1: that shows another Service',
      { class: 'nginx', shows: ['192.0.2.9'] },
      [CLASS, nginx(), service('web', { holds: ['192.0.2.9'] })],
      'OtherServiceShown',
    ],
    ['I2: that shows what nobody has', { class: 'nginx', shows: ['192.0.2.9'] }, [CLASS, nginx()], 'StaleAddress'],
    [
      'I2: that shows what we wrote before',
      { class: 'nginx', shows: ['192.0.2.9'], writers: ['berth-controller'] },
      [CLASS, nginx()],
      'StaleAddress',
    ],
    ['I3: without a class', {}, [CLASS], 'NoClass'],
    [
      'I3: without a class, where several are default',
      {},
      ['a', 'b'].map((name) => ingressClass(name, 'x', { 'ingressclass.kubernetes.io/is-default-class': 'true' })),
      'NoClass',
    ],
    ['I3: of a class that is not there', { class: 'ngnix' }, [CLASS], 'UnknownClass'],
    ['I3: of a class that is not there, by the annotation', { annotated: 'ngnix' }, [CLASS], 'UnknownClass'],
    ['of a controller that is not there', { class: 'nginx' }, [CLASS], 'NoController'],
    ['of a controller that is not known', { class: 'x' }, [ingressClass('x', 'example.com/x')], 'UnknownController'],
    [
      'of one of two controllers',
      { class: 'nginx' },
      [CLASS, nginx('a/nginx'), nginx('b/nginx', ['192.0.2.2'])],
      'SeveralControllers',
    ],
    [
      'of an unknown controller that fills it itself',
      { class: 'x', shows: ['192.0.2.1'] },
      [ingressClass('x', 'example.com/x'), service('x/x', { holds: ['192.0.2.1'] })],
      'Shown',
    ],
    ['whose annotation is no name', { stands: 'web' }, [], 'InvalidReference'],
    [
      'whose annotation names nobody',
      { stands: 'default/web' },
      [service('wep', { holds: ['192.0.2.1'] })],
      'UnknownService',
    ],
    [
      'whose annotated Service is no LoadBalancer',
      { stands: 'default/web' },
      [service('web', { type: 'ClusterIP' })],
      'ServiceWithoutAddress',
    ],
  ])('%s', (_, wish, objects, reason) => {
    const { summary } = explained(ingress(wish), objects);
    expect(summary).toMatchObject({
      reason,
      ok: reason === 'Shown',
      remedy: reason === 'Shown' ? null : expect.any(String),
    });
  });

  it('suggests the class and the Service that may be meant', () => {
    expect(explained(ingress({ class: 'nginxx' }), [CLASS]).summary.message).toContain('did you mean nginx?');
    const { summary } = explained(ingress({ stands: 'default/wep' }), [service('web')]);
    expect(summary.message).toContain('did you mean default/web?');
  });

  it('tells the reason of the Service', () => {
    const { summary } = explained(ingress({ stands: 'default/web' }), [service('web', { pool: 'nowhere' })]);
    expect(summary.message).toMatch(/^Service default\/web has none yet: UnknownPool: /);
  });

  it('keeps both causes where a Service waits and an old address is shown', () => {
    const { summary, findings } = explained(ingress({ class: 'nginx', shows: ['192.0.2.9'] }), [CLASS, pending]);
    expect([summary, ...findings].map(({ reason }) => reason)).toEqual(['ServiceWithoutAddress', 'StaleAddress']);
  });
});

describe('an empty status', () => {
  const summary = (wish: Wish, objects: readonly KubernetesObject[]) =>
    explained(ingress(wish), objects, { now: NOW }).summary;
  const young = new Date(NOW.getTime() - 30_000).toISOString();

  it('is left to the ingress controller for the grace', () => {
    const objects = [CLASS, nginx(), controllerLease(1)];
    expect(summary({ class: 'nginx', created: young }, objects)).toMatchObject({
      reason: 'LeftToController',
      message: expect.stringContaining('in 60 s'),
    });
    expect(summary({ class: 'nginx', created: at(0) }, objects).reason).toBe('Unwritten');
  });

  it('is not left to it where a person named the Service, or no controller of ours would write it', () => {
    expect(summary({ stands: 'nginx/controller', created: young }, [nginx(), controllerLease(1)]).reason).toBe(
      'Unwritten',
    );
    const gone = summary({ class: 'nginx', created: young }, [CLASS, nginx()]);
    expect(gone).toMatchObject({ reason: 'Unwritten', message: expect.stringContaining('the controller is down') });
  });
});

describe('the writers of an Ingress (U29)', () => {
  it('are told where there are two', () => {
    const of = ingress({
      class: 'nginx',
      shows: ['192.0.2.1'],
      writers: ['berth-controller', 'nginx-ingress-controller'],
    });
    const { summary, findings, ingress: details } = explained(of, [CLASS, nginx()]);
    expect(summary.reason).toBe('Shown');
    expect(findings).toMatchObject([{ reason: 'SecondWriter' }]);
    expect(details?.writers).toEqual([
      { manager: 'berth-controller', isOurs: true },
      { manager: 'nginx-ingress-controller', isOurs: false },
    ]);
  });

  it('are in order where there is one', () => {
    const of = ingress({ class: 'nginx', shows: ['192.0.2.1'], writers: ['nginx-ingress-controller'] });
    expect(explained(of, [CLASS, nginx()]).findings).toEqual([]);
  });
});

describe('the details of an Ingress', () => {
  it('name class, Service and rule', () => {
    expect(explained(ingress({ class: 'nginx' }), [CLASS, nginx()]).ingress).toEqual({
      class: { name: 'nginx', controller: 'k8s.io/ingress-nginx', exists: true },
      service: { service: 'nginx/controller', by: 'Table', exists: true, shows: ['192.0.2.1'] },
      candidates: [],
      shows: [],
      writers: [],
    });
    expect(explained(ingress({ stands: 'default/web' }), []).ingress).toMatchObject({
      class: null,
      service: { service: 'default/web', by: 'Annotation', exists: false, shows: [] },
    });
    expect(
      explained(ingress({ class: 'nginx' }), [CLASS, nginx('a/nginx'), nginx('b/nginx', ['192.0.2.2'])]).ingress,
    ).toMatchObject({
      service: null,
      candidates: ['a/nginx', 'b/nginx'],
    });
  });

  it('conclude nothing from classes that could not be read', () => {
    const unread = [{ what: 'IngressClass', why: 'forbidden' }];
    const { summary, notChecked } = explained(ingress({ class: 'nginx', shows: ['192.0.2.1'] }), [nginx()], { unread });
    expect([summary.reason, notChecked]).toEqual(['Shown', unread]);
  });
});
