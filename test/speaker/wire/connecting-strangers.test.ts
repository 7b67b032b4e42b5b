import { beforeEach, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import { ConnectingStrangers } from '../../../src/speaker/wire/connecting-strangers.ts';

const IPV4 = { family: 'IPv4', vrf: undefined } as const;
const RED = { name: 'red', index: 9 };

let strangers: ConnectingStrangers;
beforeEach(() => {
  strangers = new ConnectingStrangers();
});

const come = (address: string, now: number, vrf?: typeof RED) => strangers.connected(parseAddress(address), vrf, now);

it('tells of those at one port: of a family, in a VRF or in none', () => {
  come('192.0.2.7', 1);
  come('192.0.2.7', 2, RED);
  come('192.0.2.8', 3, RED);
  come('2001:db8::7', 4);
  expect(strangers.since(0, IPV4)).toBe('192.0.2.7');
  expect(strangers.since(0, { ...IPV4, vrf: RED })).toBe('192.0.2.7, 192.0.2.8');
  expect(strangers.since(0, { ...IPV4, family: 'IPv6' })).toBe('2001:db8::7');
  expect(strangers.since(2, IPV4)).toBeUndefined();
});

it.each([
  ['takes a second look for none that goes on trying', 9_999, '192.0.2.7, 192.0.2.8'],
  ['tells of who goes on trying alone', 10_000, '192.0.2.8'],
])('%s', (_, later, words) => {
  come('192.0.2.7', 0);
  come('192.0.2.8', 0);
  come('192.0.2.8', later);
  expect(strangers.since(0, IPV4)).toBe(words);
});

it.each([
  [63, '192.0.2.7'],
  [64, 'many addresses, each of them once'],
])('remembers who comes back behind %d others, or does not', (others, words) => {
  come('192.0.2.7', 0);
  for (let other = 1; other <= others; other++) come(`203.0.113.${other}`, other);
  come('192.0.2.7', 120_000);
  expect(strangers.since(0, IPV4)).toBe(words);
});
