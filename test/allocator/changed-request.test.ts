import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { Scene } from './scene.ts';

describe.each(NETS)('a holder that changes its mind, $family', ({ family, ip, range, service }) => {
  const other = family === 'IPv4' ? 'IPv6' : 'IPv4';
  const holder = () =>
    new Scene([pool('a', range(1, 4)), pool('b', range(5, 9))])
      .put(service('holder', { ips: ip(6) }))
      .put(service('web'));

  it.each([
    ['for another address', { ips: ip(3) }, ip(3)],
    ['for another pool', { pool: 'b' }, ip(5)],
    ['for its own address', { ips: ip(1) }, ip(1)],
    ['for its own pool', { pool: 'a' }, ip(1)],
    ['for one that is taken', { ips: ip(6) }, `${ip(1)} KeptWhileRequestPending`],
    ['for one in no pool', { ips: ip(0) }, `${ip(1)} KeptWhileRequestPending`],
    ['for an unknown pool', { pool: 'c' }, `${ip(1)} KeptWhileRequestPending`],
    ['for the other family', { families: [other] }, `${ip(1)} KeptWhileRequestPending`],
    ['for nonsense', { ips: 'x' }, `${ip(1)} KeptWhileRequestPending`],
    ['for two of a family', { ips: `${ip(3)},${ip(4)}` }, `${ip(1)} KeptWhileRequestPending`],
    ['for both families', { policy: 'RequireDualStack' }, `${ip(1)} KeptWhileRequestPending`],
  ] as const)('%s', (_, wish, outcome) => {
    const scene = holder().put(service('web', wish));
    expect(scene.says('web')).toBe(outcome);
    expect(scene.says('holder')).toBe(ip(6));
  });

  it.each([
    ['an address', { ips: ip(6) }, 'AddressInUse'],
    ['an unknown pool', { pool: 'c' }, 'UnknownPool'],
    ['nonsense', { ips: 'x' }, 'InvalidRequest'],
  ])('is told the inner reason: %s', (_, wish, reason) => {
    const { allocated, message } = holder().put(service('web', wish)).verdict('web');
    expect(allocated).toBe(true);
    expect(message).toContain(`keeps ${ip(1)} until its request can be met: ${reason}: `);
  });

  it('gets what it asked for when that is given back, and gives back what it kept', () => {
    const scene = holder()
      .put(service('web', { ips: ip(6) }))
      .put(service('next', { ips: ip(1) }));
    expect(scene.outcome()).toMatchObject({ web: `${ip(1)} KeptWhileRequestPending`, next: 'AddressInUse' });
    expect(scene.remove('holder').outcome()).toEqual({ web: ip(6), next: ip(1) });
  });

  it('keeps its address when it takes its wish back', () => {
    const scene = holder()
      .put(service('web', { ips: ip(3) }))
      .put(service('web'));
    expect(scene.says('web')).toBe(ip(3));
    expect(
      scene
        .put(service('web', { pool: 'c' }))
        .put(service('web'))
        .says('web'),
    ).toBe(ip(3));
  });

  it('moves to the other family as soon as there is one', () => {
    const scene = holder().put(service('web', { families: [other] }));
    const both = other === 'IPv4' ? '198.51.100.0/24' : '2001:db8:1::/64';
    expect(scene.pools([pool('a', range(1, 4)), pool('b', range(5, 9)), pool('c', both)]).says('web')).toBe(
      both.replace(/\/\d+/, ''),
    );
    expect(scene.report('a')[`assigned${family}`]).toBe(0);
  });

  it('is served in the order of the pools when it changes its family', () => {
    const elsewhere = other === 'IPv4' ? ['198.51.100.0/24', '203.0.113.0/24'] : ['2001:db8:1::/64', '2001:db8:2::/64'];
    const [first = '', second = ''] = elsewhere;
    const scene = new Scene([pool('a', first), pool('b', [range(1, 1), second])]).put(service('web'));
    expect(scene.put(service('web', { families: [other] })).says('web')).toBe(first.replace(/\/\d+/, ''));
  });

  it('keeps what it has while it is being deleted, and asks for nothing more', () => {
    const scene = holder().put(service('web', { deleting: true, ips: ip(3) }));
    expect(scene.says('web')).toBe(ip(1));
    expect(scene.put(service('late', { deleting: true })).verdict('late').allocated).toBe(false);
    expect(scene.verdict('late').addresses).toEqual([]);
  });
});
