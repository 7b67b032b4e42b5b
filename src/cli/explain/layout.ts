import { printable } from '../../log/line.ts';
import { type Column, tableText } from '../table.ts';

/** A name and what is so, as `kubectl describe` shows it; nothing gives `<none>`. */
export type Field = readonly [name: string, value: string | null | undefined];

/** Fields one below the other, their values in line. */
export function fieldsText(fields: readonly Field[]): string {
  const width = Math.max(MIN_WIDTH, ...fields.map(([name]) => name.length + 2));
  return fields.map(([name, value]) => `${`${name}:`.padEnd(width)} ${shown(value)}\n`).join('');
}

/** Fields of one object are in line across its blocks. */
const MIN_WIDTH = 14;

function shown(value: string | null | undefined): string {
  return printable(value ?? '').trim() || '<none>';
}

/** Under a title, a table; below rows that have one and the same remedy, that once. Empty without rows. */
export function tableBlock<Row>(
  title: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  remedyOf: (row: Row) => string | null = () => null,
): string {
  if (rows.length === 0) return '';
  const [header = '', ...lines] = tableText(columns, rows).trimEnd().split('\n');
  const body = lines.map((line, index) => {
    const next = rows[index + 1];
    const own = remedyOf(rows[index] as Row);
    const remedy = next !== undefined && remedyOf(next) === own ? null : own;
    return `  ${line}\n${remedy === null ? '' : `      -> ${printable(remedy)}\n`}`;
  });
  return `${title}:\n  ${header}\n${body.join('')}`;
}

/** The blocks that say something, with an empty line between them. */
export function blocksText(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n');
}

/** At most so many rows for people; programs get all. */
export const ROWS_SHOWN = 20;

/** The first of a list, and how many more there are. */
export function firstOf(texts: readonly string[], most = ROWS_SHOWN): string {
  const more = texts.length - most;
  return more > 0 ? `${texts.slice(0, most).join(', ')} and ${more} more` : texts.join(', ');
}
