import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaimTable } from '../../../src/speaker/ownership/claim-table.ts';
import type { Claim, Message, MessageBody } from '../../../src/speaker/ownership/message.ts';
import { Outbox } from '../../../src/speaker/ownership/outbox.ts';

const OWNER: Claim = { role: 'Owner' };
const say = (boot: number, version: number, body: MessageBody): Message => ({ from: 'n1', boot, version, body });
const hello = (boot: number, version: number): Message => say(boot, version, { type: 'Hello', state: 'Running' });
const change = (boot: number, version: number, address: string, claim: Claim | null): Message =>
  say(boot, version, { type: 'Changes', changes: [{ address, claim, age: 0, moves: [] }] });

describe('ClaimTable', () => {
  it('knows all of a life that has claimed nothing', () => {
    const table = new ClaimTable();
    expect(table.isHeard).toBe(false);
    table.read(hello(1, 0), 0);
    expect([table.isHeard, table.isWhole]).toEqual([true, true]);
  });

  it('is not whole when a sign of life bears a number that it has not seen', () => {
    const table = new ClaimTable();
    table.read(change(1, 1, 'a', OWNER), 0);
    expect(table.isWhole).toBe(true);
    table.read(hello(1, 2), 1);
    expect(table.isWhole).toBe(false);
    expect(table.get('a')).toEqual(OWNER);
  });

  it('takes no change behind one that it missed', () => {
    const table = new ClaimTable();
    table.read(change(1, 1, 'a', OWNER), 0);
    table.read(change(1, 3, 'a', null), 1);
    expect([table.get('a'), table.isWhole]).toEqual([OWNER, false]);
  });

  it('takes it when that one comes late', () => {
    const table = new ClaimTable();
    table.read(change(1, 3, 'c', OWNER), 0);
    table.read(change(1, 2, 'a', null), 1);
    expect(table.isWhole).toBe(false);
    expect(table.read(change(1, 1, 'a', OWNER), 2).changed).toEqual(['a', 'c']);
    expect([table.get('a'), table.get('c'), table.isWhole]).toEqual([undefined, OWNER, true]);
  });

  it('forgets a life when the next one speaks, and does not hear it any more', () => {
    const table = new ClaimTable();
    table.read(change(1, 1, 'a', OWNER), 0);
    expect(table.read(hello(2, 0), 1)).toMatchObject({ isNewLife: true, changed: ['a'] });
    expect(table.read(change(1, 2, 'b', OWNER), 2)).toMatchObject({ isPast: true, changed: [] });
    expect([table.get('a'), table.get('b')]).toEqual([undefined, undefined]);
  });

  it('reads pages of one number only, in any order, together', () => {
    const table = new ClaimTable();
    const page = (version: number, index: number, address: string): Message =>
      say(1, version, {
        type: 'Claims',
        page: index,
        pages: 2,
        claims: [{ address, claim: OWNER, age: 5, moves: [{ id: 7, age: 70 }] }],
      });
    table.read(page(4, 1, 'b'), 0);
    table.read(page(5, 0, 'c'), 1);
    expect(table.get('b')).toBeUndefined();
    table.read(page(4, 0, 'a'), 2);
    expect(table.get('a')).toBeUndefined();
    expect(table.read(page(5, 1, 'd'), 100).changed).toEqual(['c', 'd']);
    expect([table.isWhole, table.sinceOf('c'), table.movesOf('d')]).toEqual([true, 95, [{ id: 7, at: 30 }]]);
  });

  it('tells since when a claim is made, whenever it is heard of', () => {
    const table = new ClaimTable();
    table.read(say(1, 1, { type: 'Changes', changes: [{ address: 'a', claim: OWNER, age: 40, moves: [] }] }), 100);
    expect(table.sinceOf('a')).toBe(60);
    expect(table.sinceOf('b')).toBe(Number.NEGATIVE_INFINITY);
  });

  it('comes to what its peer claims, whatever is lost, late or twice on the way', () => {
    const operation = fc.record({
      address: fc.constantFrom('a', 'b', 'c', 'd'),
      claim: fc.constantFrom<Claim | null>(OWNER, null, { role: 'Held' }, { role: 'Caretaker', of: 'n2' }),
      /** What becomes of the messages of this step. */
      fate: fc.constantFrom('kept', 'lost', 'late', 'twice'),
      asks: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const outbox = new Outbox('n1', 1);
        const table = new ClaimTable();
        const truth = new Map<string, Claim>();
        let late: Message[] = [];
        const flush = (fate: string): void => {
          const before = late.splice(0);
          outbox.flush(['n2'], 0, (_, message) => {
            if (fate === 'late') late.push(message);
            if (fate === 'kept' || fate === 'twice') table.read(message, 0);
            if (fate === 'twice') table.read(message, 0);
          });
          for (const message of before) table.read(message, 0);
        };
        for (const { address, claim, fate, asks } of operations) {
          outbox.claim(address, claim, [], 0);
          if (asks) outbox.sendClaims('n2');
          outbox.sendHello('n2');
          if (claim === null) truth.delete(address);
          else truth.set(address, claim);
          flush(fate);
          if (table.isWhole && fate === 'kept') {
            expect(new Map([...table.addresses()].map((each) => [each, table.get(each)]))).toEqual(truth);
          }
        }
        late = [];
        outbox.sendHello('n2');
        flush('kept');
        if (table.isHeard && !table.isWhole) outbox.sendClaims('n2');
        flush('kept');
        expect(table.isWhole).toBe(true);
        expect(new Map([...table.addresses()].map((each) => [each, table.get(each)]))).toEqual(truth);
      }),
    );
  });
});
