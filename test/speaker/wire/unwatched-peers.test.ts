import { describe, expect, it } from 'vitest';
import { UNWATCHED_AFTER, UnwatchedPeers } from '../../../src/speaker/wire/unwatched-peers.ts';

const session = (node: string, hasBeenUp = false, speaks = true) => ({ node, hasBeenUp, speaks });

describe('UnwatchedPeers', () => {
  it('tells once of a peer that speaks and whose session is not up in time', () => {
    const told: string[] = [];
    const peers = new UnwatchedPeers((node) => told.push(node));
    expect(peers.look([session('n2'), session('n3', true), session('n4', false, false)], 0)).toBe(0);
    expect(peers.look([session('n2'), session('n4', false, false)], UNWATCHED_AFTER - 1)).toBe(0);
    expect(peers.look([session('n2'), session('n4')], UNWATCHED_AFTER)).toBe(1);
    expect(peers.look([session('n2'), session('n4')], UNWATCHED_AFTER + 1)).toBe(1);
    expect(told).toEqual(['n2']);
    expect(peers.look([session('n2', true), session('n4')], UNWATCHED_AFTER * 2)).toBe(1);
    expect(told).toEqual(['n2', 'n4']);
  });

  it('begins anew with a session that is wanted again', () => {
    const told: string[] = [];
    const peers = new UnwatchedPeers((node) => told.push(node));
    peers.look([session('n2')], 0);
    peers.look([], 5000);
    peers.look([session('n2')], 6000);
    peers.look([session('n2')], UNWATCHED_AFTER + 5999);
    expect(told).toEqual([]);
    peers.look([session('n2')], UNWATCHED_AFTER + 6000);
    expect(told).toEqual(['n2']);
  });
});
