import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutResourceVersion, withResourceVersion } from '../../../src/store/directory/resource-version.ts';

const NODE = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { b: '1', a: '2' } } };

function versionOf(object: typeof NODE): string | undefined {
  return (withResourceVersion(object).metadata as { resourceVersion?: string }).resourceVersion;
}

describe('withResourceVersion', { timeout: 30_000 }, () => {
  it('depends on the content alone: not on the order of members, an old version, or members that are undefined', () => {
    const metadata = { labels: { a: '2', b: '1' }, name: 'n1', uid: undefined, resourceVersion: 'old' };
    expect(versionOf({ metadata, kind: 'Node', apiVersion: 'v1' })).toBe(versionOf(NODE));
    expect(versionOf({ ...NODE, metadata: { ...NODE.metadata, labels: { a: '2', b: '2' } } })).not.toBe(
      versionOf(NODE),
    );
  });

  it('tells any two contents apart, and is the same after a journey as JSON', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.parse(JSON.stringify(json)) as unknown);
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [first, second] = [a, b].map((spec) => versionOf({ ...NODE, spec } as typeof NODE));
        expect(first === second).toBe(canonical(a) === canonical(b));
        const journeyed = JSON.parse(
          JSON.stringify(withResourceVersion({ ...NODE, spec: a } as typeof NODE)),
        ) as typeof NODE;
        expect(versionOf(journeyed)).toBe(first);
      }),
    );
  });

  it('is taken off again', () => {
    expect(withoutResourceVersion(withResourceVersion(NODE))).toEqual(NODE);
  });
});

/** The rule said another way: equal where a deep comparison that ignores the order of members finds no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
