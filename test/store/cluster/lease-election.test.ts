import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lease } from '../../../src/api/kubernetes/lease.ts';
import { LeaseElection } from '../../../src/store/cluster/lease-election.ts';

const WALL = Date.parse('2026-01-31T12:00:00.000Z');
const TIME = '2026-01-31T12:00:00.000000Z';

function lease(spec: Lease['spec'], resourceVersion = '1'): Lease {
  const metadata = { name: 'berth-controller', namespace: 'berth-system', uid: 'u', resourceVersion };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

const OTHERS = lease({ holderIdentity: 'b', leaseDurationSeconds: 15, renewTime: TIME, leaseTransitions: 3 });

describe('a contender', () => {
  it('makes the Lease where there is none', () => {
    expect(new LeaseElection('a').decide(undefined, 0, WALL)).toEqual({
      do: 'create',
      spec: { holderIdentity: 'a', leaseDurationSeconds: 15, acquireTime: TIME, renewTime: TIME, leaseTransitions: 0 },
    });
  });

  it('takes one that was released, and counts the transition', () => {
    const released = lease({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 3 });
    expect(new LeaseElection('a').decide(released, 0, WALL)).toMatchObject({
      do: 'update',
      spec: { holderIdentity: 'a', leaseTransitions: 4 },
    });
  });

  it('waits until it has seen a Lease unchanged for its whole duration, whatever the times in it say', () => {
    const election = new LeaseElection('a');
    const old = lease({ ...OTHERS.spec, renewTime: '2001-01-01T00:00:00.000000Z' });
    expect(election.decide(old, 1000, WALL)).toEqual({ do: 'wait' });
    expect(election.decide(old, 15_999, WALL)).toEqual({ do: 'wait' });
    expect(election.holder).toBe('b');
    expect(election.decide(old, 16_000, WALL)).toMatchObject({ do: 'update', spec: { leaseTransitions: 4 } });
  });

  it('begins to wait again with each renewal', () => {
    const election = new LeaseElection('a');
    election.decide(OTHERS, 0, WALL);
    const renewed = lease({ ...OTHERS.spec, renewTime: '2026-01-31T12:00:02.000000Z' });
    election.decide(renewed, 10_000, WALL);
    expect(election.decide(renewed, 24_999, WALL)).toEqual({ do: 'wait' });
    expect(election.decide(renewed, 25_000, WALL)).toMatchObject({ do: 'update' });
  });

  it('goes by the duration that the holder has written', () => {
    const election = new LeaseElection('a');
    const longer = lease({ ...OTHERS.spec, leaseDurationSeconds: 60 });
    election.decide(longer, 0, WALL);
    expect(election.decide(longer, 59_999, WALL)).toEqual({ do: 'wait' });
    expect(election.decide(longer, 60_000, WALL)).toMatchObject({ do: 'update' });
  });

  it('does not take at once what somebody has removed under its holder', () => {
    const election = new LeaseElection('a');
    election.decide(OTHERS, 0, WALL);
    expect(election.decide(undefined, 14_999, WALL)).toEqual({ do: 'wait' });
    expect(election.decide(undefined, 15_000, WALL)).toMatchObject({ do: 'create' });
  });
});

describe('a leader', () => {
  function leader(begun = 0): LeaseElection {
    const election = new LeaseElection('a');
    const step = election.decide(undefined, begun, WALL);
    if (step.do === 'wait') throw new Error('waits');
    election.written(lease(step.spec), begun, begun + 500);
    return election;
  }

  it('may write until its renewal deadline, counted from before the renewal was sent', () => {
    const election = leader(1000);
    expect(election.validUntil).toBe(11_000);
    expect(election.isHeld(10_999)).toBe(true);
    expect(election.isHeld(11_000)).toBe(false);
  });

  it('renews without a transition, and keeps when it acquired', () => {
    const election = leader();
    expect(election.renewal(2000, WALL + 2000)).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: TIME,
      renewTime: '2026-01-31T12:00:02.000000Z',
      leaseTransitions: 0,
    });
    expect(election.renewal(10_000, WALL)).toBeUndefined();
  });

  it('stops when it sees another holder', () => {
    const election = leader();
    expect(election.decide(OTHERS, 3000, WALL)).toEqual({ do: 'wait' });
    expect(election.isHeld(3000)).toBe(false);
    expect(election.renewal(3000, WALL)).toBeUndefined();
  });

  it('goes on where it finds that a renewal had come through after all', () => {
    const election = leader();
    const mine = lease({ ...election.renewal(2000, WALL + 2000) }, '2');
    expect(election.decide(mine, 4000, WALL + 4000)).toMatchObject({ do: 'update', spec: { leaseTransitions: 0 } });
  });

  it('releases once, and does not write from then on', () => {
    const election = leader();
    expect(election.release(WALL)).toEqual({
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: TIME,
      renewTime: TIME,
      leaseTransitions: 0,
    });
    expect(election.isHeld(1000)).toBe(false);
    expect(election.release(WALL)).toBeUndefined();
  });
});

