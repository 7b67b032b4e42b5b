import type { Column } from '../table.ts';
import type { Sources, View } from './view.ts';

/** Something that `get` can show. */
export interface Resource<Row> extends Sources {
  /** What people may call it, the word of the help first. */
  readonly names: readonly string[];
  /** Whether its rows belong to namespaces, and whether one is shown or all where none is asked for. */
  readonly scope: 'Cluster' | 'Namespaced' | 'AllNamespaces';
  columns(now: () => Date): readonly Column<Row>[];
  /** @param now for what depends on how long ago something was */
  rows(view: View, now: Date): readonly Row[];
  /** What a row is called on the command line. */
  nameOf(row: Row): string;
  /** Tells the row from every other. */
  keyOf(row: Row): string;
  namespaceOf(row: Row): string | undefined;
  /** What makes a watch show the row again when it changes, as a JSON value. */
  state(row: Row): unknown;
  /** The row for `-o json` and `-o yaml`: the object itself where there is one. */
  item(row: Row): unknown;
}
