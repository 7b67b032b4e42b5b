import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replacingPatch } from '../../../src/store/cluster/replacing-patch.ts';

it.each([
  [{ a: 1 }, { a: 1 }, {}],
  [{ a: 1, b: 2 }, { a: 1 }, { b: null }],
  [{ a: { b: 1, c: 2 } }, { a: { b: 2 } }, { a: { b: 2, c: null } }],
  [{ a: [1, 2] }, { a: [2] }, { a: [2] }],
  [undefined, { a: 1 }, { a: 1 }],
  [{ a: 1 }, null, null],
])('%j to %j is %j', (current, wanted, patch) => {
  expect(replacingPatch(current, wanted)).toEqual(patch);
});

/** RFC 7396 section 2, as written there. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

const names = fc.constantFrom('a', 'b', 'c');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.array(fc.integer(), { maxLength: 2 }), tie('object')),
  object: fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
}));

it('makes the one value of the other', () => {
  fc.assert(
    fc.property(value, value, (current, wanted) => {
      expect(mergePatch(current, replacingPatch(current, wanted))).toEqual(wanted);
    }),
  );
});
