import { beforeEach, describe, expect, it } from 'vitest';
import { Peer } from '../../../src/speaker/ownership/peer.ts';
import { DEFAULT_TIMING as TIMING } from '../../../src/speaker/ownership/timing.ts';
import { macOf } from './world.ts';

/** When the session says that it is late. */
const LATE = 10_200;
/** When it falls. */
const FALL = 10_300;

let peer: Peer;

beforeEach(() => {
  peer = new Peer('n2', macOf('n2'), TIMING, 0);
  peer.read({ from: 'n2', boot: 1, version: 0, body: { type: 'Hello', state: 'Running' } }, LATE - 500);
  peer.session('Up', LATE - 400);
});

/** Ticks every millisecond; gives when it asks. */
function run(from: number, until: number, answers: readonly ('Kernel' | 'Speaker')[] = []): readonly number[] {
  const asked: number[] = [];
  for (let now = from; now < until; now++) {
    if (!peer.tick(now)) continue;
    asked.push(now);
    for (const by of answers) peer.answered(by);
  }
  return asked;
}

describe('Peer: a session that is about to fall', () => {
  it('has it asked in advance, and nothing is thought of it as long as the session stands', () => {
    peer.late(LATE);
    expect(run(LATE, LATE + 95)).toEqual([LATE, LATE + 20, LATE + 40]);
    expect(peer.standing(LATE + 95)).toBe('Live');
    expect(run(LATE + 95, LATE + 1_000)).toEqual([]);
    expect(peer.standing(LATE + 1_000)).toBe('Live');
  });

  it('has it gone at once when it falls, where nothing was answered', () => {
    peer.late(LATE);
    run(LATE, FALL);
    peer.session('Down', FALL);
    expect([peer.standing(FALL), peer.since]).toEqual(['Gone', FALL]);
    expect(run(FALL, FALL + 200)).toEqual([]);
  });

  it('has its kernel forward at once, and it asked anew, where that answered', () => {
    peer.late(LATE);
    run(LATE, FALL, ['Kernel']);
    peer.session('Down', FALL);
    expect(peer.standing(FALL)).toBe('Forwards');
    expect(run(FALL, FALL + 79)).toEqual([FALL, FALL + 20, FALL + 40]);
    expect(peer.standing(FALL + 79)).toBe('Forwards');
    peer.tick(FALL + 80);
    expect(peer.standing(FALL + 80)).toBe('Gone');
  });

  it.each([
    ['its speaker has answered', () => void run(LATE, FALL, ['Kernel', 'Speaker'])],
    [
      'a message of it has come since',
      () => {
        run(LATE, FALL - 10);
        peer.read({ from: 'n2', boot: 1, version: 0, body: { type: 'Hello', state: 'Running' } }, FALL - 10);
      },
    ],
    [
      'this node has not heard what it should have',
      () => {
        run(LATE, FALL - 10);
        peer.doubt(FALL - 10);
      },
    ],
  ])('has it asked anew when it falls, where %s', (_, happen) => {
    peer.late(LATE);
    happen();
    peer.session('Down', FALL);
    expect(peer.standing(FALL)).toBe('Doubtful');
    expect(run(FALL, FALL + 79)).toEqual([FALL, FALL + 20, FALL + 40]);
    peer.tick(FALL + 80);
    expect(peer.standing(FALL + 80)).toBe('Gone');
  });

  it('goes on with questions that nobody has answered yet', () => {
    peer.late(FALL - 30);
    expect(run(FALL - 30, FALL)).toEqual([FALL - 30, FALL - 10]);
    peer.session('Down', FALL);
    expect(peer.standing(FALL)).toBe('Doubtful');
    expect(run(FALL, FALL + 51)).toEqual([FALL + 10]);
    expect(peer.standing(FALL + 51)).toBe('Gone');
  });

  it('begins afresh when it falls long after', () => {
    peer.late(LATE);
    run(LATE, FALL);
    const later = FALL + TIMING.foresight;
    peer.session('Down', later);
    expect(peer.standing(later)).toBe('Doubtful');
  });

  it('means nothing where there is none', () => {
    peer.session('Unwatched', LATE);
    peer.late(LATE);
    expect(run(LATE, LATE + 100)).toEqual([]);
  });
});

describe('Peer: taken for gone', () => {
  beforeEach(() => {
    peer.session('Down', FALL);
    run(FALL, FALL + 100);
  });

  it('is put in doubt by one message, and asked once more', () => {
    const heard = FALL + 500;
    expect(peer.standing(heard)).toBe('Gone');
    peer.read({ from: 'n2', boot: 1, version: 0, body: { type: 'Hello', state: 'Running' } }, heard);
    expect(peer.standing(heard)).toBe('Doubtful');
    expect(run(heard, heard + 79).length).toBe(3);
  });

  it('stays so where nothing is heard of it', () => {
    expect(run(FALL + 100, FALL + 2_000)).toEqual([]);
    expect(peer.standing(FALL + 2_000)).toBe('Gone');
  });
});

describe('Peer: its MAC address', () => {
  const [FIRST, SECOND, UNKNOWN] = [macOf('n2'), '02:00:00:00:00:22', '02:00:00:00:00:66'];

  /** A sign of life of it; another life has another boot. */
  function hello(boot: number, version: number, mac: string): void {
    peer.read({ from: 'n2', boot, version, body: { type: 'Hello', state: 'Running', mac } }, LATE);
  }

  it('is that of the interface which it says that it speaks by, where the plan knows it, and else the first', () => {
    expect([peer.mac, peer.toldMac]).toEqual([FIRST, undefined]);
    hello(2, 0, SECOND);
    expect([peer.mac, peer.toldMac]).toEqual([FIRST, SECOND]);
    peer.otherMacs = [SECOND];
    expect(peer.mac).toBe(SECOND);
    hello(3, 0, UNKNOWN);
    expect(peer.mac).toBe(FIRST);
  });

  it.each([
    ['of a life that is over', 1, 0],
    ['that is late', 2, 4],
  ])('does not change by what is said by a message %s', (_, boot, version) => {
    peer.otherMacs = [SECOND];
    hello(2, 5, SECOND);
    hello(boot, version, FIRST);
    expect([peer.mac, peer.toldMac]).toEqual([SECOND, SECOND]);
  });
});
