import { describe, expect, it } from 'vitest';
import { typedByHeading } from '../cluster/install/installation-guide.ts';

describe('docs/installation.md', () => {
  it('has nothing to type but what the tests of the cluster ring type', () => {
    const counts = Object.entries(typedByHeading()).map(([heading, scripts]) => [heading, scripts.length]);
    expect(counts).toEqual([
      ['With kubectl', 1],
      ['With kustomize', 1],
      ['With Helm', 2],
      ['Upgrade and rollback', 4],
      ['Uninstall', 2],
    ]);
  });
});
