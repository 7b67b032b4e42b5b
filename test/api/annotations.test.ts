import { describe, expect, it } from 'vitest';
import { ADDRESS_POOL, ALLOW_SHARED_IP, annotationOf, LOAD_BALANCER_IPS } from '../../src/api/annotations.ts';

const service = (annotations?: Record<string, string>) => ({ metadata: { name: 'web', annotations } });

describe('annotationOf', () => {
  it.each([
    [ADDRESS_POOL, 'address-pool'],
    [LOAD_BALANCER_IPS, 'loadBalancerIPs'],
    [ALLOW_SHARED_IP, 'allow-shared-ip'],
  ])('reads all spellings of $spellings.0', (annotation, name) => {
    for (const prefix of ['berth.dev', 'metallb.io', 'metallb.universe.tf']) {
      const spelling = `${prefix}/${name}`;
      expect(annotationOf(service({ [spelling]: 'x' }), annotation)).toEqual({
        name: spelling,
        value: 'x',
        overruled: [],
      });
    }
  });

  it('finds nothing where there is nothing', () => {
    expect(annotationOf(service(), ADDRESS_POOL)).toBeUndefined();
    expect(annotationOf(service({ 'address-pool': 'x', 'berth.dev/address-Pool': 'x' }), ADDRESS_POOL)).toBeUndefined();
  });

  it('lets ours win, then metallb.io, and names only the spellings that disagree', () => {
    const annotations = {
      'metallb.universe.tf/address-pool': 'third',
      'metallb.io/address-pool': 'first',
      'berth.dev/address-pool': 'first',
    };
    expect(annotationOf(service(annotations), ADDRESS_POOL)).toEqual({
      name: 'berth.dev/address-pool',
      value: 'first',
      overruled: [{ name: 'metallb.universe.tf/address-pool', value: 'third' }],
    });
  });

  it('takes an empty value as a value', () => {
    const annotations = { 'berth.dev/allow-shared-ip': '', 'metallb.io/allow-shared-ip': 'key' };
    expect(annotationOf(service(annotations), ALLOW_SHARED_IP)).toMatchObject({ value: '' });
  });
});
