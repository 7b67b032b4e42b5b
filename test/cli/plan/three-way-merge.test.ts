import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ItemKeys, type Members, threeWayMerge } from '../../../src/cli/plan/three-way-merge.ts';

const wholeLists: ItemKeys = () => undefined;
const merge = (lastApplied: Members | undefined, manifest: Members, live: Members, keys = wholeLists) =>
  threeWayMerge({ lastApplied, manifest, live }, keys);

describe('threeWayMerge', () => {
  it.each<[string, Members | undefined, Members, Members, Members]>([
    ['sets what the manifest says', { a: 1 }, { a: 2, b: 3 }, { a: 1 }, { a: 2, b: 3 }],
    ['takes away what it said before and says no more', { a: 1, b: 2 }, { a: 1 }, { a: 1, b: 2 }, { a: 1 }],
    ['takes that away also where somebody has changed it', { a: 1 }, {}, { a: 9 }, {}],
    ['keeps what somebody else has set', { a: 1 }, { a: 1 }, { a: 1, b: 2 }, { a: 1, b: 2 }],
    ['takes nothing away where nobody applied it before', undefined, { a: 1 }, { a: 0, b: 2 }, { a: 1, b: 2 }],
    ['looks into members', { s: { a: 1, b: 1 } }, { s: { a: 2 } }, { s: { a: 1, b: 1, c: 1 } }, { s: { a: 2, c: 1 } }],
    ['takes away a whole member with all in it', { s: { a: 1 } }, {}, { s: { a: 1, c: 1 } }, {}],
    [
      'takes away what a null names',
      undefined,
      { a: null, s: { b: null } },
      { a: 1, s: { b: 1, c: 1 } },
      { s: { c: 1 } },
    ],
    ['replaces a value of another type', undefined, { s: { a: 1 } }, { s: [1] }, { s: { a: 1 } }],
    ['replaces lists as they are', { l: [1] }, { l: [2] }, { l: [1, 3] }, { l: [2] }],
  ])('%s', (_, last, manifest, live, expected) => {
    expect(merge(last, manifest, live)).toEqual(expected);
  });

  it('merges the items of a list that has keys, and goes by the path of the list', () => {
    const keys: ItemKeys = (path) => (path === 's.ports' ? (item) => String((item as { p: number }).p) : undefined);
    const last = { s: { ports: [{ p: 1, x: 1 }, { p: 2 }] }, ports: [1] };
    const manifest = { s: { ports: [{ p: 1 }, { p: 4, y: 1 }] }, ports: [2] };
    const live = { s: { ports: [{ p: 1, x: 1, n: 7 }, { p: 2 }, { p: 3 }] }, ports: [1, 9] };
    expect(merge(last, manifest, live, keys)).toEqual({
      s: { ports: [{ p: 1, n: 7 }, { p: 4, y: 1 }, { p: 3 }] },
      ports: [2],
    });
  });

  const json = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(fc.nat(3), fc.array(fc.nat(3)), fc.dictionary(fc.constantFrom('x', 'y'), fc.nat(3))),
  );

  it('changes nothing when it is applied a second time', () => {
    fc.assert(
      fc.property(json, json, json, (last, manifest, live) => {
        const once = merge(last, manifest, live);
        expect(merge(manifest, manifest, once)).toEqual(once);
      }),
    );
  });

  it('gives just the manifest where all that is there was applied before', () => {
    fc.assert(
      fc.property(json, json, (last, manifest) => {
        expect(merge(last, manifest, last)).toEqual(manifest);
      }),
    );
  });
});
