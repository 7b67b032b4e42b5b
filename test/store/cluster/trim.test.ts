import { describe, expect, it } from 'vitest';
import { FIELD_MANAGER } from '../../../src/api/owned-status.ts';
import { trimObject } from '../../../src/store/cluster/trim.ts';

const entry = (manager: string, operation: string, subresource?: string) => ({
  manager,
  operation,
  ...(subresource === undefined ? {} : { subresource }),
  fieldsV1: { 'f:status': { 'f:loadBalancer': {} } },
});
const OURS = entry(FIELD_MANAGER, 'Apply', 'status');
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const object = (metadata: object) => ({
  kind: 'Ingress',
  metadata: { name: 'shop', ...metadata },
  spec: { rules: [] },
});

describe('trimObject', () => {
  it.each([
    ['none', []],
    ['another manager', [entry('kubectl', 'Apply'), entry('nginx', 'Update', 'status')]],
    ['what Berth wrote without applying it', [entry(FIELD_MANAGER, 'Update', 'status')]],
  ])('keeps no managedFields of %s', (_, managedFields) => {
    expect(trimObject(object({ managedFields }))).toEqual(object({}));
  });

  it('keeps in managedFields what Berth itself has applied', () => {
    const managedFields = [entry('kubectl', 'Update'), OURS, entry('nginx', 'Apply', 'status')];
    expect(trimObject(object({ managedFields }))).toEqual(object({ managedFields: [OURS] }));
  });

  it('drops the copy that kubectl apply keeps, and no other annotation', () => {
    const annotations = { [LAST_APPLIED]: '{}', 'berth.dev/service': 'default/web' };
    expect(trimObject(object({ annotations }))).toEqual(
      object({ annotations: { 'berth.dev/service': 'default/web' } }),
    );
    expect(trimObject(object({ annotations: { [LAST_APPLIED]: '{}' } }))).toEqual(object({}));
  });

  it('drops the images that a Node lists, and nothing else of its status', () => {
    const conditions = [{ type: 'Ready', status: 'True' }];
    const images = [{ names: ['registry.example/a:1'], sizeBytes: 1 }];
    expect(trimObject({ ...object({}), status: { images, conditions } })).toEqual({
      ...object({}),
      status: { conditions },
    });
  });

  it('changes neither its argument nor what is no object', () => {
    const whole = object({ managedFields: [OURS], annotations: { [LAST_APPLIED]: '{}' } });
    const before = structuredClone(whole);
    trimObject(whole);
    expect(whole).toEqual(before);
    for (const value of [undefined, null, 'text', [1], { metadata: 'none' }]) expect(trimObject(value)).toBe(value);
  });
});
