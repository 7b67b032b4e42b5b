import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { Scene } from './scene.ts';

describe.each(NETS)('two Services may share an address, $family', ({ ip, range, service }) => {
  const http = { key: 'k', ports: [80] };
  const https = { key: 'k', ports: [443] };

  it('and one that may not is told why', () => {
    const why = (a: object, b: object, sharing: 'Namespace' | 'Cluster' = 'Namespace', name = 'b') => {
      const scene = new Scene([pool('public', range(1, 1), { sharing })]);
      scene.put(service('a', { ...a, ips: ip(1) })).put(service(name, { ...b, ips: ip(1) }));
      return scene.verdict(name).message;
    };
    expect(why(http, { ports: [443] })).toBe(`${ip(1)} is held by default/a, and it does not share`);
    expect(why(http, { ...https, key: 'l' })).toContain('their sharing keys differ');
    expect(why(http, http)).toContain('both use port TCP/80');
    expect(why(http, { ...https, local: { app: 'web' } })).toContain('must select the same pods');
    expect(why(http, https, 'Namespace', 'shop/b')).toContain('a sharing key counts within its namespace');
    expect(why(http, https, 'Cluster', 'shop/b')).toContain(ip(1));
  });
});
