import { describe, expect, it } from 'vitest';
import type { Lease } from '../../src/api/kubernetes/lease.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { controllerLife, isDown } from '../../src/explain/controller-life.ts';
import { controllerLease, NOW, speakerLease } from './situations.ts';

describe('controllerLife', () => {
  it.each<[string, readonly KubernetesObject[], Date | undefined, string, boolean]>([
    ['is renewed', [controllerLease(10)], NOW, 'Held', false],
    ['is renewed by a clock that runs ahead', [controllerLease(-5)], NOW, 'Held', false],
    ['is as old as it may be', [controllerLease(17)], NOW, 'Held', false],
    ['is older', [controllerLease(18)], NOW, 'Expired', true],
    ['was given up', [controllerLease(1, '')], NOW, 'Released', true],
    ['is that of a speaker', [speakerLease('n1', 1)], NOW, 'Missing', true],
    ['is not there', [], NOW, 'Missing', true],
    ['is of another time', [controllerLease(1)], undefined, 'Unknown', false],
  ])('tells when the Lease %s', (_, leases, now, state, down) => {
    const life = controllerLife(leases as readonly Lease[], now);
    expect(life.state).toBe(state);
    expect(isDown(life)).toBe(down);
  });

  it('names the holder', () => {
    expect(controllerLife([controllerLease(60)] as readonly Lease[], NOW)).toMatchObject({
      holder: 'controller-a',
      message: 'down: controller-a held Lease berth-system/berth-controller and stopped renewing it',
    });
  });
});
