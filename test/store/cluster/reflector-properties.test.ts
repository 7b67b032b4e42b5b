import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS, SimulatedApi } from './simulated-api.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      name: fc.constantFrom(...NAMES),
      isRemoved: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fault' as const), fault: fc.constantFrom(...FAULTS) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), millis: fc.integer({ min: 1, max: 40_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('compact' as const, 'refresh' as const) }) },
);

function versions(
  objects: Iterable<{ readonly metadata: { readonly name: string; readonly resourceVersion?: string | undefined } }>,
) {
  return [...objects].map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();
}

describe('a reflector, whatever happens between it and the server', () => {
  it('knows in the end what the server has, and has told of each step there', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 120, size: 'max' }), (moves) => {
        const api = new SimulatedApi();
        api.start();
        for (const step of moves) {
          if (step.do === 'edit') api.edit(step.name, step.isRemoved);
          else if (step.do === 'fault') api.answer(step.fault);
          else if (step.do === 'pass') api.pass(step.millis);
          else if (step.do === 'compact') api.compact();
          else if (step.do === 'refresh') api.refresh();
          else api.answer();
        }
        // The server is well from now on.
        for (let round = 0; round < 40; round++) {
          api.answer();
          api.pass(31_000);
        }
        api.answer();
        const followed = new Map<string, (typeof api.delivered)[number]['object']>();
        for (const { type, object } of api.delivered) {
          const { name } = object.metadata;
          expect(followed.has(name)).toBe(type !== 'ADDED');
          if (type === 'MODIFIED') expect(followed.get(name)?.metadata.uid).toBe(object.metadata.uid);
          if (type === 'DELETED') followed.delete(name);
          else followed.set(name, object);
        }
        const server = versions(api.objects.values() as Iterable<never>);
        expect(versions(api.known.objects())).toEqual(server);
        expect(versions(followed.values())).toEqual(server);
      }),
      { numRuns: 200 },
    );
  });

  it('never storms a server, whatever that does', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...FAULTS), { minLength: 50, maxLength: 200, size: 'max' }), (faults) => {
        const api = new SimulatedApi();
        for (const name of NAMES) api.edit(name, false);
        api.start();
        for (const fault of faults) {
          for (let count = 0; count < 6; count++) api.answer();
          api.answer(fault);
          api.pass(100);
        }
        // After a failure at least 0.8 s pass; between two failures come at most three pages and a watch.
        expect(api.requests).toBeLessThanOrEqual(4 * (1 + api.now / 800));
      }),
      { numRuns: 100 },
    );
  });
});
