import { describe, expect, it } from 'vitest';
import { findVrf } from '../../../src/speaker/peering/peer-vrf.ts';

const link = { mac: '', up: true, loopback: false, noArp: false, master: false, addresses: [], gateways: [] };

describe('findVrf', () => {
  const interfaces = [
    { ...link, name: 'red', index: 9, kind: 'vrf', vrf: 'red' },
    { ...link, name: 'br0', index: 3, kind: 'bridge', vrf: 'red' },
    { ...link, name: 'eth0', index: 2 },
  ];

  it('finds it by name', () => {
    expect(findVrf('red', interfaces)).toEqual({ name: 'red', index: 9 });
  });

  it.each([
    ['blue', 'spec.vrf is blue, and the node has no interface of that name: ip link add blue type vrf table NUMBER'],
    ['br0', 'spec.vrf is br0, and that interface of the node is no VRF but of the kind bridge: name a VRF'],
    ['eth0', 'is no VRF but of no kind that the kernel names'],
  ])('says why %s is none', (name, words) => {
    expect(findVrf(name, interfaces)).toContain(words);
  });
});
