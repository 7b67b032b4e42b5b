import { describe, expect, it } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { replaced } from '../../../src/cli/plan/replaced.ts';

const service = (metadata: object, rest: object = {}) =>
  mustParse(ServiceKind, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', ...metadata }, ...rest });
const HELD = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };

describe('a file in a folder', () => {
  it('is the object: of the one before, status and age remain, and nothing that somebody wrote', () => {
    const live = service(
      { creationTimestamp: '2026-01-01T00:00:00Z', uid: 'u1', labels: { a: '1' }, annotations: { x: 'y' } },
      { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' }, status: HELD },
    );
    const file = service({ labels: { b: '2' } }, { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } });
    expect(replaced(live, file)).toEqual({
      ...file,
      metadata: { ...file.metadata, creationTimestamp: '2026-01-01T00:00:00Z', uid: 'u1', labels: { b: '2' } },
      status: HELD,
    });
  });

  it('is taken as it is where it is new, or the one before has no status', () => {
    const file = service({}, { status: HELD });
    expect(replaced(undefined, file)).toBe(file);
    expect(replaced(service({}), file)).toEqual(file);
  });

  it('ends a deletion when it returns', () => {
    const file = service({});
    const live = { ...file, metadata: { ...file.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(replaced(live, file).metadata.deletionTimestamp).toBeUndefined();
  });
});
