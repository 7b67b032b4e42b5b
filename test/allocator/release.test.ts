import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('an address is given back, $family', ({ family, ip, range, service }) => {
  const holder = () => new Scene([pool('public', range(1, 1))]).put(service('web')).put(service('next'));

  it.each([
    ['when the Service is gone', (scene: Scene) => scene.remove('web')],
    ['when it is no LoadBalancer any more', (scene: Scene) => scene.put(service('web', { type: 'ClusterIP' }))],
    ['when it is one of another class', (scene: Scene) => scene.put(service('web', { class: 'other' }))],
  ])('%s', (_, release) => {
    const scene = release(holder());
    expect(scene.outcome()).toEqual({ next: ip(1) });
    expect(scene.allocator.verdictOf('default/web')).toBeUndefined();
    expect(scene.report('public')[`assigned${family}`]).toBe(1);
  });

  it('but not when the Service is only being deleted', () => {
    expect(
      holder()
        .put(service('web', { deleting: true }))
        .outcome(),
    ).toEqual({ web: ip(1), next: 'PoolExhausted' });
  });

  it('but not when its status loses it', () => {
    const scene = new Scene([pool('public', range(1, 9))]).put(service('web', { holds: [ip(5)] }));
    expect(scene.put(service('web', { holds: [] })).says('web')).toBe(ip(5));
    expect(scene.put(service('web', { holds: [ip(7)] })).says('web')).toBe(ip(5));
  });

  it('and the Service has no claim to it when it comes again', () => {
    expect(holder().remove('web').put(service('web')).outcome()).toEqual({ web: 'PoolExhausted', next: ip(1) });
  });

  it('once, however often it is said', () => {
    const scene = holder().remove('web').remove('web').remove('nobody');
    expect(scene.outcome()).toEqual({ next: ip(1) });
    expect(scene.remove('next').report('public')[`available${family}`]).toBe(1);
  });

  it('to the older of those that wait, then to the next', () => {
    const scene = new Scene([pool('public', range(1, 2))]).put(service('a'), service('b'));
    scene.put(service('young', { created: 2 }), service('old', { created: 1 }));
    expect(scene.remove('a').outcome()).toEqual({ b: ip(2), old: ip(1), young: 'PoolExhausted' });
    expect(scene.remove('b').outcome()).toEqual({ old: ip(1), young: ip(2) });
  });
});

describe.each(NETS)('a Service is ours, $family', ({ ip, range, service }) => {
  const pools = [pool('public', range(1, 9))];

  it('without a class, where we serve none', () => {
    expect(
      decided(pools, [service('a'), service('b', { class: 'other' }), service('c', { type: 'NodePort' })]),
    ).toEqual({
      a: ip(1),
    });
  });

  it('of the class that we serve, and only that', () => {
    const scene = new Scene(pools, {}, 'berth');
    scene.put(service('a'), service('b', { class: 'berth' }), service('c', { class: 'other' }));
    expect(scene.outcome()).toEqual({ b: ip(1) });
  });

  it('or else its published address is nothing to us', () => {
    expect(decided(pools, [service('a', { class: 'other', holds: [ip(1)] }), service('b')])).toEqual({ b: ip(1) });
  });
});
