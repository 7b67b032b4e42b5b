import { beforeEach, describe, expect, it } from 'vitest';
import { assignedPeer, BgpScene } from '../bgp-peer.ts';

const ROUTE = '198.51.100.1/32';
const BFD = { receiveInterval: 50, transmitInterval: 60, detectMultiplier: 3, passive: true, minimumTtl: 254 };

let scene: BgpScene;
beforeEach(() => {
  scene = new BgpScene();
});

describe('a speaker that ends', () => {
  it('asks for other ways a second before the node leaves, and tells nothing new meanwhile', () => {
    scene.up(assignedPeer(), [ROUTE, '198.51.100.2/32']);
    const before = scene.router.of('UPDATE').length;
    expect(scene.bgp.stop('Leave')).toBe(1000);
    scene.advertise([]);
    scene.clock.advance(900);
    const updates = scene.router.of('UPDATE').slice(before);
    expect(updates.flatMap(({ attributes }) => attributes)).toContainEqual({
      name: 'COMMUNITIES',
      communities: [0xffff0000],
    });
    expect([...scene.router.routes]).toEqual([ROUTE, '198.51.100.2/32']);
    expect(scene.router.of('NOTIFICATION')).toEqual([]);
    scene.clock.advance(110);
    expect(scene.router.of('NOTIFICATION')).toMatchObject([{ code: 6, subcode: 2 }]);
    scene.bgp.close();
    expect(scene.session()?.state).toBe('Idle');
  });

  it('wants BFD to outlive the sessions that it guards', () => {
    scene.up(assignedPeer({ bfd: BFD }));
    expect(scene.bgp.stop('Restart')).toBe(100);
    expect(scene.bgp.watched()).toHaveLength(1);
    expect(scene.bgp.stop('Restart')).toBe(0);
  });
});
