import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BFD_STATES, type BfdPacket } from '../../../src/speaker/bfd/packet.ts';
import { BfdSession, SLOW_INTERVAL } from '../../../src/speaker/bfd/session.ts';
import { OPTIONS, packet } from './sessions.ts';

describe('BfdSession: any course of events', () => {
  type Event =
    | { readonly kind: 'receive'; readonly packet: BfdPacket }
    | { readonly kind: 'wait'; readonly milliseconds: number }
    | { readonly kind: 'timers'; readonly interval: number }
    | { readonly kind: 'disable' };
  const interval = fc.constantFrom(0, 1, 10_000, 100_000, 1_000_000, 0xffff_ffff);
  const received = fc.record({
    state: fc.constantFrom(...BFD_STATES),
    poll: fc.boolean(),
    final: fc.boolean(),
    demand: fc.boolean(),
    detectMultiplier: fc.constantFrom(1, 3, 255),
    desiredMinTxInterval: interval,
    requiredMinRxInterval: interval,
  });
  const event: fc.Arbitrary<Event> = fc.oneof(
    { weight: 5, arbitrary: received.map((more): Event => ({ kind: 'receive', packet: packet(more) })) },
    { weight: 5, arbitrary: fc.nat(1500).map((milliseconds): Event => ({ kind: 'wait', milliseconds })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(50_000, 2_000_000).map((interval): Event => ({ kind: 'timers', interval })),
    },
    { weight: 1, arbitrary: fc.constant<Event>({ kind: 'disable' }) },
  );

  it('keeps to the rules of RFC 5880', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (events, jitter) => {
          const session = new BfdSession(OPTIONS);
          let now = 0;
          let heardAt = Number.NEGATIVE_INFINITY;
          for (const each of events) {
            const before = session.state;
            if (each.kind === 'receive') {
              const { packets } = session.receive(each.packet, now);
              heardAt = now;
              expect(packets.filter(({ final }) => final)).toHaveLength(
                each.packet.poll && before !== 'AdminDown' ? 1 : 0,
              );
            } else if (each.kind === 'disable') session.disable(now);
            else if (each.kind === 'timers') {
              session.setTimers({
                ...OPTIONS,
                desiredMinTxInterval: each.interval,
                requiredMinRxInterval: each.interval,
              });
            } else {
              const end = now + each.milliseconds;
              let turns = 0;
              for (let at = session.next(); at !== undefined && at <= end; at = session.next()) {
                now = Math.max(now, at);
                const state = session.state;
                const { transition, packets } = session.take(now, jitter);
                if (transition !== undefined) {
                  expect(['Init', 'Up']).toContain(state);
                  expect(transition.to).toBe('Down');
                  expect(now).toBeGreaterThanOrEqual(heardAt);
                }
                expect(packets.every(({ final, demand }) => !final && !demand)).toBe(true);
                expect(++turns).toBeLessThan(10_000);
              }
              now = end;
            }
            if (before === 'AdminDown') expect(session.state).toBe('AdminDown');
            if (session.state !== 'Up') expect(session.transmitInterval ?? SLOW_INTERVAL).toBeGreaterThanOrEqual(1000);
            expect(session.next() === undefined || !Number.isNaN(session.next())).toBe(true);
          }
        },
      ),
    );
  });
});
