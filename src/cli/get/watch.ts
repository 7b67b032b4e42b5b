import type { Store } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { type Printer, type Selection, selectRows } from './print.ts';
import type { Resource } from './resource.ts';
import { type View, watchView } from './view.ts';

export interface WatchRowsOptions {
  readonly store: Pick<Store, 'watch'>;
  readonly resource: Resource<unknown>;
  /** What of that which it reads is there to be read. */
  readonly reads: readonly (keyof View)[];
  readonly selection: Selection;
  readonly printer: Printer;
  readonly context: Pick<CommandContext, 'now' | 'stopSignal'>;
}

/** Prints all rows, then each row whenever its state changes, until the stop signal. */
export function watchRows({ store, resource, reads, selection, printer, context }: WatchRowsOptions): Promise<void> {
  let shown = new Map<string, { readonly row: unknown; readonly state: string }>();
  const show = (view: View): void => {
    const rows = selectRows(resource, view, selection, context.now());
    const next = new Map(rows.map((row) => [resource.keyOf(row), { row, state: JSON.stringify(resource.state(row)) }]));
    for (const [key, { row }] of shown) if (!next.has(key)) printer.gone(row);
    printer.changed([...next].filter(([key, { state }]) => shown.get(key)?.state !== state).map(([, { row }]) => row));
    shown = next;
  };
  const signal = context.stopSignal();
  return new Promise((resolve) => {
    const stop = watchView(store, reads, show);
    const end = (): void => {
      stop();
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
