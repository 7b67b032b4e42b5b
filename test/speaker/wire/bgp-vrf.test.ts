import { beforeEach, describe, expect, it } from 'vitest';
import { assignedPeer, BgpScene, NODE } from '../bgp-peer.ts';

let scene: BgpScene;
beforeEach(() => {
  scene = new BgpScene();
});

describe('a peer in a VRF', () => {
  it('is expected there, and nowhere else', () => {
    const red = { name: 'red', index: 9 };
    const peer = assignedPeer({ passive: true, vrf: red, password: 'hush' });
    scene.up(peer);
    expect(scene.tcp.port(NODE, 179)).toBeUndefined();
    expect(scene.tcp.port(NODE, 179, 'red')?.keys).toEqual(new Map([['192.0.2.1', 'hush']]));
    scene.assign(peer, assignedPeer({ peer: 'other', address: '192.0.2.2', passive: true }));
    scene.router.connect();
    scene.clock.advance(50);
    expect(scene.router.end?.open).toBe(false);
    expect(scene.tcp.port(NODE, 179)?.keys.size).toBe(0);
    scene.router.connect('red');
    scene.clock.advance(50);
    expect(scene.session()).toMatchObject({ state: 'Established', advertised: 1 });
    expect(scene.session('other')).toBeUndefined();
  });

  it('is expected anew where the VRF was made anew', () => {
    const peer = assignedPeer({ passive: true, vrf: { name: 'red', index: 9 } });
    scene.up(peer);
    const before = scene.tcp.port(NODE, 179, 'red');
    scene.assign({ ...peer, vrf: { name: 'red', index: 10 } });
    expect(scene.tcp.port(NODE, 179, 'red')).not.toBe(before);
  });

  it('is connected to from there', () => {
    scene.up(assignedPeer({ vrf: { name: 'red', index: 9 } }));
    expect(scene.session()?.state).not.toBe('Established');
    scene.router.listen('red');
    scene.clock.advance(30_000);
    expect(scene.session()).toMatchObject({ state: 'Established', advertised: 1 });
  });
});
