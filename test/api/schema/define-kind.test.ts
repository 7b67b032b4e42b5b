import { describe, expect, it } from 'vitest';
import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import { NamespaceKind } from '../../../src/api/kubernetes/namespace.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { KindError, mustParse } from '../../../src/api/schema/define-kind.ts';

const service = (metadata: unknown, more: object = {}) => ({ apiVersion: 'v1', kind: 'Service', metadata, ...more });
const pool = (metadata: unknown, spec: unknown) => ({
  apiVersion: 'berth.dev/v1beta1',
  kind: 'IPAddressPool',
  metadata,
  spec,
});

describe('parse', () => {
  it('puts an object that names no namespace into default', () => {
    expect(mustParse(ServiceKind, service({ name: 'web' })).metadata.namespace).toBe('default');
    expect(mustParse(ServiceKind, service({ name: 'web', namespace: 'shop' })).metadata.namespace).toBe('shop');
  });

  it('takes an object of a cluster-scoped kind out of its namespace', () => {
    const parsed = mustParse(IPAddressPoolKind, pool({ name: 'a', namespace: 'x' }, { addresses: ['192.0.2.0/24'] }));
    expect(parsed.metadata).toEqual({ name: 'a' });
  });

  it('takes null for absent, as an API server does', () => {
    const spec = { addresses: ['192.0.2.0/24'], autoAssign: null, reserved: null };
    const parsed = mustParse(
      IPAddressPoolKind,
      pool({ name: 'a', creationTimestamp: null, labels: { x: null } }, spec),
    );
    expect(parsed).toMatchObject({ metadata: { name: 'a', labels: {} }, spec: { autoAssign: true } });
    expect(parsed.spec).not.toHaveProperty('reserved');
    expect(IPAddressPoolKind.parse(pool({ name: 'a' }, null))).toMatchObject({
      ok: false,
      faults: [{ field: 'spec', message: 'is required' }],
    });
  });

  it('does not take null for an entry of a list', () => {
    expect(IPAddressPoolKind.parse(pool({ name: 'a' }, { addresses: ['192.0.2.0/24', null] }))).toEqual({
      ok: false,
      faults: [{ field: 'spec.addresses[1]', message: 'must be a string, not null' }],
    });
  });

  it('leaves the value that it was given as it was', () => {
    const value = Object.freeze(service(Object.freeze({ name: 'web', labels: null })));
    ServiceKind.parse(value);
    expect(value.metadata).toEqual({ name: 'web', labels: null });
  });

  it('finds the same in the thousandth object as in the first, whatever is made of the schema meanwhile', () => {
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }], unknown: { a: [1, null] } };
    const good = service({ name: 'web', labels: { a: 'b' } }, { spec, status: { loadBalancer: {}, more: true } });
    const bad = service({ name: '' }, { spec: { ports: [{ port: 0 }], ipFamilies: ['IPv4', 'IPv6'] } });
    const poor = pool({ name: 'a' }, { addresses: ['192.0.2.0/24', 'x'] });
    const parsed = () => [ServiceKind.parse(good), ServiceKind.parse(bad), IPAddressPoolKind.parse(poor)];
    const first = parsed();
    for (let count = 1; count < 500; count++) expect(parsed()).toEqual(first);
    expect(first).toMatchObject([{ ok: true }, { ok: false }, { ok: false }]);
  });

  it.each([
    ['web', true],
    ['web-1.example', true],
    ['a'.repeat(253), true],
    ['a'.repeat(254), false],
    ['', false],
    ['Web', false],
    ['-web', false],
    ['web-', false],
    ['a..b', false],
    ['..', false],
    ['../etc', false],
    ['a/b', false],
    ['a_b', false],
    ['a\n', false],
  ])('the name %j: %s', (name, expected) => {
    expect(ServiceKind.parse(service({ name })).ok).toBe(expected);
  });

  it('says what is wrong with a name', () => {
    expect(ServiceKind.parse(service({ name: 'My_Web' }))).toEqual({
      ok: false,
      faults: [
        {
          field: 'metadata.name',
          message:
            'is not a DNS-1123 name: use lower case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
        },
      ],
    });
  });

  it('holds names of namespaces to a single label', () => {
    expect(ServiceKind.parse(service({ name: 'web', namespace: 'a.b' })).ok).toBe(false);
    expect(NamespaceKind.parse({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } }).ok).toBe(false);
  });

  it.each([undefined, null, 'text', 7, [], [{}]])('refuses %j, which is no object', (value) => {
    expect(ServiceKind.parse(value)).toMatchObject({ ok: false, faults: [{ field: '' }] });
  });

  it('names every fault with its field', () => {
    const value = service(
      { name: 'web', labels: { 'app.kubernetes.io/version': 1.5 }, creationTimestamp: 'yesterday' },
      { apiVersion: 'v2', spec: { type: 'LoadBalancers', ports: [{ port: 80, targetPort: true }, { port: 70000 }] } },
    );
    expect(ServiceKind.parse(value)).toEqual({
      ok: false,
      faults: [
        { field: 'apiVersion', message: 'must be "v1", not "v2"' },
        {
          field: 'metadata.creationTimestamp',
          message: 'is not a time: write it as in RFC 3339, such as 2026-01-31T12:00:00Z',
        },
        {
          field: 'metadata.labels[app.kubernetes.io/version]',
          message: 'must be a string, not a fraction: put it in quotes',
        },
        {
          field: 'spec.type',
          message: 'must be "ClusterIP", "NodePort", "LoadBalancer" or "ExternalName", not "LoadBalancers"',
        },
        { field: 'spec.ports[0].targetPort', message: 'must be a port number or the name of a port' },
        { field: 'spec.ports[1].port', message: 'must be at most 65535, not 70000' },
      ],
    });
  });
});

describe('mustParse', () => {
  it('throws an error that names the kind and all faults', () => {
    expect(() => mustParse(ServiceKind, service({ name: 'W' }, { spec: 1 }))).toThrow(KindError);
    expect(() => mustParse(ServiceKind, service({ name: 'w' }, { spec: 1, status: 2 }))).toThrow(
      'Service: spec: must be an object, not a number; status: must be an object, not a number',
    );
  });
});
