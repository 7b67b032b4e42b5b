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

  it('is told every fault', () => {
    const scene = new Scene([pool('a', range(1, 9))]).put(service('web', { ips: `x,${ip(5)},y`, loadBalancerIP: 'z' }));
    const { reason, message } = scene.verdict('web');
    expect(reason).toBe('InvalidRequest');
    for (const text of ['"x"', '"y"', '"z"']) expect(message).toContain(text);
  });
});
