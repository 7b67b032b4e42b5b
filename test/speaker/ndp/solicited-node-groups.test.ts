import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GroupChange, SolicitedNodeGroups } from '../../../src/speaker/ndp/solicited-node-groups.ts';

describe('SolicitedNodeGroups', () => {
  it('joins for the first address of a group, and leaves after the last', () => {
    const groups = new SolicitedNodeGroups();
    groups.add(1n);
    groups.add(1n);
    expect(groups.take(10)).toEqual([{ group: 1n, change: 'Join' }]);
    groups.remove(1n);
    expect(groups.take(10)).toEqual([]);
    groups.remove(1n);
    expect(groups.take(10)).toEqual([{ group: 1n, change: 'Leave' }]);
    expect(groups.pending).toBe(false);
  });

  it('does nothing for an address that came and went', () => {
    const groups = new SolicitedNodeGroups();
    groups.add(1n);
    groups.remove(1n);
    expect(groups.take(10)).toEqual([]);
    expect(groups.pending).toBe(false);
  });

  it('tells in portions, oldest first', () => {
    const groups = new SolicitedNodeGroups();
    for (let group = 0n; group < 5n; group++) groups.add(group);
    expect(groups.take(2).map(({ group }) => group)).toEqual([0n, 1n]);
    expect(groups.pending).toBe(true);
    expect(groups.take(9).map(({ group }) => group)).toEqual([2n, 3n, 4n]);
  });

  it('comes back to a join that failed, unless it is needed no more', () => {
    const groups = new SolicitedNodeGroups();
    groups.add(1n);
    groups.take(1);
    groups.failed(1n);
    expect(groups.take(1)).toEqual([{ group: 1n, change: 'Join' }]);
    groups.failed(1n);
    groups.remove(1n);
    expect(groups.take(1)).toEqual([]);
  });

  it('ends with exactly the groups that are needed, however they came about', () => {
    const step = fc.record({ add: fc.boolean(), address: fc.nat(20), take: fc.nat(3), fail: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const groups = new SolicitedNodeGroups();
        const held = new Set<number>();
        const joined = new Set<bigint>();
        const apply = ({ group, change }: GroupChange) => {
          expect(joined.has(group)).toBe(change === 'Leave');
          if (change === 'Join') joined.add(group);
          else joined.delete(group);
        };
        const groupOf = (address: number) => BigInt(address % 5);
        for (const { add, address, take, fail } of steps) {
          if (add && !held.has(address)) {
            held.add(address);
            groups.add(groupOf(address));
          } else if (!add && held.delete(address)) groups.remove(groupOf(address));
          for (const each of groups.take(take)) {
            if (fail && each.change === 'Join') groups.failed(each.group);
            else apply(each);
          }
        }
        for (const each of groups.take(100)) apply(each);
        expect(joined).toEqual(new Set([...held].map(groupOf)));
        expect(groups.pending).toBe(false);
      }),
    );
  });
});
