import { describe, expect, it } from 'vitest';
import { parsePrefix } from '../../../../src/ip/prefix.ts';
import { PrefixMap } from '../../../../src/speaker/bgp/adj-rib-out/prefix-map.ts';

describe('PrefixMap', () => {
  it('finds networks whatever their host bits, and by their length', () => {
    const map = new PrefixMap<string>();
    for (const text of ['255.255.255.255/32', '192.0.2.0/24', '0.0.0.0/0', '2001:db8::/32', '::/0']) {
      map.set(parsePrefix(text), text);
    }
    expect(map.get(parsePrefix('192.0.2.77/24'))).toBe('192.0.2.0/24');
    expect(map.get(parsePrefix('192.0.2.77/25'))).toBeUndefined();
    expect(map.get(parsePrefix('203.0.113.1/0'))).toBe('0.0.0.0/0');
    expect(map.get(parsePrefix('2001:db8:ffff::1/32'))).toBe('2001:db8::/32');
    map.delete(parsePrefix('255.255.255.255/32'));
    map.delete(parsePrefix('2001:db8:1::/32'));
    map.delete(parsePrefix('198.51.100.0/24'));
    const left: string[] = [];
    const cursor = map.cursor();
    for (let value = cursor.next(); value !== undefined; value = cursor.next()) left.push(value);
    expect(left).toEqual(['0.0.0.0/0', '192.0.2.0/24', '::/0']);
  });
});
