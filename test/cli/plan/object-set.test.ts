import { describe, expect, it } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { ObjectSet } from '../../../src/cli/plan/object-set.ts';

const service = (name: string, rest: object = {}) =>
  mustParse(ServiceKind, { apiVersion: 'v1', kind: 'Service', metadata: { name }, ...rest });

describe('ObjectSet', () => {
  it('has one object of each kind and name, the last that was put', () => {
    const objects = new ObjectSet();
    const later = service('web', { spec: { type: 'LoadBalancer' } });
    for (const each of [service('web'), service('api'), later]) objects.put(ServiceKind, each);
    expect(objects.size).toBe(2);
    expect(objects.get(ServiceKind, { namespace: 'default', name: 'web' })).toBe(later);
    expect(objects.values()).toEqual([later, service('api')]);
  });

  it('takes away what is named, and nothing else', () => {
    const objects = new ObjectSet();
    const web = service('web');
    objects.put(ServiceKind, web);
    expect(objects.take(ServiceKind, { namespace: 'team-a', name: 'web' })).toBeUndefined();
    expect(objects.take(ServiceKind, { namespace: 'default', name: 'web' })).toBe(web);
    expect(objects.size).toBe(0);
  });
});
