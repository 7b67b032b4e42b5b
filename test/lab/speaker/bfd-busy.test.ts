import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countFalseDowns } from '../../../bench/bgp/false-downs.ts';
import { bundlePrograms } from '../../../bench/bgp/programs.ts';
import { type Member, Segment } from '../network.ts';

let programs: string;
let segment: Segment;
let node: Member;
let tor: Member;

beforeAll(async () => {
  programs = await bundlePrograms();
  segment = await Segment.create('busy');
  node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24'] });
});
afterAll(async () => {
  await segment?.dispose();
  if (programs !== undefined) await rm(programs, { recursive: true });
});

describe('BFD at 100 ms x 3', () => {
  it('stays up while the main thread parses 10,000 Services again and again', async () => {
    const { downs, parses } = await countFalseDowns({ node, tor, programs }, 'worker', 100, 5);
    expect(parses.length).toBeGreaterThan(5);
    expect(downs).toBe(0);
  });
});
