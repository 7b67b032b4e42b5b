import { printable } from '../log/line.ts';

/** One column: its header in upper case, and the text of a row's cell; no text gives `<none>`. */
export interface Column<Row> {
  readonly header: string;
  /** Shown only with `-o wide`. */
  readonly wide?: boolean;
  cell(row: Row): string | number | undefined;
}

/** Spaces between columns, and the least width of a column with them: as kubectl's printer has them. */
const GAP = 3;
const MIN_WIDTH = 6;

/** Lays rows out in kubectl's style. Columns keep their width or grow, so that the rows of a watch stay in line. */
export class Table<Row> {
  private readonly columns: readonly Column<Row>[];
  private readonly widths: number[];

  constructor(columns: readonly Column<Row>[], wide = false) {
    this.columns = columns.filter((column) => wide || !column.wide);
    this.widths = this.columns.map(() => MIN_WIDTH - GAP);
  }

  /** The header line and the rows, each line ended. */
  withHeader(rows: readonly Row[]): string {
    return this.lines([this.columns.map((column) => column.header), ...this.cells(rows)]);
  }

  /** The rows alone. */
  rows(rows: readonly Row[]): string {
    return this.lines(this.cells(rows));
  }

  private cells(rows: readonly Row[]): string[][] {
    return rows.map((row) => this.columns.map((column) => cellText(column.cell(row))));
  }

  private lines(cells: readonly (readonly string[])[]): string {
    for (const line of cells) {
      for (const [index, cell] of line.entries()) {
        this.widths[index] = Math.max(this.widths[index] ?? 0, lengthOf(cell));
      }
    }
    return cells.map((line) => `${this.line(line)}\n`).join('');
  }

  private line(cells: readonly string[]): string {
    const last = cells.length - 1;
    return cells.map((cell, index) => (index === last ? cell : this.pad(cell, index))).join('');
  }

  private pad(cell: string, index: number): string {
    return cell + ' '.repeat((this.widths[index] ?? 0) - lengthOf(cell) + GAP);
  }
}

/** A table printed once. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], wide = false): string {
  return new Table(columns, wide).withHeader(rows);
}

function cellText(value: string | number | undefined): string {
  const text = printable(String(value ?? '')).trim();
  return text === '' ? '<none>' : text;
}

function lengthOf(cell: string): number {
  return [...cell].length;
}
