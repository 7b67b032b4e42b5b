import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

const LABELS = new Map([
  ['default', { tier: 'low' }],
  ['shop', { tier: 'gold', 'kubernetes.io/metadata.name': 'shop' }],
]);
const SURROUNDINGS = { namespaceLabels: LABELS };

describe.each(NETS)('pools are tried, $family', ({ ip, range, service }) => {
  it.each([
    ['by name', [pool('b', range(1, 1)), pool('a', range(2, 2))], ip(2)],
    [
      'by priority before name',
      [
        pool('a', range(1, 1), { serviceAllocation: { priority: 20 } }),
        pool('b', range(2, 2), { serviceAllocation: { priority: 10 } }),
      ],
      ip(2),
    ],
    [
      'by name within one priority',
      [
        pool('b', range(1, 1), { serviceAllocation: { priority: 10 } }),
        pool('a', range(2, 2), { serviceAllocation: { priority: 10 } }),
      ],
      ip(2),
    ],
    [
      'priority 0 last',
      [
        pool('a', range(1, 1), { serviceAllocation: { priority: 0 } }),
        pool('b', range(2, 2), { serviceAllocation: { priority: 99 } }),
      ],
      ip(2),
    ],
    [
      'no priority last',
      [
        pool('a', range(1, 1), { serviceAllocation: {} }),
        pool('b', range(2, 2), { serviceAllocation: { priority: 99 } }),
      ],
      ip(2),
    ],
    [
      'those with a serviceAllocation before those without',
      [pool('a', range(1, 1)), pool('b', range(2, 2), { serviceAllocation: { namespaces: ['default'] } })],
      ip(2),
    ],
    [
      'those without a serviceAllocation when the others are full',
      [
        pool('a', range(1, 1)),
        pool('b', range(2, 2), { serviceAllocation: { namespaces: ['default'] }, reserved: [range(2, 2)] }),
      ],
      ip(1),
    ],
    ['past one that is disabled', [pool('a', range(1, 1), { disabled: true }), pool('b', range(2, 2))], ip(2)],
    ['past one with autoAssign false', [pool('a', range(1, 1), { autoAssign: false }), pool('b', range(2, 2))], ip(2)],
    ['past one being deleted', [pool('a', range(1, 1), { deleting: true }), pool('b', range(2, 2))], ip(2)],
    ['past one that is not Ready', [pool('a', ['x', range(1, 1)]), pool('b', range(2, 2))], ip(2)],
    ['past one that is full', [pool('a', range(1, 1), { reserved: [ip(1)] }), pool('b', range(2, 2))], ip(2)],
  ])('%s', (_, pools, address) => {
    expect(decided(pools, [service('web')])).toEqual({ web: address });
    expect(decided([...pools].reverse(), [service('web')])).toEqual({ web: address });
  });

  it.each([
    ['a namespace that it names', { namespaces: ['shop'] }, true],
    ['no namespace that it does not name', { namespaces: ['cart'] }, false],
    ['a namespace with the labels', { namespaceSelectors: [{ matchLabels: { tier: 'gold' } }] }, true],
    ['no namespace with other labels', { namespaceSelectors: [{ matchLabels: { tier: 'low' } }] }, false],
    [
      'a namespace by either list',
      { namespaces: ['cart'], namespaceSelectors: [{ matchLabels: { tier: 'gold' } }] },
      true,
    ],
    ['a Service with the labels', { serviceSelectors: [{ matchLabels: { app: 'web' } }] }, true],
    ['no Service with other labels', { serviceSelectors: [{ matchLabels: { app: 'dns' } }] }, false],
    [
      'a Service by any of its selectors',
      { serviceSelectors: [{ matchLabels: { app: 'dns' } }, { matchLabels: { app: 'web' } }] },
      true,
    ],
    [
      'a Service by an expression',
      { serviceSelectors: [{ matchExpressions: [{ key: 'app', operator: 'NotIn' as const, values: ['dns'] }] }] },
      true,
    ],
    [
      'no Service of another namespace, whatever its labels',
      { namespaces: ['cart'], serviceSelectors: [{ matchLabels: { app: 'web' } }] },
      false,
    ],
    [
      'no Service with other labels, whatever its namespace',
      { namespaces: ['shop'], serviceSelectors: [{ matchLabels: { app: 'dns' } }] },
      false,
    ],
    ['every Service where its lists are empty', { namespaces: [], namespaceSelectors: [], serviceSelectors: [] }, true],
    ['every Service where it has no list', {}, true],
  ])('and one selects %s', (_, serviceAllocation, selected) => {
    const web = service('shop/web', { labels: { app: 'web' } });
    const outcome = decided([pool('public', range(1, 1), { serviceAllocation })], [web], SURROUNDINGS);
    expect(outcome).toEqual({ 'shop/web': selected ? ip(1) : 'NoMatchingPool' });
    const named = service('shop/web', { labels: { app: 'web' }, pool: 'public' });
    const byName = decided([pool('public', range(1, 1), { serviceAllocation })], [named], SURROUNDINGS);
    expect(byName).toEqual({ 'shop/web': selected ? ip(1) : 'PoolNotAllowed' });
  });

  it('by a namespace of which nothing is known as by one without labels', () => {
    const serviceAllocation = { namespaceSelectors: [{ matchLabels: { tier: 'gold' } }] };
    const pools = [pool('public', range(1, 1), { serviceAllocation })];
    expect(decided(pools, [service('nowhere/web')], SURROUNDINGS)).toEqual({ 'nowhere/web': 'NoMatchingPool' });
  });

  it('and every one passed over is told, with its reason, in the order tried', () => {
    const scene = new Scene(
      [
        pool('f', range(6, 6)),
        pool('a', range(0, 1), { deleting: true }),
        pool('b', ['x', range(2, 2)]),
        pool('c', range(3, 3), { disabled: true }),
        pool('d', range(4, 4), { autoAssign: false }),
        pool('e', range(5, 5), { reserved: [ip(5)] }),
        pool('g', range(7, 7), { serviceAllocation: { namespaces: ['cart'] } }),
        pool('h', range(8, 8), { serviceAllocation: { serviceSelectors: [{ matchLabels: { app: 'dns' } }] } }),
        pool('i', ip(9).includes(':') ? '192.0.2.9/32' : '2001:db8::9/128'),
      ],
      SURROUNDINGS,
    );
    expect(scene.put(service('first')).says('first')).toBe(ip(6));
    expect(scene.passedOver('first')).toEqual([
      'g NamespaceNotSelected',
      'h ServiceNotSelected',
      'c Disabled',
      'd AutoAssignOff',
      'e Full',
    ]);
    expect(scene.put(service('second')).says('second')).toBe('PoolExhausted');
    expect(scene.passedOver('second')).toEqual([
      'g NamespaceNotSelected',
      'h ServiceNotSelected',
      'c Disabled',
      'd AutoAssignOff',
      'e Full',
      'f Full',
      'i FamilyMissing',
      'a Deleting',
      'b NotReady',
    ]);
  });
});
