import { describe, expect, it } from 'vitest';
import { survivingDirection } from '../../../../src/speaker/bgp/session-state/collision.ts';

describe('survivingDirection', () => {
  it.each([
    ['a higher identifier', { identifier: 2, asNumber: 1 }, { identifier: 1, asNumber: 9 }, 'outgoing'],
    ['a lower identifier', { identifier: 1, asNumber: 9 }, { identifier: 2, asNumber: 1 }, 'incoming'],
    [
      'identifiers as unsigned integers',
      { identifier: 0xc0000201, asNumber: 1 },
      { identifier: 1, asNumber: 1 },
      'outgoing',
    ],
    ['the same identifier and a larger AS', { identifier: 1, asNumber: 2 }, { identifier: 1, asNumber: 1 }, 'outgoing'],
    [
      'the same identifier and a smaller AS',
      { identifier: 1, asNumber: 1 },
      { identifier: 1, asNumber: 2 },
      'incoming',
    ],
  ] as const)('%s', (_name, local, remote, direction) => expect(survivingDirection(local, remote)).toBe(direction));
});
