import { describe, expect, it } from 'vitest';
import { type Gateway, GatewayKind } from '../../src/api/kubernetes/gateway.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { explainGateway } from '../../src/explain/gateway.ts';
import type { SituationInput } from '../../src/explain/situation.ts';
import { pool, service } from '../allocator/builders.ts';
import { speaker } from '../announcement/objects.ts';
import { situation } from './situations.ts';

const CLASS = {
  ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'mesh' } },
  spec: { controllerName: 'istio.io/gateway-controller' },
} as KubernetesObject;
const POOL = pool('public', '192.0.2.50/32');

function edge(status: object = {}, spec: object = {}): Gateway {
  const { apiVersion, kind } = GatewayKind;
  const metadata = { namespace: 'default', name: 'edge' };
  const parsed = GatewayKind.parse({ apiVersion, kind, metadata, spec: { gatewayClassName: 'mesh', ...spec }, status });
  if (!parsed.ok) throw new Error('no Gateway');
  return parsed.object;
}

/** The Service that an implementation made, which holds an address or waits for one. */
function made(ip?: string, name = 'edge-istio'): KubernetesObject {
  const { metadata, ...rest } = service(name);
  const labels = { 'gateway.networking.k8s.io/gateway-name': 'edge' };
  const status = ip === undefined ? {} : { loadBalancer: { ingress: [{ ip }] } };
  return { ...rest, metadata: { ...metadata, labels }, ...{ status } };
}

/** A speaker that answers for the address of `edge-istio`. */
function answering(): KubernetesObject {
  const { status, ...rest } = speaker('n1', undefined, ['192.0.2.50']);
  const l2 = (status?.l2 ?? []).map((entry) => ({ ...entry, service: 'default/edge-istio' }));
  return { ...rest, ...{ status: { ...status, l2 } } };
}

function explained(gateway: Gateway, objects: readonly KubernetesObject[], rest: Partial<SituationInput> = {}) {
  return explainGateway(gateway, situation([gateway, ...objects], rest));
}

const reasons = ({ summary, findings }: Explanation) => [summary, ...findings].map(({ reason }) => reason);
const shows = (...values: readonly string[]) => ({ addresses: values.map((value) => ({ type: 'IPAddress', value })) });
const condition = (type: string, status: string) => ({ type, status, reason: 'Tested', message: 'as it says' });

describe('explainGateway', () => {
  it('is content with a Gateway that shows the address of its Service, which is announced', () => {
    const status = { ...shows('192.0.2.50'), conditions: [condition('Accepted', 'True')] };
    const whole = explained(edge(status), [CLASS, POOL, made('192.0.2.50'), answering()]);
    expect(whole.object).toEqual({ kind: 'Gateway', namespace: 'default', name: 'edge' });
    expect(whole.summary).toMatchObject({ ok: true, reason: 'Shown' });
    expect(whole.gateway).toEqual({
      class: { name: 'mesh', controller: 'istio.io/gateway-controller', exists: true },
      asksFor: [],
      service: { service: 'default/edge-istio', by: 'Label', shows: ['192.0.2.50'] },
      candidates: [],
      shows: ['192.0.2.50'],
      conditions: [condition('Accepted', 'True')],
    });
    expect(whole.service).toMatchObject({ holds: [{ address: '192.0.2.50' }] });
  });

  it('says of a Service without an address what explain says of that', () => {
    const { summary, service: details } = explained(edge(), [CLASS, POOL, service('web'), made()]);
    expect(details).toBeDefined();
    const none = explained(edge(), [CLASS, made()]);
    expect(none.summary).toMatchObject({ ok: false, reason: 'NoPools', remedy: expect.any(String) });
    expect(none.summary.message).toMatch(/^Service default\/edge-istio: /);
    expect(none.service?.holds).toEqual([]);
    expect(summary.message).toMatch(/^Service default\/edge-istio: /);
  });

  it('says that nobody announces the address, before what the status shows', () => {
    const whole = explained(edge(shows('192.0.2.50')), [CLASS, POOL, made('192.0.2.50')]);
    expect(whole.summary).toMatchObject({ ok: false, reason: 'NoSpeaker' });
    expect(reasons(whole)).toContain('Shown');
  });

  it('says who writes the status, where that is empty', () => {
    const { summary } = explained(edge(), [CLASS, POOL, made('192.0.2.50'), answering()]);
    expect(summary).toMatchObject({ ok: false, reason: 'Unwritten' });
    expect(summary.message).toContain('istio.io/gateway-controller has not written it');
    expect(summary.remedy).toContain('Berth never does');
  });

  it.each<[string, Gateway, readonly KubernetesObject[], readonly string[]]>([
    ['a class that is not there', edge(), [], ['UnknownClass']],
    ['no Service', edge(), [CLASS], ['NoService']],
    ['two Services', edge(), [CLASS, made(undefined, 'a'), made(undefined, 'b')], ['SeveralServices']],
    [
      'an implementation that refuses it',
      edge({ conditions: [condition('Accepted', 'False')] }),
      [CLASS],
      ['NotAccepted', 'NoService'],
    ],
    [
      'an address of nobody',
      edge(shows('192.0.2.51')),
      [CLASS, POOL, made('192.0.2.50'), answering()],
      ['StaleAddress', 'Allocated'],
    ],
    [
      'a Gateway that is not in force',
      edge({ ...shows('192.0.2.50'), conditions: [condition('Programmed', 'False')] }),
      [CLASS, POOL, made('192.0.2.50'), answering()],
      ['NotProgrammed', 'Allocated', 'Shown'],
    ],
    [
      'what follows from the lack of an address',
      edge({ conditions: [condition('Programmed', 'False')] }),
      [CLASS],
      ['NoService'],
    ],
  ])('with %s', (_, gateway, objects, expected) => {
    expect(reasons(explained(gateway, objects))).toEqual(expect.arrayContaining([...expected]));
    expect(reasons(explained(gateway, objects))[0]).toBe(expected[0]);
  });

  it('names the class that may be meant, and none where classes may not be read', () => {
    expect(explained(edge({}, { gatewayClassName: 'mash' }), [CLASS]).summary.message).toBe(
      'there is no GatewayClass mash: did you mean mesh?',
    );
    const unread = [{ what: 'GatewayClass', why: 'forbidden' }];
    expect(explained(edge(), [], { unread }).summary.reason).toBe('NoService');
  });
});