it.each([
  { leaseDuration: 10_000, renewDeadline: 10_000, retryPeriod: 2000 },
  { leaseDuration: 15_000, renewDeadline: 2000, retryPeriod: 2000 },
])('refuses times that would let two lead: %j', (timing) => {
  expect(() => new LeaseElection('a', timing)).toThrow(RangeError);
});

/** One process: it reads, decides, writes; each request may take any time and any answer may get lost. */
interface Contender {
  readonly election: LeaseElection;
  request: { readonly begun: number; readonly spec: Lease['spec']; readonly on: string | undefined } | undefined;
  answer: { readonly begun: number; readonly lease: Lease } | undefined;
}

const processes = fc.constantFrom(0, 1, 2);
const move = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('go on' as const), process: processes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), process: processes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), process: processes }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), millis: fc.integer({ min: 1, max: 1500 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pass' as const), millis: fc.integer({ min: 1, max: 16_000 }) }),
  },
);

it('never lets two lead at a time, however long requests take, pauses last, and answers get lost', () => {
  let led = 0;
  fc.assert(
    fc.property(fc.array(move, { maxLength: 150, size: 'max' }), (moves) => {
      const contenders: Contender[] = ['a', 'b', 'c'].map((identity) => ({
        election: new LeaseElection(identity),
        request: undefined,
        answer: undefined,
      }));
      let now = 0;
      let stored: Lease | undefined;
      let version = 0;
      for (const step of moves) {
        if (step.do === 'pass') now += step.millis;
        else {
          const contender = contenders[step.process] as Contender;
          const { election, request, answer } = contender;
          if (step.do === 'go on' && request === undefined && answer === undefined) {
            const decided = election.decide(stored, now, WALL + now);
            if (decided.do !== 'wait') {
              contender.request = { begun: now, spec: decided.spec, on: stored?.metadata.resourceVersion };
            }
          } else if (step.do === 'go on' && request !== undefined) {
            contender.request = undefined;
            if (request.on === stored?.metadata.resourceVersion) {
              stored = lease(request.spec, String(++version));
              contender.answer = { begun: request.begun, lease: stored };
            }
          } else if (step.do === 'go on' && answer !== undefined) {
            contender.answer = undefined;
            election.written(answer.lease, answer.begun, now);
          } else if (step.do === 'lose') {
            contender.answer = undefined;
          } else if (step.do === 'release' && request === undefined && answer === undefined) {
            const on = stored?.metadata.resourceVersion;
            const isCurrent = stored?.spec?.holderIdentity === ['a', 'b', 'c'][step.process];
            const spec = election.release(WALL + now);
            if (spec !== undefined && isCurrent) contender.request = { begun: now, spec, on };
          }
        }
        const holders = contenders.filter(({ election }) => election.isHeld(now));
        expect(holders.length).toBeLessThanOrEqual(1);
        led += holders.length;
      }
    }),
    { numRuns: 300 },
  );
  expect(led).toBeGreaterThan(1000);
});
