import type { Writable } from 'node:stream';
import { jsonText, yamlText } from '../output.ts';
import { type Column, Table } from '../table.ts';
import type { Resource } from './resource.ts';
import type { View } from './view.ts';

export type OutputFormat = 'table' | 'wide' | 'json' | 'yaml';

/** Whether the form is for programs: there it says so itself when there is nothing. */
export function isDocument(format: OutputFormat): boolean {
  return format === 'json' || format === 'yaml';
}

/** Which rows to show. */
export interface Selection {
  readonly names: readonly string[];
  /** Undefined for all. */
  readonly namespace: string | undefined;
}

/** The rows of a resource that are asked for. */
export function selectRows(
  resource: Resource<unknown>,
  view: View,
  selection: Selection,
  now: Date,
): readonly unknown[] {
  return resource.rows(view, now).filter((row) => {
    const wanted = selection.names.length === 0 || selection.names.includes(resource.nameOf(row));
    const inside = selection.namespace === undefined || resource.namespaceOf(row) === selection.namespace;
    return wanted && (inside || resource.scope === 'Cluster');
  });
}

/** Writes rows of one resource, all at once or as they change. */
export class Printer {
  private readonly table: Table<unknown>;
  private headerWritten = false;

  constructor(
    private readonly resource: Resource<unknown>,
    private readonly format: OutputFormat,
    private readonly stdout: Writable,
    options: { readonly namespaceColumn: boolean; readonly now: () => Date },
  ) {
    const columns = resource.columns(options.now);
    const namespace: Column<unknown> = { header: 'NAMESPACE', cell: (row) => resource.namespaceOf(row) };
    this.table = new Table(options.namespaceColumn ? [namespace, ...columns] : columns, format === 'wide');
  }

  /** All rows: a table, or one `List` (one item alone where a single name was asked for). */
  all(rows: readonly unknown[], single: boolean): void {
    const items = rows.map((row) => this.resource.item(row));
    const value = single && items.length === 1 ? items[0] : { apiVersion: 'v1', kind: 'List', items };
    if (!isDocument(this.format)) this.stdout.write(this.table.withHeader(rows));
    else this.stdout.write(this.format === 'json' ? jsonText(value) : yamlText(value));
  }

  /** Rows that are new or have changed: lines under the table, or one document each. */
  changed(rows: readonly unknown[]): void {
    if (rows.length === 0) return;
    if (isDocument(this.format)) {
      for (const row of rows) this.stdout.write(this.document(this.resource.item(row)));
    } else {
      this.stdout.write(this.headerWritten ? this.table.rows(rows) : this.table.withHeader(rows));
      this.headerWritten = true;
    }
  }

  /** A row that is no more; in `json` and `yaml` what is gone is not shown. */
  gone(row: unknown): void {
    if (isDocument(this.format)) return;
    const [word] = this.resource.names;
    const namespace = this.resource.namespaceOf(row);
    const name = this.resource.nameOf(row);
    this.stdout.write(`# gone from ${word}: ${namespace === undefined ? name : `${namespace}/${name}`}\n`);
  }

  private document(item: unknown): string {
    return this.format === 'json' ? jsonText(item) : `---\n${yamlText(item)}`;
  }
}
