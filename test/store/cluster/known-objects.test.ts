import { describe, expect, it } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import type { ObjectMeta } from '../../../src/api/object.ts';
import { KnownObjects, type ObjectFault } from '../../../src/store/cluster/known-objects.ts';

function value(version: string, { uid = 'u1', ...rest }: Record<string, unknown> = {}) {
  return { metadata: { name: 'web', namespace: 'default', uid, resourceVersion: version }, ...rest };
}

function known(trim?: (value: unknown) => unknown) {
  const faults: ObjectFault[] = [];
  const objects = new KnownObjects(ServiceKind, (fault) => faults.push(fault), trim);
  const lines = (events: ReturnType<typeof objects.put>) =>
    events.map(({ type, object }) => `${type} ${object.metadata.uid} ${object.metadata.resourceVersion}`);
  return {
    objects,
    faults,
    put: (raw: unknown) => lines(objects.put(raw)),
    remove: () => lines(objects.remove('default/web')),
  };
}

describe('KnownObjects', () => {
  it('tells a new object, a new state, the same state, and another object of the same name apart', () => {
    const { put, remove } = known();
    expect(put(value('1'))).toEqual(['ADDED u1 1']);
    expect(put(value('1'))).toEqual([]);
    expect(put(value('2'))).toEqual(['MODIFIED u1 2']);
    expect(put(value('3', { uid: 'u2' }))).toEqual(['DELETED u1 2', 'ADDED u2 3']);
    expect(remove()).toEqual(['DELETED u2 3']);
    expect(remove()).toEqual([]);
  });

  it('keeps nothing of what is trimmed away as a whole, and tells that it goes and comes', () => {
    const { objects, put } = known((raw) => ((raw as { spec?: object }).spec === undefined ? undefined : raw));
    const spec = { externalIPs: ['192.0.2.1'] };
    expect(put(value('1'))).toEqual([]);
    expect([...objects.objects()]).toEqual([]);
    expect(put(value('2', { spec }))).toEqual(['ADDED u1 2']);
    objects.beginList();
    expect(put(value('3'))).toEqual(['DELETED u1 2']);
    expect(objects.endList()).toEqual([]);
    expect(put(value('4', { spec }))).toEqual(['ADDED u1 4']);
    expect(put(value('5'))).toEqual(['DELETED u1 4']);
  });

  it('tells of a state only if it changes what is kept, and lists it all the same', () => {
    const kept = ({ metadata: { name, namespace, uid }, spec }: { metadata: ObjectMeta; spec?: object }) => {
      return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, uid }, spec };
    };
    const { objects, faults, put } = known((raw) => kept(raw as Parameters<typeof kept>[0]));
    const spec = (externalIP: unknown) => ({ spec: { externalIPs: [externalIP] } });
    expect(put(value('1', spec('192.0.2.1')))).toEqual(['ADDED u1 undefined']);
    const [first] = objects.objects();
    // An API server spells out some members that are not there.
    expect(put(value('2', { spec: { ...spec('192.0.2.1').spec, loadBalancerIP: null }, status: {} }))).toEqual([]);
    expect([...objects.objects()][0]).toBe(first);
    objects.beginList();
    expect(put(value('3', spec('192.0.2.1')))).toEqual([]);
    expect(objects.endList()).toEqual([]);
    expect(put(value('4', spec('192.0.2.2')))).toEqual(['MODIFIED u1 undefined']);
    expect(put(value('5', spec(7)))).toEqual([]);
    expect(put(value('6', spec('192.0.2.2')))).toEqual([]);
    expect([faults.length, objects.faults()]).toEqual([1, []]);
    expect(put(value('7', { ...spec('192.0.2.2'), uid: 'u2' }))).toEqual([
      'DELETED u1 undefined',
      'ADDED u2 undefined',
    ]);
  });

  it('lets the last good state stand for one that cannot be read, and tells the fault once', () => {
    const { objects, faults, put, remove } = known();
    const bad = value('2', { spec: { ports: [{ port: 'http' }] } });
    put(value('1'));
    expect(put(bad)).toEqual([]);
    expect(put(bad)).toEqual([]);
    expect(faults).toMatchObject([
      { kind: 'Service', object: 'default/web', faults: [{ field: 'spec.ports[0].port' }] },
    ]);
    expect(objects.faults()).toEqual(faults);
    expect([...objects.objects()].map(({ metadata }) => metadata.resourceVersion)).toEqual(['1']);
    expect(put(value('3'))).toEqual(['MODIFIED u1 3']);
    expect(objects.faults()).toEqual([]);
    put(bad);
    expect(remove()).toEqual(['DELETED u1 3']);
    expect(objects.faults()).toEqual([]);
  });

  it('does not let the state of one object stand for another of the same name', () => {
    const { put } = known();
    put(value('1'));
    expect(put(value('2', { uid: 'u2', spec: 'none' }))).toEqual(['DELETED u1 1']);
    expect(put(value('3', { uid: 'u2' }))).toEqual(['ADDED u2 3']);
  });

  it('delivers what could never be read only once it can', () => {
    const { put, remove } = known();
    expect(put(value('1', { spec: 'none' }))).toEqual([]);
    expect(remove()).toEqual([]);
    put(value('1', { spec: 'none' }));
    expect(put(value('2'))).toEqual(['ADDED u1 2']);
  });

  it('finds what a list does not name', () => {
    const { objects, put } = known();
    put(value('1'));
    objects.beginList();
    expect(objects.endList()).toEqual(['default/web']);
    objects.beginList();
    put(value('1'));
    expect(objects.endList()).toEqual([]);
  });

  it('keeps neither who manages which field nor what was last applied', () => {
    const { objects } = known();
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'berth.dev/address-pool': 'public',
    };
    const raw = value('1');
    objects.put({ ...raw, metadata: { ...raw.metadata, annotations, managedFields: [{}] } });
    const [object] = objects.objects();
    expect(object?.metadata).not.toHaveProperty('managedFields');
    expect(object?.metadata.annotations).toEqual({ 'berth.dev/address-pool': 'public' });
  });

  it.each([undefined, null, 'text', {}, { metadata: { name: 'web' } }])('passes over %j, which is no object', (raw) => {
    expect(known().put(raw)).toEqual([]);
  });
});
