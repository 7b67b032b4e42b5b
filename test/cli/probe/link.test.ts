import { describe, expect, it } from 'vitest';
import { linkOf, linkOn, ownerOf } from '../../../src/cli/probe/link.ts';
import { formatAddress, parseAddress } from '../../../src/ip/address.ts';
import type { NetworkInterface } from '../../../src/os/network-interface.ts';

function nic(name: string, more: Partial<NetworkInterface> = {}): NetworkInterface {
  return {
    name,
    index: 2,
    mac: '02:00:00:00:00:01',
    up: true,
    loopback: false,
    noArp: false,
    master: false,
    addresses: [],
    gateways: [],
    ...more,
  };
}

const eth0 = nic('eth0', { addresses: ['192.0.2.1/24', '2001:db8::1/64', 'fe80::1/64'] });
const eth1 = nic('eth1', { addresses: ['192.0.2.130/28', '198.51.100.1/24'] });

describe('linkOf', () => {
  it.each([
    ['192.0.2.50', 'eth0', '192.0.2.1'],
    ['192.0.2.135', 'eth1', '192.0.2.130'],
    ['198.51.100.7', 'eth1', '198.51.100.1'],
    ['2001:db8::50', 'eth0', '2001:db8::1'],
  ])('asks for %s on %s, from %s', (address, name, local) => {
    const link = linkOf(parseAddress(address), [eth0, eth1]);
    expect(link?.interface.name).toBe(name);
    expect(link && formatAddress(link.local)).toBe(local);
  });

  it.each(['203.0.113.1', '2001:db9::1'])('finds none for %s, which a router leads to', (address) => {
    expect(linkOf(parseAddress(address), [eth0, eth1])).toBeUndefined();
  });

  it.each<[string, Partial<NetworkInterface>]>([
    ['is down', { up: false }],
    ['is lo', { loopback: true }],
    ['does not speak ARP', { noArp: true }],
    ['is a port of another', { master: true }],
    ['has no MAC address', { mac: '' }],
  ])('passes over an interface that %s', (_what, state) => {
    expect(linkOf(parseAddress('192.0.2.50'), [{ ...eth0, ...state }])).toBeUndefined();
  });
});

describe('linkOn', () => {
  it('asks from an address of the family where none is in the subnet', () => {
    const link = linkOn(parseAddress('203.0.113.1'), eth1);
    expect(link && formatAddress(link.local)).toBe('192.0.2.130');
    expect(linkOn(parseAddress('2001:db9::1'), eth1)).toBeUndefined();
  });
});

describe('ownerOf', () => {
  it('finds the interface that has the address itself', () => {
    expect(ownerOf(parseAddress('2001:db8:0::1'), [eth1, eth0])).toBe(eth0);
    expect(ownerOf(parseAddress('192.0.2.13'), [eth1, eth0])).toBeUndefined();
  });
});
