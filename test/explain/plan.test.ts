import { describe, expect, it } from 'vitest';
import { pool, service } from '../allocator/builders.ts';
import { BOTH, line, lines, PUBLIC, plan } from './plan-lines.ts';

describe('a plan', () => {
  it('has the shape that programs rely on', () => {
    expect(plan([PUBLIC, service('web', { created: 1 })])).toEqual({
      apiVersion: 'berth.dev/v1beta1',
      kind: 'Plan',
      pools: [
        {
          name: 'public',
          ready: true,
          reason: null,
          message: null,
          totalIPv4: 4,
          assignedIPv4: 1,
          availableIPv4: 3,
          totalIPv6: 0,
          assignedIPv6: 0,
          availableIPv6: 0,
          retained: [],
        },
      ],
      services: [
        {
          namespace: 'default',
          name: 'web',
          before: [],
          after: ['192.0.2.1'],
          pool: 'public',
          change: 'assign',
          allocated: true,
          reason: 'Allocated',
          message: '192.0.2.1 from pool public',
        },
      ],
      announcements: [
        {
          address: '192.0.2.1',
          service: 'default/web',
          protocol: 'l2',
          nodes: [],
          standby: [],
          reason: expect.any(String),
        },
      ],
    });
  });

  it('of nothing is empty', () => {
    expect(plan([])).toMatchObject({ pools: [], services: [], announcements: [] });
  });

  it('names the fault of a pool that is not Ready, and leaves no reason on one that is', () => {
    const { pools } = plan([pool('b', '192.0.2.0/24', { created: 1 }), pool('a', '192.0.2.7/32', { created: 2 })]);
    expect(pools.map(({ name, ready, reason }) => [name, ready, reason])).toEqual([
      ['a', false, 'OverlapsPool'],
      ['b', true, null],
    ]);
    expect(pools[0]?.message).toContain('of pool b');
    expect(pools[1]?.message).toBeNull();
  });

  it('lists Services by namespace and name, pools by name', () => {
    const objects = [
      service('b/a'),
      service('a/b'),
      service('a/a'),
      pool('z', '192.0.2.1/32'),
      pool('y', '192.0.2.2/32'),
    ];
    const { pools, services } = plan(objects);
    expect(services.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['a/a', 'a/b', 'b/a']);
    expect(pools.map(({ name }) => name)).toEqual(['y', 'z']);
  });

  it('does not depend on the order of its input', () => {
    const objects = [
      PUBLIC,
      service('c', { holds: ['192.0.2.2'] }),
      service('b', { created: 2 }),
      service('a', { created: 1 }),
    ];
    expect(plan([...objects].reverse())).toEqual(plan(objects));
  });

  it('leaves its input as it is', () => {
    const objects = [PUBLIC, service('web')];
    const before = structuredClone(objects);
    plan(objects, { evict: true, deleted: [pool('old', '192.0.2.9/32')] });
    expect(objects).toEqual(before);
  });
});

