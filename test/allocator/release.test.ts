import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { Scene } from './scene.ts';

describe.each(NETS)('an address is given back, $family', ({ family, ip, range, service }) => {
  const holder = () => new Scene([pool('public', range(1, 1))]).put(service('web')).put(service('next'));

  it('and its Service forgotten, when it is no LoadBalancer any more', () => {
    const scene = holder().put(service('web', { type: 'ClusterIP' }));
    expect(scene.allocator.verdictOf('default/web')).toBeUndefined();
    expect(scene.report('public')[`assigned${family}`]).toBe(1);
  });

  it('once, however often it is said', () => {
    const scene = holder().remove('web').remove('web').remove('nobody');
    expect(scene.outcome()).toEqual({ next: ip(1) });
    expect(scene.remove('next').report('public')[`available${family}`]).toBe(1);
  });
});
