import { describe, expect, it } from 'vitest';
import { Node, OWNER } from './one-node.ts';
import { ADDRESS } from './world.ts';

describe('a node that stood still for so long that others may have been put in line', () => {
  it('is silent about what is planned on no other node, and yields to one that has it', () => {
    const node = new Node([{ address: ADDRESS, moves: [] }], ['n1']);
    node.run(1_000);
    node.now = 60_000;
    node.step({ type: 'tick' });
    node.run(60_010);
    node.hearClaim('n2', OWNER);
    node.step({ type: 'answered', node: 'n2', by: 'Speaker' });
    node.run(61_000);
    expect(node.reports.slice(2)).toEqual(['60000 Held Paused', '60010 Standby TakenOver']);
  });
});
