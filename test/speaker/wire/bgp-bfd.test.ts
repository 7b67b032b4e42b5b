import { beforeEach, describe, expect, it } from 'vitest';
import { assignedPeer, BgpScene, INTERFACES } from '../bgp-peer.ts';

const BFD = { receiveInterval: 50, transmitInterval: 60, detectMultiplier: 3, passive: true, minimumTtl: 254 };

let scene: BgpScene;
beforeEach(() => {
  scene = new BgpScene();
});

describe('BFD of a BGP session', () => {
  const transition = { diagnostic: 'Control Detection Time Expired', remoteDiagnostic: 'No Diagnostic' } as const;

  it('watches the peer on its link as the profile says', () => {
    scene.up(assignedPeer({ bfd: BFD }));
    expect(scene.bgp.watched()).toEqual([
      {
        ...{ node: 'tor', interface: { name: 'eth0', index: 2 }, local: '192.0.2.11', remote: '192.0.2.1' },
        ...{ interval: 60, receiveInterval: 50, multiplier: 3, passive: true },
      },
    ]);
    expect(scene.session()?.bfd).toBe('Down');
  });

  it.each([
    ['203.0.113.1', undefined, '0.0.0.0'],
    ['203.0.113.1', '192.0.2.11', '192.0.2.11'],
    ['2001:db8:f::1', undefined, '::'],
  ])('watches %s, which is on no link, over several hops', (address, sourceAddress, local) => {
    scene.assign(assignedPeer({ bfd: BFD, address, sourceAddress, multihop: true }));
    expect(scene.bgp.watched()).toEqual([
      {
        ...{ node: 'tor', local, remote: address, minimumTtl: 254 },
        ...{ interval: 60, receiveInterval: 50, multiplier: 3, passive: true },
      },
    ]);
    expect(scene.faults()).toEqual([]);
  });

  const red = { name: 'red', index: 9 };
  const [eth0] = INTERFACES;
  it.each([
    ['on a port of the VRF', [{ ...eth0, name: 'eth1', index: 3, vrf: 'red' }], { name: 'eth1', index: 3 }],
    ['over several hops, where the subnet is that of the main table', [], undefined],
  ])('watches a peer in a VRF %s', (_, ports, link) => {
    scene.assignOn([...INTERFACES, ...(ports as typeof INTERFACES)], assignedPeer({ bfd: BFD, vrf: red }));
    expect(scene.bgp.watched()).toMatchObject([{ node: 'tor', remote: '192.0.2.1', vrf: red }]);
    expect(scene.bgp.watched()[0]?.interface).toEqual(link);
    scene.assignOn([...INTERFACES, ...(ports as typeof INTERFACES)], assignedPeer({ bfd: BFD }));
    expect(scene.bgp.watched()[0]?.interface).toEqual({ name: 'eth0', index: 2 });
  });

  it('ends the session when the peer is gone, and not when it has left BFD on purpose', () => {
    scene.up(assignedPeer({ bfd: BFD }));
    const [watched] = scene.bgp.watched();
    if (watched === undefined) throw new Error('nobody is watched');
    scene.bgp.onBfd(watched, { ...transition, from: 'Init', to: 'Up', remoteState: 'Up' });
    scene.clock.advance(50);
    expect(scene.session()?.bfd).toBe('Up');
    scene.bgp.onBfd(watched, { ...transition, from: 'Up', to: 'Down', remoteState: 'AdminDown' });
    scene.clock.advance(50);
    expect(scene.session()).toMatchObject({ state: 'Established', bfd: 'Down' });
    scene.bgp.onBfd(watched, { ...transition, from: 'Up', to: 'Down', remoteState: 'Up' });
    scene.clock.advance(50);
    expect(scene.session()?.state).toBe('Idle');
    expect(scene.router.of('NOTIFICATION')).toMatchObject([{ code: 6, subcode: 10 }]);
    expect(
      scene.bgp.onBfd({ ...watched, node: 'n2' }, { ...transition, from: 'Up', to: 'Down', remoteState: 'Up' }),
    ).toBe(false);
  });
});
