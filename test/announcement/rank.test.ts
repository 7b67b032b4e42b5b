import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalEndpoint } from '../../src/announcement/announcement-plan.ts';
import { rank, rendezvousScore } from '../../src/announcement/rank.ts';

describe('the rendezvous score', () => {
  // printf '%s\0%s' ADDRESS NODE | sha256sum | cut -c1-16
  it.each([
    ['192.0.2.50', 'n1', '221e27084ff329e4'],
    ['192.0.2.50', 'n2', 'f66f5e1ed5935d73'],
    ['192.0.2.50', 'n3', 'fbcf1bd2cd5cda97'],
    ['2001:db8::50', 'n1', '6bf861e82136416b'],
    ['2001:db8::50', 'n2', '3d3fc32e298ca915'],
    ['2001:db8::50', 'n3', 'ce58442a032fa9ba'],
  ])('of %s and %s is %s, as sha256sum says', (address, node, score) => {
    expect(rendezvousScore(address, node)).toBe(score);
  });
});

interface Entry {
  readonly node: string;
  readonly weight: number;
  readonly localEndpoint: LocalEndpoint;
}

const entries: fc.Arbitrary<Entry[]> = fc.uniqueArray(
  fc.record({
    node: fc.string({ minLength: 1, maxLength: 8 }),
    weight: fc.integer({ min: 0, max: 2 }),
    localEndpoint: fc.constantFrom<LocalEndpoint>('Ready', 'Terminating', 'Missing'),
  }),
  { selector: ({ node }) => node, maxLength: 12 },
);

describe('rank', () => {
  it.each([
    ['the higher score first', { n1: 0, n2: 0, n3: 0 }, ['n3', 'n2', 'n1']],
    ['weight before score', { n1: 2, n2: 1, n3: 1 }, ['n1', 'n3', 'n2']],
  ])('puts %s', (_, weights, expected) => {
    const nodes = Object.entries(weights).map(([node, weight]) => ({
      node,
      weight,
      localEndpoint: 'NotNeeded' as const,
    }));
    expect(rank('192.0.2.50', nodes).map(({ node }) => node)).toEqual(expected);
  });

  it('puts ready endpoints before terminating ones, and those before none, whatever the weight', () => {
    const nodes: Entry[] = [
      { node: 'n3', weight: 100, localEndpoint: 'Missing' },
      { node: 'n2', weight: 50, localEndpoint: 'Terminating' },
      { node: 'n1', weight: 0, localEndpoint: 'Ready' },
    ];
    expect(rank('192.0.2.50', nodes).map(({ node }) => node)).toEqual(['n1', 'n2', 'n3']);
  });

  it('takes out the best node again and again, as a naive model does', () => {
    const served = (entry: Entry) => ['Missing', 'Terminating', 'Ready'].indexOf(entry.localEndpoint);
    const beats = (a: Entry, b: Entry): boolean => {
      if (served(a) !== served(b)) return served(a) > served(b);
      if (a.weight !== b.weight) return a.weight > b.weight;
      const [left, right] = [a, b].map(({ node }) => BigInt(`0x${rendezvousScore('192.0.2.50', node)}`));
      return left !== undefined && right !== undefined && left > right;
    };
    fc.assert(
      fc.property(entries, (nodes) => {
        const model: string[] = [];
        let left = nodes;
        while (left.length > 0) {
          const best = left.find((entry) => left.every((other) => other === entry || beats(entry, other)));
          model.push(best?.node ?? 'a tie');
          left = left.filter((entry) => entry !== best);
        }
        expect(rank('192.0.2.50', nodes).map(({ node }) => node)).toEqual(model);
      }),
    );
  });
});
