import { describe, expect, it } from 'vitest';
import type { OwnershipAction } from '../../../src/speaker/ownership/protocol.ts';
import { Node, OWNER } from './one-node.ts';
import { macOf } from './world.ts';

describe('with 120 addresses of a node that is gone', () => {
  const peers = [{ node: 'n2', mac: macOf('n2') }];
  const addresses = Array.from({ length: 120 }, (_, index) => `192.0.2.${index + 1}`);
  const planned = addresses.map((address) => ({ address, candidates: ['n1', 'n2'], holdOff: 0, draining: false }));
  const count = (node: Node, what: OwnershipAction['do']) =>
    node.done.filter(({ action }) => action.do === what).length;

  /** About to know that it is gone. */
  function bereaved(): Node {
    const node = new Node();
    const changes = addresses.map((address) => ({ address, claim: OWNER, age: 0, moves: [] }));
    node.hear('n2', 120, { type: 'Changes', changes });
    node.step({ type: 'plan', plan: { addresses: planned, peers } });
    for (const state of ['Up', 'Down'] as const) node.step({ type: 'session', node: 'n2', state });
    node.run(79);
    node.now = 80;
    node.done.length = 0;
    return node;
  }

  it('tells that it takes them over before it carries that out, a portion at a time', () => {
    const node = bereaved();
    const steps = Array.from({ length: 7 }, () => {
      node.done.length = 0;
      node.step({ type: 'tick' });
      const told = node.sent('Changes').map(({ message: { body } }) => body.type === 'Changes' && body.changes.length);
      const sum = told.reduce<number>((total, each) => total + Number(each), 0);
      return [sum, count(node, 'answer'), count(node, 'announce'), count(node, 'report')];
    });
    expect(steps).toEqual([[120, 0, 0, 0], ...Array.from({ length: 6 }, () => [0, 20, 20, 20])]);
  });

  it('leaves the next portion to a step of its own, whatever comes meanwhile', () => {
    const node = bereaved();
    for (let steps = 0; steps < 2; steps++) node.step({ type: 'tick' });
    for (let number = 1; number <= 5; number++) node.hear('n2', 120, { type: 'Poll', number });
    node.step({ type: 'heard', address: '192.0.2.1', node: undefined });
    expect([count(node, 'answer'), node.sent('Final').length, node.core.dueAt]).toEqual([20, 5, node.now]);
    node.step({ type: 'tick' });
    expect(count(node, 'answer')).toBe(40);
  });

  it('does not begin to answer for what it has let go of meanwhile', () => {
    const node = bereaved();
    for (let steps = 0; steps < 2; steps++) node.step({ type: 'tick' });
    node.step({ type: 'plan', plan: { addresses: [], peers } });
    node.run(500);
    expect(count(node, 'answer')).toBe(20);
  });
});
