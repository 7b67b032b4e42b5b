import { describe, expect, it } from 'vitest';
import { Node, OWNER } from './one-node.ts';
import { ADDRESS } from './world.ts';

/** When the inquiry about the owner is over, which is gone; and the second in line's turn. */
const GONE = 80;
const TURN = GONE + 200;

const LATER = '192.0.2.51';

/** n3 owns it and is gone; n2 lives. */
function bereaved(candidates: readonly string[]): Node {
  const node = new Node([], candidates);
  node.hear('n2', 0, { type: 'Hello', state: 'Running' });
  node.hearClaim('n3', OWNER);
  node.step({ type: 'session', node: 'n2', state: 'Up' });
  for (const state of ['Up', 'Down'] as const) node.step({ type: 'session', node: 'n3', state });
  return node;
}

/** n1 behind n2, when it is its turn to take over from n3. */
function inTurn(): Node {
  const node = bereaved(['n2', 'n1', 'n3']);
  node.run(TURN);
  return node;
}

/** The same, with another address of n3 that n1 is put in line for 200 ms after its turn for the first. */
function inTurnTwice(): Node {
  const node = new Node([], ['n2', 'n1', 'n3']);
  node.hear('n2', 0, { type: 'Hello', state: 'Running' });
  const changes = [ADDRESS, LATER].map((address) => ({ address, claim: OWNER, age: 0, moves: [] }));
  node.hear('n3', 2, { type: 'Changes', changes });
  node.step({ type: 'session', node: 'n2', state: 'Up' });
  for (const state of ['Up', 'Down'] as const) node.step({ type: 'session', node: 'n3', state });
  node.run(TURN + 200);
  const planned = [{ address: LATER, candidates: ['n2', 'n1', 'n3'], holdOff: 0, draining: false }];
  node.step({ type: 'amend', amendment: { planned, released: [] } });
  return node;
}

function asked(node: Node): readonly number[] {
  return node.sent('Poll').map(({ at }) => at);
}

describe('the second in line, in its turn,', () => {
  it('asks the first, and takes over when that says that it has not', () => {
    const node = inTurn();
    expect([node.core.roleOf(ADDRESS), asked(node)]).toEqual(['Standby', [TURN]]);
    node.now += 3;
    node.hear('n2', 0, { type: 'Final', number: 1 });
    node.run(TURN + 1_000);
    expect(node.reports).toEqual([`${TURN + 3} Owner OwnerGone`]);
    expect(asked(node)).toEqual([TURN]);
  });

  it('leaves it to the first where that says so before it answers', () => {
    const node = inTurn();
    node.hearClaim('n2', OWNER);
    node.hear('n2', 1, { type: 'Final', number: 1 });
    node.run(TURN + 1_000);
    expect(node.reports).toEqual([]);
  });

  it('waits for the claims that came before the answer', () => {
    const node = inTurn();
    node.hear('n2', 1, { type: 'Final', number: 1 });
    node.run(TURN + 100);
    node.hearClaim('n2', OWNER);
    node.run(TURN + 1_000);
    expect(node.reports).toEqual([]);
  });

  it('takes over from both when the first is gone as well', () => {
    const node = inTurn();
    node.run(TURN + 50);
    node.step({ type: 'session', node: 'n2', state: 'Down' });
    // It may have claimed it before it went: it is inquired about first.
    node.run(TURN + 50 + GONE + 100);
    expect(node.reports).toEqual([`${TURN + 50 + GONE} Owner OwnerGone`]);
  });

  it('waits for an answer for 300 ms, which it asks for again and again', () => {
    const node = inTurn();
    node.run(TURN + 1_000);
    expect(node.reports).toEqual([`${TURN + 300} Owner OwnerGone`]);
    expect(asked(node)).toEqual(Array.from({ length: 15 }, (_, index) => TURN + 20 * index));
  });

  it('goes on asking one that does not hear for an address whose turn comes later, for 300 ms as well', () => {
    const node = inTurnTwice();
    node.run(TURN + 1_000);
    expect(node.reports).toEqual([`${TURN + 300} Owner OwnerGone`, `${TURN + 200 + 300} Owner OwnerGone`]);
    expect(asked(node)).toEqual(Array.from({ length: 25 }, (_, index) => TURN + 20 * index));
  });

  it('leaves such an address to the first where that hears again only when the first turn is over', () => {
    const node = inTurnTwice();
    const hears = TURN + 310;
    node.run(hears);
    for (let at = hears; at < TURN + 500; at += 10) {
      node.run(at);
      const { message } = node.sent('Poll').findLast((each) => each.at > hears) ?? {};
      if (message?.body.type !== 'Poll') continue;
      node.hear('n2', 1, { type: 'Changes', changes: [{ address: LATER, claim: OWNER, age: 0, moves: [] }] });
      node.hear('n2', 1, { type: 'Final', number: message.body.number });
    }
    node.run(TURN + 1_000);
    expect(node.reports).toEqual([`${TURN + 300} Owner OwnerGone`]);
  });
});

describe('the first in line, asked before it knows,', () => {
  it.each([
    ['leaves it to the one that asked', OWNER, []],
    ['takes it over after all where that does not', null, ['350 Owner OwnerGone']],
  ])('%s', (_, claim, reports) => {
    const node = bereaved(['n1', 'n2', 'n3']);
    node.run(50);
    node.hear('n2', 0, { type: 'Poll', number: 1 });
    node.run(150);
    if (claim !== null) node.hearClaim('n2', claim);
    node.run(1_000);
    expect(node.reports).toEqual(reports);
  });

  it('takes it over in the end from one that asks for ever and never does', () => {
    const node = bereaved(['n1', 'n2', 'n3']);
    for (let at = 50; at <= 3_000; at += 50) {
      node.run(at);
      // As whoever has recorded it can: a key keeps nobody from repeating.
      node.hear('n2', 0, { type: 'Poll', number: 1 });
    }
    expect(node.reports).toEqual(['950 Owner OwnerGone']);
  });
});
