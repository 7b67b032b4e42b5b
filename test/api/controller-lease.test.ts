import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controllerLease } from '../../src/api/controller-lease.ts';

describe('controllerLease', () => {
  it.each([
    [undefined, /^berth-controller$/],
    ['internal', /^berth-controller-internal$/],
    ['example.com/Internal_lb', /^berth-controller-example-com-internal-lb-[\da-f]{8}$/],
  ])('is, for the class %s, %s', (name, lease) => {
    expect(controllerLease(name)).toMatch(lease);
  });

  it('is another valid name for each class, and always the same', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.string({ maxLength: 400 }), (a, b) => {
        expect(controllerLease(a)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(controllerLease(a).length).toBeLessThanOrEqual(253);
        expect(controllerLease(a) === controllerLease(b)).toBe(a === b);
      }),
    );
  });
});
