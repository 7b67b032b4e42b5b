import { describe, expect, it } from 'vitest';
import { prepareRehearsal } from '../../../../src/speaker/bgp/session/rehearsal.ts';

describe('a rehearsal', () => {
  it('tells a peer of 200 routes twice, and leaves nothing behind', () => {
    const rehearse = prepareRehearsal();
    expect([rehearse(), rehearse()]).toEqual([400, 400]);
  });
});
