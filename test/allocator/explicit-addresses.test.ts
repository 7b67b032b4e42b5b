import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('a Service that names an address, $family', ({ ip, range, service }) => {
  it.each([
    ['may put spaces around it', { ips: ` ${ip(5)} ` }, ip(5)],
    ['names none with a blank annotation', { ips: ' ' }, ip(1)],
  ])('%s', (_, wish, outcome) => {
    expect(decided([pool('a', range(1, 9))], [service('web', wish)])).toEqual({ web: outcome });
  });

  it('is told who holds it', () => {
    const scene = new Scene([pool('a', range(1, 9))]);
    scene.put(service('holder', { ips: ip(5) })).put(service('web', { ips: ip(5) }));
    expect(scene.verdict('web').message).toContain('default/holder');
  });

  it.each([
    ['the annotation', { ips: ip(9) }, 'berth.dev/loadBalancerIPs'],
    [
      'another spelling',
      { annotations: { 'metallb.universe.tf/loadBalancerIPs': ip(9) } },
      'metallb.universe.tf/loadBalancerIPs',
    ],
    ['the field', { loadBalancerIP: ip(9) }, 'spec.loadBalancerIP'],
  ])('is told where an address that no pool has is named: %s', (_, wish, field) => {
    const scene = new Scene([pool('a', range(1, 2)), pool('b', range(3, 3))]).put(service('web', wish));
    expect(scene.verdict('web').message).toBe(
      `${field}: ${ip(9)} is in no pool: ask for an address of a pool (a, b), or add this one to a pool`,
    );
  });

  it('is told where an address that is withheld is named, and how to learn what withholds it', () => {
    const scene = new Scene([pool('a', range(1, 9), { reserved: [ip(5)] })]).put(service('web', { ips: ip(5) }));
    expect(scene.verdict('web').message).toBe(
      `berth.dev/loadBalancerIPs: ${ip(5)} is reserved, avoided or never given out in pool a: ` +
        `ask for another address, or see what withholds it: berth explain address ${ip(5)}`,
    );
  });

  it.each([
    [{ ips: ',' }, 'berth.dev/loadBalancerIPs: an entry is empty: separate addresses by single commas'],
    [{ annotations: { 'metallb.io/loadBalancerIPs': 'x' } }, 'metallb.io/loadBalancerIPs: "x" is not an IP address'],
    [
      { ips: ip(1), loadBalancerIP: ip(2) },
      'spec.loadBalancerIP and the annotation berth.dev/loadBalancerIPs disagree: keep one of them',
    ],
  ])('is told the spelling of what cannot be understood: %j', (wish, message) => {
    const scene = new Scene([pool('a', range(1, 9))]).put(service('web', wish));
    expect(scene.verdict('web')).toMatchObject({ reason: 'InvalidRequest', message: expect.stringContaining(message) });
  });

  it('is told every fault', () => {
    const scene = new Scene([pool('a', range(1, 9))]).put(service('web', { ips: `x,${ip(5)},y`, loadBalancerIP: 'z' }));
    const { reason, message } = scene.verdict('web');
    expect(reason).toBe('InvalidRequest');
    for (const text of ['"x"', '"y"', '"z"']) expect(message).toContain(text);
  });
});
