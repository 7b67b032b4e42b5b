import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('a Service that names an address, $family', ({ family, ip, range, service }) => {
  const foreign = family === 'IPv4' ? '2001:db8::1' : '192.0.2.1';
  const both = family === 'IPv4' ? '2001:db8::/64' : '192.0.2.0/24';

  it.each([
    ['gets it', [pool('a', range(1, 9))], { ips: ip(5) }, ip(5)],
    ['gets it from a pool tried later', [pool('a', range(1, 1)), pool('b', range(2, 9))], { ips: ip(5) }, ip(5)],
    ['gets it though autoAssign is false', [pool('a', range(1, 9), { autoAssign: false })], { ips: ip(5) }, ip(5)],
    ['gets it from the pool that it names', [pool('a', range(1, 9))], { ips: ip(5), pool: 'a' }, ip(5)],
    ['may name it in the field', [pool('a', range(1, 9))], { loadBalancerIP: ip(5) }, ip(5)],
    ['may name it in both places', [pool('a', range(1, 9))], { ips: ip(5), loadBalancerIP: ip(5) }, ip(5)],
    ['may put spaces around it', [pool('a', range(1, 9))], { ips: ` ${ip(5)} ` }, ip(5)],
    [
      'may use another spelling',
      [pool('a', range(1, 9))],
      { annotations: { 'metallb.io/loadBalancerIPs': ip(5) } },
      ip(5),
    ],
    ['names none with an empty annotation', [pool('a', range(1, 9))], { ips: '' }, ip(1)],
    ['names none with a blank annotation', [pool('a', range(1, 9))], { ips: ' ' }, ip(1)],
    [
      'names one in the field, the annotation being empty',
      [pool('a', range(1, 9))],
      { ips: '', loadBalancerIP: ip(5) },
      ip(5),
    ],
    ['waits for one in no pool', [pool('a', range(1, 4))], { ips: ip(5) }, 'AddressNotInAnyPool'],
    [
      'waits for one outside its pool',
      [pool('a', range(1, 4))],
      { ips: ip(5), pool: 'a' },
      'AddressNotInRequestedPool',
    ],
    [
      'waits for one of another pool',
      [pool('a', range(1, 4)), pool('b', range(5, 9))],
      { ips: ip(5), pool: 'a' },
      'AddressNotInRequestedPool',
    ],
    ['waits for one in a pool that does not exist', [pool('a', range(1, 9))], { ips: ip(5), pool: 'b' }, 'UnknownPool'],
    [
      'waits for one that is reserved',
      [pool('a', range(1, 9), { reserved: [ip(5)] })],
      { ips: ip(5) },
      'AddressReserved',
    ],
    [
      'waits for one of a disabled pool',
      [pool('a', range(1, 9), { disabled: true })],
      { ips: ip(5) },
      'PoolNotAllowed',
    ],
    [
      'waits for one of a pool that selects others',
      [pool('a', range(1, 9), { serviceAllocation: { namespaces: ['shop'] } })],
      { ips: ip(5) },
      'PoolNotAllowed',
    ],
    [
      'waits for one of a pool being deleted',
      [pool('a', range(1, 9), { deleting: true }), pool('b', both)],
      { ips: ip(5) },
      'PoolNotAllowed',
    ],
    [
      'waits for one of a pool being deleted that it names',
      [pool('a', range(1, 9), { deleting: true }), pool('b', both)],
      { ips: ip(5), pool: 'a' },
      'PoolNotAllowed',
    ],
    [
      'waits for one of a pool that is not Ready',
      [pool('a', [range(1, 9), range(9, 9)]), pool('b', both)],
      { ips: ip(5) },
      'PoolNotAllowed',
    ],
    [
      'waits for one in an unreadable pool that it names',
      [pool('a', 'x'), pool('b', both)],
      { ips: ip(5), pool: 'a' },
      'PoolNotAllowed',
    ],
    ['waits where no pool is Ready', [pool('a', range(1, 9), { deleting: true })], { ips: ip(5) }, 'NoPools'],
    ['waits for one of the other family', [pool('a', [range(1, 9), both])], { ips: foreign }, 'FamilyMismatch'],
    [
      'waits for two, one of each family',
      [pool('a', [range(1, 9), both])],
      { ips: `${ip(5)},${foreign}` },
      'FamilyMismatch',
    ],
    ['asks in vain for two of a family', [pool('a', range(1, 9))], { ips: `${ip(5)},${ip(6)}` }, 'InvalidRequest'],
    ['asks in vain for one twice', [pool('a', range(1, 9))], { ips: `${ip(5)},${ip(5)}` }, 'InvalidRequest'],
    ['asks in vain with a range', [pool('a', range(1, 9))], { ips: range(5, 6) }, 'InvalidRequest'],
    ['asks in vain with a prefix', [pool('a', range(1, 9))], { ips: `${ip(5)}/32` }, 'InvalidRequest'],
    ['asks in vain with a name', [pool('a', range(1, 9))], { ips: 'web.example' }, 'InvalidRequest'],
    ['asks in vain with a comma too many', [pool('a', range(1, 9))], { ips: `${ip(5)},` }, 'InvalidRequest'],
    ['asks in vain with a broken field', [pool('a', range(1, 9))], { loadBalancerIP: 'x' }, 'InvalidRequest'],
    [
      'asks in vain for different ones',
      [pool('a', range(1, 9))],
      { ips: ip(5), loadBalancerIP: ip(6) },
      'InvalidRequest',
    ],
    ['asks in vain for nonsense, even without pools', [], { ips: 'x' }, 'InvalidRequest'],
  ])('%s', (_, pools, wish, outcome) => {
    expect(decided(pools, [service('web', wish)])).toEqual({ web: outcome });
  });

  it('waits while another holds it, and gets it then', () => {
    const scene = new Scene([pool('a', range(1, 9))]);
    scene.put(service('holder', { ips: ip(5) })).put(service('web', { ips: ip(5) }));
    expect(scene.says('web')).toBe('AddressInUse');
    expect(scene.verdict('web').message).toContain('default/holder');
    expect(scene.remove('holder').says('web')).toBe(ip(5));
  });

  it('takes it from the older Service that leaves the choice to us, if that one has none yet', () => {
    const services = [service('old', { created: 1 }), service('new', { created: 2, ips: ip(1) })];
    expect(decided([pool('a', range(1, 1))], services)).toEqual({ old: ip(1), new: 'AddressInUse' });
  });

  it('names every fault', () => {
    const scene = new Scene([pool('a', range(1, 9))]).put(service('web', { ips: `x,${ip(5)},y`, loadBalancerIP: 'z' }));
    const { reason, message } = scene.verdict('web');
    expect(reason).toBe('InvalidRequest');
    for (const text of ['"x"', '"y"', '"z"']) expect(message).toContain(text);
  });
});