describe('change', () => {
  it.each([
    ['none: it keeps what it holds', [PUBLIC], { holds: ['192.0.2.3'] }, 'none 192.0.2.3 -> 192.0.2.3 Allocated'],
    ['none: published twice', [PUBLIC], { holds: ['192.0.2.3', '192.0.2.3'] }, 'none 192.0.2.3 -> 192.0.2.3 Allocated'],
    ['none: retained', [PUBLIC], { holds: ['192.0.2.9'] }, 'none 192.0.2.9 -> 192.0.2.9 Retained'],
    [
      'none: kept while its request is pending',
      [PUBLIC],
      { holds: ['192.0.2.3'], pool: 'x' },
      'none 192.0.2.3 -> 192.0.2.3 KeptWhileRequestPending',
    ],
    ['none: no pool at all', [], { holds: ['192.0.2.3'] }, 'none 192.0.2.3 -> 192.0.2.3 Retained'],
    ['assign: from nothing', [PUBLIC], {}, 'assign - -> 192.0.2.1 Allocated'],
    ['pending: still nothing', [], {}, 'pending - -> - NoPools'],
    ['pending: still nothing, and not understood', [PUBLIC], { ips: 'x' }, 'pending - -> - InvalidRequest'],
    [
      'pending: evicted to nothing',
      [pool('public', '192.0.2.3/32', { reserved: ['192.0.2.3'], reclaimPolicy: 'Evict' })],
      { holds: ['192.0.2.3'] },
      'pending 192.0.2.3 -> - PoolExhausted',
    ],
    [
      'move: another address',
      [PUBLIC],
      { holds: ['192.0.2.3'], ips: '192.0.2.4' },
      'move 192.0.2.3 -> 192.0.2.4 Allocated',
    ],
    [
      'move: it gains a family',
      [BOTH],
      { holds: ['192.0.2.3'], policy: 'PreferDualStack' },
      'move 192.0.2.3 -> 192.0.2.3 2001:db8::1 Allocated',
    ],
    [
      'move: it gives up a family',
      [BOTH],
      { holds: ['2001:db8::3', '192.0.2.3'] },
      'move 192.0.2.3 2001:db8::3 -> 192.0.2.3 Allocated',
    ],
    [
      'move: a pool takes a family from it, and it keeps the other half',
      [
        pool('public', ['192.0.2.1-192.0.2.4', '2001:db8::1/128'], {
          reserved: ['2001:db8::1'],
          reclaimPolicy: 'Evict',
        }),
      ],
      { holds: ['192.0.2.3', '2001:db8::1'], policy: 'PreferDualStack' },
      'move 192.0.2.3 2001:db8::1 -> 192.0.2.3 Allocated',
    ],
    [
      'IPv4 before IPv6, whichever is asked for first',
      [BOTH],
      { policy: 'RequireDualStack', families: ['IPv6', 'IPv4'] },
      'assign - -> 192.0.2.1 2001:db8::1 Allocated',
    ],
    [
      'release: no LoadBalancer any more',
      [PUBLIC],
      { holds: ['192.0.2.3'], type: 'ClusterIP' },
      'release 192.0.2.3 -> - null',
    ],
  ] as const)('%s', (_, pools, wish, expected) => {
    expect(lines([...pools, service('web', wish)])).toEqual([`web: ${expected}`]);
  });

  it.each([
    ['another class', { class: 'other', holds: ['192.0.2.3'] }],
    ['another class, holding nothing', { class: 'other' }],
    ['another class, of another Berth as far as one can see', { class: 'other', holds: ['192.0.2.3'], since: 1 }],
    ['no LoadBalancer', { type: 'ClusterIP' }],
    ['a node port', { type: 'NodePort' }],
  ] as const)('is not told of one that is not ours: %s', (_, wish) => {
    expect(lines([PUBLIC, service('web', wish)])).toEqual([]);
    expect(plan([PUBLIC, service('web', wish)]).announcements).toEqual([]);
  });

  it('gives nobody what a Service of another class shows, and counts it as assigned', () => {
    const { services, pools } = plan([PUBLIC, service('a', { class: 'other', holds: ['192.0.2.1'] }), service('b')]);
    expect(services.map(line)).toEqual(['b: assign - -> 192.0.2.2 Allocated']);
    expect(pools[0]).toMatchObject({ totalIPv4: 4, assignedIPv4: 2, availableIPv4: 2, retained: [] });
    const named = service('b', { ips: '192.0.2.1' });
    const refused = plan([PUBLIC, service('a', { class: 'other', holds: ['192.0.2.1'] }), named]).services[0];
    expect(refused?.reason).toBe('AddressInUse');
    expect(refused?.message).toContain('is held by default/a, and it has loadBalancerClass other');
  });

  it('names the one who keeps an address that two were found holding', () => {
    const two = ['a', 'b'].map((name) => service(name, { holds: ['192.0.2.1'] }));
    expect(plan([PUBLIC, ...two]).services[1]?.message).toBe(
      '192.0.2.2 from pool public; gave up 192.0.2.1, which default/a held before it',
    );
  });

  it('serves the class that it is to serve', () => {
    const services = [service('a'), service('b', { class: 'berth' })];
    expect(lines([PUBLIC, ...services], { loadBalancerClass: 'berth' })).toEqual([
      'b: assign - -> 192.0.2.1 Allocated',
    ]);
  });

  it('is release for one that is deleted, and others get its address', () => {
    const web = service('web', { holds: ['192.0.2.1'] });
    const { services, pools } = plan([PUBLIC, service('next')], { deleted: [web] });
    expect(services.map(line)).toEqual(['next: assign - -> 192.0.2.1 Allocated', 'web: release 192.0.2.1 -> - null']);
    expect(services[1]).toMatchObject({ pool: null, allocated: false });
    expect(services[1]?.message).toContain('it is deleted');
    expect(pools[0]?.assignedIPv4).toBe(1);
  });

  it('says nothing of one that is deleted and holds nothing, or is not ours', () => {
    const deleted = [service('a'), service('b', { class: 'other', holds: ['192.0.2.1'] })];
    expect(lines([PUBLIC], { deleted })).toEqual([]);
  });
});

describe('the order of decision', () => {
  it('is holders first, whatever their age', () => {
    const objects = [PUBLIC, service('old', { created: 1 }), service('new', { created: 9, holds: ['192.0.2.1'] })];
    expect(lines(objects)).toEqual([
      'new: none 192.0.2.1 -> 192.0.2.1 Allocated',
      'old: assign - -> 192.0.2.2 Allocated',
    ]);
  });

  it('is creation time, then namespace and name, for the rest', () => {
    const objects = [PUBLIC, service('b'), service('a'), service('d', { created: 2 }), service('c', { created: 1 })];
    expect(plan(objects).services.map(({ name, after }) => [name, ...after])).toEqual([
      ['a', '192.0.2.3'],
      ['b', '192.0.2.4'],
      ['c', '192.0.2.1'],
      ['d', '192.0.2.2'],
    ]);
  });

  it('lets one get what another leaves, even where that one is decided later', () => {
    const s1 = service('s1', { created: 1, holds: ['192.0.2.1'], ips: '192.0.2.2' });
    const s2 = service('s2', { created: 2, holds: ['192.0.2.2'], ips: '192.0.2.3' });
    expect(lines([PUBLIC, s1, s2])).toEqual([
      's1: move 192.0.2.1 -> 192.0.2.2 Allocated',
      's2: move 192.0.2.2 -> 192.0.2.3 Allocated',
    ]);
  });

  it('settles two holders of one address by the rule', () => {
    const a = service('a', { holds: ['192.0.2.2'], since: 2 });
    const b = service('b', { holds: ['192.0.2.2'], since: 1 });
    expect(lines([PUBLIC, a, b])).toEqual([
      'a: move 192.0.2.2 -> 192.0.2.1 Allocated',
      'b: none 192.0.2.2 -> 192.0.2.2 Allocated',
    ]);
  });
});
