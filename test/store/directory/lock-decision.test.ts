import { describe, expect, it } from 'vitest';
import { decideLock, type LockSight, type LockState, validUntil } from '../../../src/store/directory/lock-decision.ts';

const LEASE = 9_000;

function sight(change: Partial<LockSight> = {}): LockSight {
  return { generation: 4, fingerprint: 'x', isReleased: false, isHolderGone: false, isOwn: false, ...change };
}

function contender(generation = 4, fingerprint: string | undefined = 'x', since = 0): LockState {
  return { role: 'contender', seen: { generation, fingerprint, since } };
}

const HOLDER: LockState = { role: 'holder', generation: 4, validUntil: 6_000 };

describe('decideLock', () => {
  it.each([
    [
      'takes what was never there, at once',
      { role: 'contender' } as LockState,
      undefined,
      0,
      { do: 'create', generation: 1 },
    ],
    ['waits when it meets a lock', { role: 'contender' } as LockState, sight(), 0, { do: 'wait' }],
    ['waits while the lock is unchanged for less than a lease', contender(), sight(), LEASE - 1, { do: 'wait' }],
    ['takes a lock that is unchanged for a lease', contender(), sight(), LEASE, { do: 'create', generation: 5 }],
    ['waits when the lock changes at the last moment', contender(), sight({ fingerprint: 'y' }), LEASE, { do: 'wait' }],
    ['waits when another has taken the lock', contender(), sight({ generation: 5 }), LEASE, { do: 'wait' }],
    [
      'never takes a lock that it cannot look at',
      contender(4, undefined),
      sight({ fingerprint: undefined }),
      9 * LEASE,
      { do: 'wait' },
    ],
    ['takes a released lock at once', contender(), sight({ isReleased: true }), 1, { do: 'create', generation: 5 }],
    [
      'takes the lock of a dead process at once',
      contender(),
      sight({ isHolderGone: true }),
      1,
      { do: 'create', generation: 5 },
    ],
    [
      'takes on from a lock of its own that it lost',
      contender(),
      sight({ isOwn: true }),
      1,
      { do: 'create', generation: 5 },
    ],
    ['waits a lease when the files were removed by hand', contender(), undefined, LEASE, { do: 'wait' }],
    ['renews', HOLDER, sight({ isOwn: true }), 5_999, { do: 'renew' }],
    ['never renews once it has expired', HOLDER, sight({ isOwn: true }), 6_000, { do: 'resign' }],
    ['resigns when there is a higher generation', HOLDER, sight({ generation: 5 }), 1, { do: 'resign' }],
    ['resigns when its file is not its own any more', HOLDER, sight(), 1, { do: 'resign' }],
    ['resigns when its file is gone', HOLDER, undefined, 1, { do: 'resign' }],
  ])('%s', (_, state, seen, now, step) => {
    expect(decideLock(state, seen, now, LEASE).step).toEqual(step);
  });

  it('counts from when it first saw a content, also where the files were removed by hand', () => {
    let state: LockState = { role: 'contender' };
    const look = (seen: LockSight | undefined, now: number) => {
      const decision = decideLock(state, seen, now, LEASE);
      state = decision.state;
      return decision.step.do;
    };
    expect(look(sight(), 100)).toBe('wait');
    expect(look(sight({ fingerprint: 'y' }), 5_000)).toBe('wait');
    expect(look(sight({ fingerprint: 'y' }), 5_000 + LEASE - 1)).toBe('wait');
    expect(look(undefined, 5_000 + LEASE)).toBe('wait');
    expect(look(undefined, 5_000 + 2 * LEASE - 1)).toBe('wait');
    expect(look(undefined, 5_000 + 2 * LEASE)).toBe('create');
  });

  it('decides the same twice', () => {
    const first = decideLock({ role: 'contender' }, undefined, 0, LEASE);
    expect(decideLock(first.state, undefined, 1, LEASE).step).toEqual(first.step);
  });

  it('has a holder trust its lock for less time than a contender waits', () => {
    expect(validUntil(100, LEASE)).toBe(6_100);
  });
});
