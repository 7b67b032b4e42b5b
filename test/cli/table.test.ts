import { describe, expect, it } from 'vitest';
import { type Column, Table, tableText } from '../../src/cli/table.ts';

interface Row {
  readonly name: string;
  readonly ip?: string;
  readonly n?: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { header: 'NAME', cell: (row) => row.name },
  { header: 'N', cell: (row) => row.n },
  { header: 'IP', cell: (row) => row.ip, wide: true },
];

describe('tableText', () => {
  it('puts three spaces between columns, none after the last, and <none> for nothing', () => {
    const rows = [{ name: 'web', n: 12345 }, { name: 'a-longer-name' }];
    expect(tableText(COLUMNS, rows)).toBe(
      ['NAME            N', 'web             12345', 'a-longer-name   <none>', ''].join('\n'),
    );
  });

  it('shows wide columns only when asked', () => {
    expect(tableText(COLUMNS, [{ name: 'a', n: 0, ip: '192.0.2.1' }], true)).toBe(
      ['NAME   N     IP', 'a      0     192.0.2.1', ''].join('\n'),
    );
  });

  it('keeps text from outside in its cell', () => {
    const text = tableText(COLUMNS, [{ name: 'a\nb\u001b[2J\tc' }]);
    expect(text).toBe(['NAME    N', 'a b c   <none>', ''].join('\n'));
  });
});

describe('Table', () => {
  it('keeps the rows of a watch in line with those before', () => {
    const table = new Table(COLUMNS);
    expect(table.withHeader([{ name: 'a-longer-name', n: 1 }])).toBe('NAME            N\na-longer-name   1\n');
    expect(table.rows([{ name: 'b', n: 2 }])).toBe('b               2\n');
    expect(table.rows([{ name: 'a-name-longer-still', n: 3 }])).toBe('a-name-longer-still   3\n');
    expect(table.rows([{ name: 'b', n: 2 }])).toBe('b                     2\n');
  });
});
