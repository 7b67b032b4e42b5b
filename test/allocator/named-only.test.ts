import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

const NAMED_ONLY = { namedOnly: true };

describe.each(NETS)('where only named addresses are given, $family', ({ ip, range, service }) => {
  const pools = [pool('public', range(1, 9))];

  it.each([
    ['one that names its address gets it', { ips: ip(5) }, ip(5)],
    ['one that names none waits', {}, 'AddressNotNamed'],
    ['one that names a pool waits too', { pool: 'public' }, 'AddressNotNamed'],
    ['a holder that names none keeps what it has', { holds: [ip(5)] }, ip(5)],
    ['a holder of an address in no pool keeps it', { holds: [ip(0)] }, `${ip(0)} Retained`],
    ['a holder that names another gets it', { holds: [ip(5)], ips: ip(6) }, ip(6)],
  ])('%s', (_, wish, outcome) => {
    expect(decided(pools, [service('web', wish)], NAMED_ONLY)).toEqual({ web: outcome });
  });

  it('one that names none is told what to do', () => {
    const { message } = new Scene(pools, NAMED_ONLY).put(service('web')).verdict('web');
    expect(message).toContain('berth.dev/loadBalancerIPs');
  });
});

describe('where only named addresses are given', () => {
  it('a holder of one family is not given the other', () => {
    const web = service('web', { holds: ['192.0.2.5'], policy: 'PreferDualStack' });
    expect(decided([pool('public', ['192.0.2.0/24', '2001:db8::/64'])], [web], NAMED_ONLY)).toEqual({
      web: '192.0.2.5',
    });
  });
});
