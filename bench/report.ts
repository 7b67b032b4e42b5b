import type { Result } from './measure.ts';

/** The JSON that programs read: one object a run. */
export function asJson(bench: string, results: readonly Result[]): string {
  return JSON.stringify({ bench, node: process.version, results });
}

/** A table for people; `growth` is the factor by which a case grows when its size doubles. */
export function asTable(results: readonly Result[]): string {
  const rows = [['NAME', 'N', 'MEDIAN', 'P99', 'MAX', 'UNIT', 'RUNS', 'GROWTH PER DOUBLING']];
  for (const [index, result] of results.entries()) {
    const { name, n, unit, median, p99, max, runs } = result;
    rows.push([name, String(n), figure(median), figure(p99), figure(max), unit, String(runs), growth(results, index)]);
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

/** A result for people who wait for the others. */
export function inWords({ name, n, median, unit }: Result): string {
  return `${name} ${n}: ${figure(median)} ${unit}`;
}

function figure(value: number | null): string {
  return value === null ? '-' : value === 0 ? '0' : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function growth(results: readonly Result[], index: number): string {
  const here = results[index];
  const before = results[index - 1];
  if (here === undefined || before?.name !== here.name || !here.median || !before.median || here.n <= before.n)
    return '';
  return `${((here.median / before.median) ** (1 / Math.log2(here.n / before.n))).toFixed(2)}x`;
}
