import { describe, expect, it } from 'vitest';
import { SESSION_CAUSES } from '../../../../src/api/reasons/session.ts';
import { cease, hardReset, notification } from '../../../../src/speaker/bgp/message/notification.ts';
import { causeOf } from '../../../../src/speaker/bgp/session/session-cause.ts';

describe('causeOf', () => {
  it.each([
    ['ECONNREFUSED', 'Refused'],
    ['EHOSTUNREACH', 'NoRoute'],
    ['ENETUNREACH', 'NoRoute'],
    ['ETIMEDOUT', 'NoAnswer'],
    ['EADDRNOTAVAIL', 'SourceAddressMissing'],
    ['ECONNRESET', 'ConnectionClosed'],
    [undefined, 'ConnectionClosed'],
  ])('of a connection that failed by %s is %s', (code, cause) => {
    expect(causeOf({ kind: 'TcpConnectionFails', reason: 'x', code })).toBe(cause);
  });

  it.each([
    [2, 2, 'WrongAS', 'WrongAS'],
    [2, 3, 'BadIdentifier', 'BadIdentifier'],
    [2, 4, 'CapabilityMissing', 'CapabilityMissing'],
    [2, 6, 'HoldTimeRefused', 'HoldTimeRefused'],
    [2, 7, 'CapabilityMissing', 'CapabilityMissing'],
    [2, 0, 'ProtocolError', 'ProtocolError'],
    [1, 2, 'ProtocolError', 'ProtocolError'],
    [3, 1, 'ProtocolError', 'ProtocolError'],
    [4, 0, 'HoldTimerExpired', 'HoldTimerExpired'],
    [5, 1, 'ProtocolError', 'ProtocolError'],
    [8, 0, 'SendHoldTimerExpired', 'SendHoldTimerExpired'],
    [6, 1, 'PrefixLimit', 'Reset'],
    [6, 2, 'Shutdown', 'SpeakerStopped'],
    [6, 3, 'Unconfigured', 'Reset'],
    [6, 4, 'Reset', 'Reset'],
    [6, 5, 'Unconfigured', 'Reset'],
    [6, 6, 'Reset', 'Reset'],
    [6, 7, 'Collision', 'Reset'],
    [6, 10, 'BFDDown', 'BFDDown'],
  ])('of NOTIFICATION %i/%i is %s when received and %s when sent', (code, subcode, received, sent) => {
    const message = notification(code, subcode);
    expect(causeOf({ kind: 'NotificationReceived', notification: message })).toBe(received);
    expect(causeOf({ kind: 'NotificationSent', notification: message })).toBe(sent);
  });

  it('looks into a Hard Reset', () => {
    expect(causeOf({ kind: 'NotificationReceived', notification: hardReset(cease(1)) })).toBe('PrefixLimit');
  });

  it('knows no word that is not explained, whatever comes', () => {
    for (let code = 0; code < 12; code++) {
      for (let subcode = 0; subcode < 12; subcode++) {
        for (const kind of ['NotificationReceived', 'NotificationSent'] as const) {
          const cause = causeOf({ kind, notification: notification(code, subcode) });
          expect(Object.keys(SESSION_CAUSES)).toContain(cause);
        }
      }
    }
  });
});
