import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MldListener } from '../../../src/speaker/mld/listener.ts';
import type { MldQuery } from '../../../src/speaker/mld/query.ts';
import type { MldMessage } from '../../../src/speaker/mld/report.ts';

const general: MldQuery = {
  ...{ version: 2, group: 0n, maxResponseDelay: 10_000 },
  ...{ robustness: 2, interval: 125_000 },
};
const oldGeneral: MldQuery = { ...general, version: 1, robustness: 0, interval: undefined };
const group = (number: number) => 0xff02_0000_0000_0000_0000_0001_ff00_0000n | BigInt(number);

const TYPES = ['', '', 'is', 'left', 'new'];

/** What the messages say, as `new 5`, of version 1 as `v1 5` and `done 5`. */
function said(messages: readonly MldMessage[]): readonly string[] {
  return messages.flatMap(({ bytes }) => {
    const view = new DataView(bytes.buffer);
    if (bytes[0] === 131 || bytes[0] === 132) return [`${bytes[0] === 131 ? 'v1' : 'done'} ${view.getUint8(23)}`];
    return Array.from({ length: view.getUint16(6) }, (_, index) => {
      return `${TYPES[view.getUint8(8 + 20 * index)]} ${view.getUint16(8 + 20 * index + 18)}`;
    });
  });
}

/** All that it says until `end`, each with its time. */
function run(listener: MldListener, from: number, end: number): readonly string[] {
  const heard: string[] = [];
  for (let now = from; now <= end; now = Math.max(now, listener.next())) {
    const messages = listener.take(now, 100);
    heard.push(...said(messages).map((each) => `${now}: ${each}`));
    if (listener.next() === Number.POSITIVE_INFINITY) break;
  }
  return heard;
}

const newListener = () => new MldListener(() => 0.5);

describe('MldListener', () => {
  it('tells of a change at once, and again within a second', () => {
    const listener = newListener();
    expect(listener.next()).toBe(Number.POSITIVE_INFINITY);
    listener.join(group(1));
    listener.join(group(2));
    expect(run(listener, 0, 5000)).toEqual(['0: new 1', '0: new 2', '500: new 1', '500: new 2']);
    listener.leave(group(1));
    expect(run(listener, 5000, 9000)).toEqual(['5000: left 1', '5500: left 1']);
    expect(listener.idle).toBe(false);
    listener.leave(group(2));
    run(listener, 9000, 9999);
    expect(listener.idle).toBe(true);
  });

  it('tells the last change alone of several, as often as it would have', () => {
    const listener = newListener();
    listener.join(group(1));
    expect(said(listener.take(0, 1))).toEqual(['new 1']);
    listener.leave(group(1));
    expect(run(listener, 100, 5000)).toEqual(['100: left 1', '500: left 1']);
  });

  it('answers a general query within its delay, the first of several', () => {
    const listener = newListener();
    listener.join(group(1));
    listener.join(group(2));
    run(listener, 0, 2000);
    listener.query(general, 10_000);
    listener.query({ ...general, group: group(1) }, 10_000);
    listener.query(general, 11_000);
    expect(run(listener, 11_000, 30_000)).toEqual(['15000: is 1', '15000: is 2']);
  });

  it('tells of all groups once a second at most, however often it is asked', () => {
    const listener = newListener();
    listener.join(group(1));
    run(listener, 0, 2000);
    const heard: string[] = [];
    for (let now = 3000; now < 6000; now++) {
      listener.query({ ...general, maxResponseDelay: 0 }, now);
      heard.push(...said(listener.take(now, 100)).map((each) => `${now}: ${each}`));
    }
    expect(heard).toEqual(['3000: is 1', '4000: is 1', '5000: is 1']);
  });

  it('answers a query for one of its groups, and not for others', () => {
    const listener = newListener();
    listener.join(group(1));
    listener.join(group(2));
    run(listener, 0, 2000);
    listener.query({ ...general, group: group(2), maxResponseDelay: 1000 }, 3000);
    listener.query({ ...general, group: group(3), maxResponseDelay: 100 }, 3000);
    expect(run(listener, 3000, 9000)).toEqual(['3500: is 2']);
  });

  it('says nothing of a group that it left before the answer was due', () => {
    const listener = newListener();
    listener.join(group(1));
    run(listener, 0, 2000);
    listener.query({ ...general, group: group(1) }, 3000);
    listener.query(general, 3000);
    listener.leave(group(1));
    expect(run(listener, 3000, 20_000)).toEqual(['3000: left 1', '3500: left 1']);
    expect(listener.next()).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells of changes as often as the querier wants', () => {
    const listener = newListener();
    listener.query({ ...general, robustness: 3 }, 0);
    listener.join(group(1));
    expect(run(listener, 0, 4000)).toEqual(['0: new 1', '500: new 1', '1000: new 1']);
  });

  it('speaks version 1 while there is a querier of that, and for some time after', () => {
    const listener = newListener();
    listener.join(group(1));
    run(listener, 0, 2000);
    listener.query(oldGeneral, 10_000);
    expect(run(listener, 10_000, 19_000)).toEqual(['15000: v1 1']);
    listener.join(group(2));
    listener.leave(group(1));
    expect(run(listener, 20_000, 30_000)).toEqual(['20000: v1 2', '20000: done 1', '20500: v1 2', '20500: done 1']);
    // RFC 3810 section 9.12: 2 times 125 s, and 10 s.
    listener.query(general, 269_999);
    expect(run(listener, 269_999, 280_000)).toEqual(['274999: is 2']);
  });

  it('packs reports full, and holds back what is beyond the limit', () => {
    const listener = newListener();
    for (let number = 0; number < 150; number++) listener.join(group(number));
    expect(listener.take(0, 2).map(({ bytes }) => bytes.length)).toEqual([8 + 61 * 20, 8 + 61 * 20]);
    expect(listener.next()).toBe(Number.NEGATIVE_INFINITY);
    expect(said(listener.take(1, 2))).toHaveLength(28);
    expect(listener.next()).toBe(500);
  });

  it('tells of all anew', () => {
    const listener = newListener();
    listener.join(group(1));
    run(listener, 0, 2000);
    listener.restart();
    expect(run(listener, 3000, 9000)).toEqual(['3000: new 1', '3500: new 1']);
  });

  it('leaves a router with the groups that are joined, whatever came before and whichever message is lost', () => {
    const step = fc.record({ join: fc.boolean(), number: fc.nat(5), asks: fc.boolean(), wait: fc.nat(1500) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(200), (steps, lost) => {
        const listener = newListener();
        const joined = new Set<number>();
        const router = new Set<number>();
        let count = 0;
        let now = 0;
        const hear = (until: number) => {
          for (const each of run(listener, now, until)) {
            const [, what, number] = each.split(' ');
            if (count++ === lost) continue;
            if (what === 'left') router.delete(Number(number));
            else router.add(Number(number));
          }
          now = until;
        };
        for (const { join, number, asks, wait } of steps) {
          if (join) listener.join(group(number));
          else listener.leave(group(number));
          if (join) joined.add(number);
          else joined.delete(number);
          if (asks) listener.query(general, now);
          hear(now + wait);
        }
        hear(now + 20_000);
        expect([...router].sort()).toEqual([...joined].sort());
      }),
    );
  });
});
