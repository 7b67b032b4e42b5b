import { describe, expect, it } from 'vitest';
import { CEASE, ERROR, errorWords } from '../../../../src/speaker/bgp/message/error-codes.ts';
import {
  cease,
  decodeNotification,
  describeNotification,
  hardReset,
  hardResetReason,
  notification,
  shutdownCommunication,
} from '../../../../src/speaker/bgp/message/notification.ts';
import { hex } from '../octets.ts';

describe('cease', () => {
  it('carries a shutdown communication', () => {
    expect(cease(CEASE.administrativeShutdown, 'drain')).toEqual(notification(6, 2, hex('05 647261696e')));
    expect(cease(CEASE.administrativeReset, 'drain')).toEqual(notification(6, 4, hex('05 647261696e')));
  });

  it('has no data where nothing was written', () => {
    expect(cease(CEASE.administrativeShutdown)).toEqual(notification(6, 2));
  });

  it('carries none with other subcodes', () => {
    expect(cease(CEASE.bfdDown, 'text')).toEqual(notification(6, 10));
  });

  it('cuts a text of more than 128 octets between two characters', () => {
    expect(shutdownCommunication(cease(2, 'x'.repeat(300)))).toEqual({ text: 'x'.repeat(128) });
    const { data } = cease(2, `${'x'.repeat(127)}ü`);
    expect([data.byteLength, data[0]]).toEqual([128, 127]);
    expect(shutdownCommunication(cease(2, `${'x'.repeat(125)}€!`))).toEqual({ text: `${'x'.repeat(125)}€` });
  });
});

describe('shutdownCommunication', () => {
  it.each([
    ['a text', 6, 2, '03 627965', { text: 'bye' }],
    ['one of 255 octets', 6, 4, `ff ${'61'.repeat(255)}`, { text: 'a'.repeat(255) }],
    ['characters of several octets', 6, 2, '06 e282ac e282ac', { text: '€€' }],
    ['control characters, which it replaces', 6, 2, '05 1b5b326d 0a', { text: '\ufffd[2m\ufffd' }],
    ['an empty field', 6, 2, '00', undefined],
    ['no data', 6, 2, '', undefined],
    ['another subcode', 6, 3, '03 627965', undefined],
    ['another code', 5, 2, '03 627965', undefined],
    ['invalid UTF-8', 6, 2, '02 c328', { malformed: hex('02c328') }],
    ['an overlong form', 6, 2, '02 c080', { malformed: hex('02c080') }],
    ['a length beyond the data', 6, 2, '04 627965', { malformed: hex('04627965') }],
    ['octets behind the field', 6, 2, '02 627965', { malformed: hex('02627965') }],
    ['a text in a hard reset', 6, 9, '06 02 03 627965', { text: 'bye' }],
    ['another reason in a hard reset', 6, 9, '06 03 03 627965', undefined],
  ])('finds %s', (_name, code, subcode, data, communication) => {
    expect(shutdownCommunication(notification(code, subcode, hex(data)))).toEqual(communication);
  });
});

describe('hardReset', () => {
  it('wraps a NOTIFICATION in the data of Cease / Hard Reset', () => {
    const inner = cease(CEASE.administrativeShutdown, 'bye');
    expect(hardReset(inner)).toEqual(notification(6, 9, hex('06 02 03 627965')));
    expect(hardResetReason(hardReset(inner))).toEqual(inner);
  });

  it('has no reason where the data are cut short, or where it is none', () => {
    expect(hardResetReason(notification(6, 9, hex('06')))).toBeUndefined();
    expect(hardResetReason(notification(6, 2, hex('06 02')))).toBeUndefined();
  });
});

describe('describeNotification', () => {
  it.each([
    [notification(2, 2), 'OPEN Message Error / Bad Peer AS'],
    [notification(4), 'Hold Timer Expired'],
    [notification(6, 2, hex('03 627965')), 'Cease / Administrative Shutdown: "bye"'],
    [notification(6, 9, hex('06 02 03 627965')), 'Cease / Hard Reset (Cease / Administrative Shutdown): "bye"'],
    [notification(6, 2, hex('02 c328')), 'Cease / Administrative Shutdown: malformed shutdown communication 02c328'],
    [notification(6, 77), 'Cease / unknown subcode 77'],
    [notification(99, 1), 'unknown error 99/1'],
  ])('%j: %s', (message, words) => expect(describeNotification(message)).toBe(words));
});

describe('decodeNotification', () => {
  it('keeps the data apart from the buffer that they came in', () => {
    const buffer = hex('06 02 03 627965');
    const message = decodeNotification(buffer);
    buffer.fill(0);
    expect(message).toEqual(notification(6, 2, hex('03 627965')));
  });
});

describe('errorWords', () => {
  it('knows every code and subcode that we send', () => {
    expect(Object.values(ERROR).map((code) => errorWords(code, 0))).not.toContainEqual(
      expect.stringMatching('unknown'),
    );
    expect(Object.values(CEASE).map((subcode) => errorWords(6, subcode))).toEqual([
      'Cease / Maximum Number of Prefixes Reached',
      'Cease / Administrative Shutdown',
      'Cease / Peer De-configured',
      'Cease / Administrative Reset',
      'Cease / Connection Rejected',
      'Cease / Other Configuration Change',
      'Cease / Connection Collision Resolution',
      'Cease / Out of Resources',
      'Cease / Hard Reset',
      'Cease / BFD Down',
    ]);
  });
});
