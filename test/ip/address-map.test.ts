import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/ip/address.ts';
import { AddressMap } from '../../src/ip/address-map.ts';

describe('an address map', () => {
  it('finds by value, not by object', () => {
    const map = new AddressMap<string>();
    map.set(parseAddress('192.0.2.1'), 'a');
    map.set(parseAddress('2001:db8::1'), 'b');
    expect(map.get(parseAddress('192.0.2.1'))).toBe('a');
    expect(map.get(parseAddress('2001:db8:0::1'))).toBe('b');
    expect(map.get(parseAddress('192.0.2.2'))).toBeUndefined();
  });

  it('keeps equal values of two families apart', () => {
    const map = new AddressMap<string>();
    map.set(parseAddress('0.0.0.1'), 'IPv4');
    map.set(parseAddress('::1'), 'IPv6');
    expect(map.size).toBe(2);
    map.delete(parseAddress('0.0.0.1'));
    expect(map.get(parseAddress('0.0.0.1'))).toBeUndefined();
    expect([...map.values()]).toEqual(['IPv6']);
  });

  it('replaces', () => {
    const map = new AddressMap<string>();
    map.set(parseAddress('192.0.2.1'), 'before');
    map.set(parseAddress('192.0.2.1'), 'after');
    expect([...map.values()]).toEqual(['after']);
    expect(map.size).toBe(1);
  });
});
