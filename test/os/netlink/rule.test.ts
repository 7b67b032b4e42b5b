import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/ip/address.ts';
import { parsePrefix } from '../../../src/ip/prefix.ts';
import { decodeRuleTable, encodeIncomingRule, encodeRuleRequest } from '../../../src/os/netlink/rule.ts';
import {
  decodeUnreachableRoute,
  encodeFamilyRouteRequest,
  encodeUnreachableRoute,
} from '../../../src/os/netlink/unreachable-route.ts';

describe('a rule', () => {
  it('is of the family, goes to a table, and is of all that does not come from the node itself', () => {
    const payload = encodeIncomingRule({ family: 'IPv6', priority: 7, table: 300 });
    expect([payload[0], payload[7], new DataView(payload.buffer).getUint32(8, true)]).toEqual([10, 1, 2]);
    expect(Buffer.from(payload).toString('latin1')).toContain('lo\0');
    expect(decodeRuleTable(payload)).toBe(300);
    expect(encodeRuleRequest('IPv4')[0]).toBe(2);
  });

  it('of another action, or cut short, goes nowhere', () => {
    const payload = encodeIncomingRule({ family: 'IPv4', priority: 7, table: 300 });
    expect(decodeRuleTable(payload.slice(0, 11))).toBeUndefined();
    payload[7] = 8;
    expect(decodeRuleTable(payload)).toBeUndefined();
  });
});

describe('an unreachable route', () => {
  it.each(['198.51.100.0/24', '198.51.100.1/32', '2001:db8::1/128'])('to %s is read as it was written', (text) => {
    const payload = encodeUnreachableRoute(parsePrefix(text), 300);
    const prefix = decodeUnreachableRoute(payload, 300);
    expect(prefix && `${formatAddress(prefix.address)}/${prefix.length}`).toBe(text);
    expect(decodeUnreachableRoute(payload, 254)).toBeUndefined();
    expect(encodeFamilyRouteRequest('IPv6')[0]).toBe(10);
  });

  it('is found in no other octets by accident, and nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        decodeUnreachableRoute(octets, 300);
        decodeRuleTable(octets);
      }),
    );
  });
});