describe('a Service that names two addresses', () => {
  const dual = { policy: 'RequireDualStack', clusterIPs: ['10.0.0.1', 'fd00::1'] } as const;
  const V4 = '192.0.2.0/29';
  const V6 = '2001:db8::/125';

  it.each([
    ['gets both', [pool('a', [V4, V6])], '192.0.2.5,2001:db8::5', '192.0.2.5 2001:db8::5'],
    [
      'gets both, IPv4 first, in whatever order it names them',
      [pool('a', [V4, V6])],
      '2001:db8::5,192.0.2.5',
      '192.0.2.5 2001:db8::5',
    ],
    ['asks in vain for two pools', [pool('a', V4), pool('b', V6)], '192.0.2.5,2001:db8::5', 'InvalidRequest'],
    [
      'waits where one is reserved',
      [pool('a', [V4, V6], { reserved: ['2001:db8::5'] })],
      '192.0.2.5,2001:db8::5',
      'AddressReserved',
    ],
    ['waits where one is in no pool', [pool('a', V4)], '192.0.2.5,2001:db8::5', 'AddressNotInAnyPool'],
    ['waits where it names one only', [pool('a', [V4, V6])], '192.0.2.5', 'FamilyMismatch'],
  ])('%s', (_, pools, ips, outcome) => {
    expect(decided(pools, [service('web', { ips, ...dual })])).toEqual({ web: outcome });
  });

  it('waits for both while one is held', () => {
    const scene = new Scene([pool('a', [V4, V6])]).put(service('holder', { ips: '2001:db8::5', families: ['IPv6'] }));
    scene.put(service('web', { ips: '192.0.2.5,2001:db8::5', ...dual }));
    expect(scene.says('web')).toBe('AddressInUse');
    expect(scene.report('a').assignedIPv4).toBe(0);
  });

  it('with PreferDualStack must name both too', () => {
    const web = service('web', { ips: '192.0.2.5', ...dual, policy: 'PreferDualStack' });
    expect(decided([pool('a', [V4, V6])], [web])).toEqual({ web: 'FamilyMismatch' });
  });
});
