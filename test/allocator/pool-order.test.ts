import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('pools are tried, $family', ({ ip, range, service }) => {
  it('and one selects a Service by an expression', () => {
    const matchExpressions = [{ key: 'app', operator: 'NotIn' as const, values: ['dns'] }];
    const serviceAllocation = { serviceSelectors: [{ matchExpressions }] };
    const services = [service('web', { labels: { app: 'web' } }), service('dns', { labels: { app: 'dns' } })];
    const outcome = decided([pool('public', range(1, 2), { serviceAllocation })], services);
    expect(outcome).toEqual({ web: ip(1), dns: 'NoMatchingPool' });
  });

  it('and one selects every Service where its lists are empty', () => {
    const serviceAllocation = { namespaces: [], namespaceSelectors: [], serviceSelectors: [] };
    expect(decided([pool('public', range(1, 1), { serviceAllocation })], [service('web')])).toEqual({ web: ip(1) });
  });

  it('and every one passed over is told, with its reason, in the order tried', () => {
    const scene = new Scene([
      pool('f', range(6, 6)),
      pool('a', range(0, 1), { deleting: true }),
      pool('b', ['x', range(2, 2)]),
      pool('c', range(3, 3), { disabled: true }),
      pool('d', range(4, 4), { autoAssign: false }),
      pool('e', range(5, 5), { reserved: [ip(5)] }),
      pool('g', range(7, 7), { serviceAllocation: { namespaces: ['cart'] } }),
      pool('h', range(8, 8), { serviceAllocation: { serviceSelectors: [{ matchLabels: { app: 'dns' } }] } }),
      pool('i', ip(9).includes(':') ? '192.0.2.9/32' : '2001:db8::9/128'),
    ]);
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
