import { describe, expect, it } from 'vitest';
import { formatIPv6 } from '../../../src/ip/address.ts';
import { formatMac } from '../../../src/speaker/arp/mac-address.ts';
import { isMulticast, isSolicitedNode, macOfGroup, solicitedNodeOf } from '../../../src/speaker/ndp/solicited-node.ts';
import { integer } from './frame-bytes.ts';

describe('solicitedNodeOf', () => {
  it.each([
    // The example of RFC 4291 section 2.7.1.
    ['4037::1:800:200e:8c6c', 'ff02::1:ff0e:8c6c', '33:33:ff:0e:8c:6c'],
    ['2001:db8::', 'ff02::1:ff00:0', '33:33:ff:00:00:00'],
    ['2001:db8::ffff:ffff:ffff', 'ff02::1:ffff:ffff', '33:33:ff:ff:ff:ff'],
  ])('%s is asked for in %s, at %s', (address, group, mac) => {
    const found = solicitedNodeOf(integer(address));
    expect(formatIPv6(found)).toBe(group);
    expect(formatMac(macOfGroup(found))).toBe(mac);
  });
});

describe('isSolicitedNode', () => {
  it.each([
    ['ff02::1:ff00:50', true],
    ['ff02::1:fe00:50', false],
    ['ff05::1:ff00:50', false],
    ['ff02::1', false],
    ['2001:db8::1:ff00:50', false],
  ])('%s: %s', (text, is) => expect(isSolicitedNode(integer(text))).toBe(is));
});

describe('isMulticast', () => {
  it.each([
    ['ff02::1', true],
    ['ffff::', true],
    ['feff::1', false],
    ['::', false],
  ])('%s: %s', (text, is) => expect(isMulticast(integer(text))).toBe(is));
});
