import { describe, expect, it } from 'vitest';
import { tableBlock } from '../../../src/cli/explain/layout.ts';

describe('tableBlock', () => {
  const rows = [
    { name: 'a', remedy: 'mend it' },
    { name: 'b', remedy: 'mend it' },
    { name: 'c', remedy: null },
    { name: 'd', remedy: 'mend it' },
  ];

  it('says a remedy once below the rows that have it in common', () => {
    const text = tableBlock('Pools', [{ header: 'POOL', cell: ({ name }) => name }], rows, ({ remedy }) => remedy);
    expect(text.split('\n')).toEqual([
      'Pools:',
      '  POOL',
      '  a',
      '  b',
      '      -> mend it',
      '  c',
      '  d',
      '      -> mend it',
      '',
    ]);
  });

  it('is empty without rows', () => {
    expect(tableBlock('Pools', [{ header: 'POOL', cell: () => 'x' }], [])).toBe('');
  });
});
