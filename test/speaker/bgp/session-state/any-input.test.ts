import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodedMessage } from '../../../../src/speaker/bgp/message/message.ts';
import { cease, notification } from '../../../../src/speaker/bgp/message/notification.ts';
import type { SessionInput } from '../../../../src/speaker/bgp/session-state/action.ts';
import { SessionMachine } from '../../../../src/speaker/bgp/session-state/session-machine.ts';
import { anyMessage } from '../arbitraries.ts';
import { openOf } from './machine-driver.ts';
import { configuration, PEER } from './peers.ts';

const connection = fc.integer({ min: 1, max: 4 });
const decoded: fc.Arbitrary<DecodedMessage> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ ok: true, message: openOf(PEER) } as const) },
  { weight: 4, arbitrary: fc.constant({ ok: true, message: { type: 'KEEPALIVE' } } as const) },
  anyMessage.map((message) => ({ ok: true, message }) as const),
  fc.constantFrom(1, 2, 3, 7).map((code) => ({ ok: false, notification: notification(code, 1) }) as const),
);
const timer = fc.constantFrom('ConnectRetryTimer', 'HoldTimer', 'KeepaliveTimer', 'IdleHoldTimer', 'SendHoldTimer');
const anyInput: fc.Arbitrary<SessionInput> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ event: 'ManualStart' } as const) },
  fc.constantFrom(undefined, cease(2)).map((message) => ({ event: 'ManualStop', notification: message }) as const),
  fc.constant({ event: 'AutomaticStop', notification: cease(10) } as const),
  fc.record({
    event: fc.constant('TimerExpires' as const),
    timer,
    connection: fc.option(connection, { nil: undefined }),
  }),
  { weight: 3, arbitrary: fc.record({ event: fc.constant('TcpConnected' as const), connection }) },
  { weight: 2, arbitrary: fc.constant({ event: 'TcpConnectionFromPeer' } as const) },
  fc.record({ event: fc.constant('TcpConnectionFails' as const), connection, reason: fc.constant('reset') }),
  { weight: 6, arbitrary: fc.record({ event: fc.constant('Message' as const), connection, decoded }) },
  fc.record({ event: fc.constant('MessagesWritten' as const), connection }),
);

describe('SessionMachine', () => {
  it('keeps its connections, timers and session in order, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60 }), fc.boolean(), (inputs, passive) => {
        const machine = new SessionMachine(configuration({ passive }));
        const live = new Set<number>();
        const timers = new Set<string>();
        let up = false;
        for (const input of inputs) {
          if (input.event === 'TimerExpires') timers.delete(`${input.timer} ${input.connection}`);
          for (const each of machine.handle(input, { now: 0, jitter: 1 })) {
            if ('connection' in each && each.connection !== undefined) {
              const begins = each.action === 'InitiateTcpConnection' || each.action === 'AcceptTcpConnection';
              // Nothing is said of a connection before it begins, nor after it has ended.
              expect(live.has(each.connection)).toBe(!begins);
              if (begins) live.add(each.connection);
              if (each.action === 'DropTcpConnection') live.delete(each.connection);
            }
            if (each.action === 'StartTimer') timers.add(`${each.timer} ${each.connection}`);
            if (each.action === 'StopTimer') expect(timers.delete(`${each.timer} ${each.connection}`)).toBe(true);
            if (each.action === 'SessionUp' || each.action === 'SessionDown') {
              expect(up).toBe(each.action === 'SessionDown');
              up = each.action === 'SessionUp';
            }
          }
          expect(live.size).toBeLessThanOrEqual(2);
          expect(machine.state === 'Established').toBe(up);
          expect(machine.session !== undefined).toBe(up);
          const owned = [...timers].filter((key) => !key.endsWith('undefined')).map((key) => Number(key.split(' ')[1]));
          for (const owner of owned) expect(live).toContain(owner);
          if (machine.state === 'Idle') expect(live.size).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
