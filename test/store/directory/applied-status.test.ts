import { describe, expect, it } from 'vitest';
import { type Ingress, IngressKind } from '../../../src/api/kubernetes/ingress.ts';
import { FIELD_MANAGER, ownsStatus } from '../../../src/api/owned-status.ts';
import { applyStatus, withoutManagers } from '../../../src/store/directory/applied-status.ts';
import { StoreError } from '../../../src/store/store.ts';

const shows = (ip: string) => ({ loadBalancer: { ingress: [{ ip }] } });
const ingress = (status?: Ingress['status']): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'default', name: 'shop' },
  status,
});
const apply = (object: Ingress, status: object, manager = FIELD_MANAGER): Ingress => {
  const parsed = IngressKind.parse(applyStatus(object, { ...status }, manager, 'Ingress/default/shop'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.object;
};
const isOurs = ({ metadata }: Ingress) => ownsStatus(metadata.managedFields, 'loadBalancer');

describe('applyStatus', () => {
  it('sets what is not there, changes what it set, and takes it away when it is left out', () => {
    const first = apply(ingress(), shows('192.0.2.1'));
    expect([first.status, isOurs(first)]).toEqual([shows('192.0.2.1'), true]);
    const second = apply(first, shows('192.0.2.2'));
    expect([second.status, isOurs(second)]).toEqual([shows('192.0.2.2'), true]);
    const third = apply(second, {});
    expect([third.status, isOurs(third)]).toEqual([{}, false]);
  });

  it('is refused where somebody else has set something else', () => {
    expect(() => apply(ingress(shows('192.0.2.9')), shows('192.0.2.1'))).toThrow(StoreError);
    const theirs = apply(ingress(), shows('192.0.2.9'), 'another');
    expect(() => apply(theirs, shows('192.0.2.1'))).toThrow('somebody else');
    expect(apply(theirs, {}).status).toEqual(shows('192.0.2.9'));
  });

  it('leaves what it applied to whoever patches it to something else', () => {
    const ours = apply(ingress(), shows('192.0.2.1'));
    expect(withoutManagers(ours, shows('192.0.2.1'))).toBe(ours);
    expect(isOurs(withoutManagers(ours, shows('192.0.2.9')) as Ingress)).toBe(false);
  });
});
