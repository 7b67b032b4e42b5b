import { describe, expect, it } from 'vitest';
import { holders } from '../../src/announcement/holders.ts';
import type { SpeakerStatus } from '../../src/api/speaker-status.ts';
import { eth0, newSpeaker, speaker } from './objects.ts';

function inRole(role: 'Standby' | 'Caretaker'): SpeakerStatus {
  const { status, ...rest } = speaker('n2', [eth0()], ['192.0.2.50']);
  return { ...rest, status: { ...status, l2: status?.l2?.map((entry) => ({ ...entry, role })) } };
}

describe('holders', () => {
  it('are the owners of each address', () => {
    const speakers = [
      speaker('n1', [], ['192.0.2.50', '192.0.2.51']),
      speaker('n3', [], ['192.0.2.50']),
      newSpeaker('n4'),
    ];
    expect(holders(speakers)).toEqual(
      new Map([
        ['192.0.2.50', new Set(['n1', 'n3'])],
        ['192.0.2.51', new Set(['n1'])],
      ]),
    );
  });

  it.each(['Standby', 'Caretaker'] as const)('are not those in the role %s', (role) => {
    expect(holders([inRole(role)])).toEqual(new Map());
  });

  it('are known by the form of RFC 5952, and text that is no address is passed over', () => {
    const speakers = [speaker('n1', [], ['2001:DB8:0::50', 'web'])];
    expect(holders(speakers)).toEqual(new Map([['2001:db8::50', new Set(['n1'])]]));
  });
});
