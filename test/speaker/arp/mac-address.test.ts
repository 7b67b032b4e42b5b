import { describe, expect, it } from 'vitest';
import { BROADCAST_MAC, formatMac, isGroupMac, parseMac } from '../../../src/speaker/arp/mac-address.ts';

describe('MAC addresses', () => {
  it.each([
    ['00:00:00:00:00:00', 0],
    ['02:00:00:00:00:11', 0x0200_0000_0011],
    ['ff:ff:ff:ff:ff:ff', BROADCAST_MAC],
  ])('%s is one integer, both ways', (text, value) => {
    expect(parseMac(text)).toBe(value);
    expect(formatMac(value)).toBe(text);
  });

  it('reads upper case and prints lower case', () => {
    expect(formatMac(parseMac('0A:BC:DE:F0:12:34'))).toBe('0a:bc:de:f0:12:34');
  });

  it.each(['', '02:00:00:00:00', '02:00:00:00:00:11:22', '02-00-00-00-00-11', '2:0:0:0:0:1', '02:00:00:00:00:1g'])(
    'refuses "%s"',
    (text) => expect(() => parseMac(text)).toThrow(RangeError),
  );

  it.each([
    ['01:00:5e:00:00:01', true],
    ['33:33:00:00:00:01', true],
    ['ff:ff:ff:ff:ff:ff', true],
    ['02:ff:ff:ff:ff:ff', false],
    ['fe:00:00:00:00:01', false],
  ])('%s is a group address: %s', (text, group) => expect(isGroupMac(parseMac(text))).toBe(group));
});
