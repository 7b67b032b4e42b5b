import { describe, expect, it } from 'vitest';
import { interfacesOf, reach } from '../../../src/speaker/wire/peer-addresses.ts';

const ETH0 = { mac: '02:00:00:00:00:12', remote: '192.0.2.12' };
const ETH1 = { mac: '02:00:00:00:00:22', remote: '192.0.2.22' };
const STRANGER = '02:00:00:00:00:66';
const one = { node: 'n2', ...ETH0, interval: 100, multiplier: 3 };
const two = { ...one, others: [ETH1] };
const untold = { ...one, mac: undefined };

describe('reach', () => {
  it.each([
    ['the only one', one, undefined, ETH0, [ETH0]],
    ['the only one, whatever it says', one, STRANGER, ETH0, [ETH0]],
    ['the only one, of which only it knows the MAC address', untold, ETH0.mac, { ...ETH0, mac: undefined }, [ETH0]],
    ['the first while it has not said, but messages go to all', two, undefined, ETH0, [ETH0, ETH1]],
    ['the first where it says one that nobody knows, but messages go to all', two, STRANGER, ETH0, [ETH0, ETH1]],
    ['the first where it says so', two, ETH0.mac, ETH0, [ETH0]],
    ['another where it says so', two, ETH1.mac, ETH1, [ETH1]],
  ])('is by the interface of the peer that is %s', (_name, peer, told, by, to) => {
    expect(reach(peer, told)).toEqual({ peer: { ...peer, ...by }, to: to.map(({ remote }) => remote) });
  });
});

describe('interfacesOf', () => {
  it('are the first and all others', () => {
    expect([interfacesOf(one), interfacesOf(two)]).toEqual([[ETH0], [ETH0, ETH1]]);
  });
});
