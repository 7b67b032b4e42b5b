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
    ['an address', { ips: ip(6) }, 'AddressInUse'],
    ['an unknown pool', { pool: 'c' }, 'UnknownPool'],
    ['nonsense', { ips: 'x' }, 'InvalidRequest'],
  ])('is told the inner reason: %s', (_, wish, reason) => {
    const { allocated, message } = holder().put(service('web', wish)).verdict('web');
    expect(allocated).toBe(true);
    expect(message).toContain(`keeps ${ip(1)} until its request can be met: ${reason}: `);
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
