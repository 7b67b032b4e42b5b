import { describe, expect, it } from 'vitest';
import { prepareRehearsal } from '../../../../src/speaker/bgp/adj-rib-out/rehearsal.ts';

describe('a rehearsal', () => {
  it('goes through announcements and withdrawals, and leaves nothing behind', () => {
    // 200 prefixes of 5 octets, announced, withdrawn and announced: one UPDATE each.
    const rehearse = prepareRehearsal();
    const octets = rehearse();
    expect(octets).toBeGreaterThan(3 * 200 * 5);
    expect(octets).toBeLessThan(3 * (200 * 5 + 100));
    expect(rehearse()).toBe(octets);
  });
});
