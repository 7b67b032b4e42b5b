import type { KubernetesObject } from '../../api/object.ts';
import type { Imported, Remark } from '../../import/imported.ts';
import type { SourceFault } from '../../store/directory/source-fault.ts';

/** An object of another implementation, and what it became. */
export interface Source {
  /** `Kind/namespace/name`. */
  readonly object: string;
  readonly namespace: string;
  readonly imported: readonly Imported[];
  /** About what became nothing. */
  readonly remarks: readonly Remark[];
  /** Where a field of it stands; the object itself for an empty field. */
  placeOf(field: string): Place;
}

/** Where something was written; without a line, in a cluster. */
export type Place = Pick<SourceFault, 'file' | 'line'>;

/** What was found to import. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly faults: readonly SourceFault[];
  /** How many objects there were of each kind that says nothing here. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** `Kind/namespace/name`, as people call an object. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return [kind, metadata.namespace ?? 'default', metadata.name].join('/');
}

/** Where that was written which became an object: the object itself, or the entry of a ConfigMap. */
export function placeOfImported(source: Source, { sourceOf }: Imported): Place {
  return source.placeOf(sourceOf('spec') === 'spec' ? '' : sourceOf('metadata.name'));
}

/** `file:line`. */
export function placeText({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
