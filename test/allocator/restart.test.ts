import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('at start, $family', ({ ip, range, service }) => {
  it('two addresses of one family stay', () => {
    const web = service('web', { holds: [ip(6), ip(5)] });
    expect(decided([pool('public', range(1, 9))], [web])).toEqual({ web: `${ip(5)} ${ip(6)}` });
  });

  it('the pools may come after the Services', () => {
    const scene = new Scene([]).put(service('web', { holds: [ip(5)] }), service('new', { created: 1 }));
    scene.pools([pool('public', range(1, 4), { retained: [`${ip(5)} default/web`] })]);
    expect(scene.outcome()).toEqual({ web: `${ip(5)} Retained`, new: ip(1) });
    expect(scene.verdict('web').pool).toBe('public');
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
  });

  it('a pool that is being deleted waits for those that hold its addresses', () => {
    const scene = new Scene([pool('public', range(1, 9), { deleting: true })]).put(service('web', { holds: [ip(5)] }));
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
    expect(scene.report('public').message).toContain('default/web');
  });

  it('a Service that changes before anything is decided is claimed as it is last seen', () => {
    const scene = new Scene([pool('public', range(1, 9))]);
    scene.put(service('web', { holds: [ip(5)] }), service('web', { holds: [ip(6)] }));
    expect(scene.says('web')).toBe(ip(6));
  });
});

describe('at start', () => {
  it('both halves of a dual-stack Service stay, IPv4 first', () => {
    const web = service('web', { policy: 'RequireDualStack', holds: ['2001:db8::5', '192.0.2.5'] });
    expect(decided([pool('public', ['192.0.2.0/24', '2001:db8::/64'])], [web])).toEqual({
      web: '192.0.2.5 2001:db8::5',
    });
  });

  it('an address is known by its value, however it is written', () => {
    const web = service('web', { families: ['IPv6'], holds: ['2001:DB8:0::0005'] });
    expect(decided([pool('public', '2001:db8::/64')], [web])).toEqual({ web: '2001:db8::5' });
  });

  it('an address of a family that is not asked for is given back once another is given', () => {
    const web = service('web', { families: ['IPv6'], holds: ['192.0.2.5'] });
    expect(decided([pool('public', '192.0.2.0/24')], [web])).toEqual({ web: '192.0.2.5 KeptWhileRequestPending' });
    expect(decided([pool('public', ['192.0.2.0/24', '2001:db8::/64'])], [web])).toEqual({ web: '2001:db8::' });
  });
});
