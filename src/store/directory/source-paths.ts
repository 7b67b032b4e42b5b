import { stat } from 'node:fs/promises';
import type { Kind } from '../../api/kind.ts';
import { KINDS } from '../../api/kinds.ts';
import type { KubernetesObject } from '../../api/object.ts';
import {
  duplicateFaults,
  type LocatedObject,
  type ReadDocumentsOptions,
  readDocuments,
  type SkippedDocument,
} from './documents.ts';
import { unreadableMessage } from './file-error.ts';
import type { SourceFault } from './source-fault.ts';
import { listSources } from './source-listing.ts';
import { readNamedSource, SourceTextError } from './source-text.ts';

/** What some files and folders hold all together. */
export interface SourcesRead {
  readonly objects: readonly LocatedObject[];
  readonly faults: readonly SourceFault[];
  readonly skipped: readonly SkippedDocument[];
}

/** How {@link readPaths} reads. */
export interface ReadPathsOptions extends ReadDocumentsOptions {
  /** Default: all that Berth reads. */
  readonly kinds?: readonly Kind<KubernetesObject>[];
  /** The text for the path `-`. */
  readonly stdin?: string;
}

/** What faults call standard input. */
export const STDIN_NAME = '<stdin>';

/**
 * Reads files, folders (all `*.yaml`, `*.yml` and `*.json` below them) and `-` for standard input, each of them once.
 * Does not reject: what cannot be read is a fault, as are two objects of one kind and name.
 */
export async function readPaths(paths: readonly string[], options: ReadPathsOptions = {}): Promise<SourcesRead> {
  const { kinds = KINDS, stdin = '' } = options;
  const objects: LocatedObject[] = [];
  const faults: SourceFault[] = [];
  const skipped: SkippedDocument[] = [];
  const take = (text: string, file: string): void => {
    const read = readDocuments(text, file, kinds, options);
    objects.push(...read.objects);
    faults.push(...read.faults);
    skipped.push(...read.skipped);
  };
  const files = new Set<string>();
  for (const path of new Set(paths)) {
    if (path === '-') {
      take(stdin, STDIN_NAME);
      continue;
    }
    const listing = (await isFolder(path)) ? await listSources(path) : undefined;
    faults.push(...(listing?.unreadable.values() ?? []));
    for (const file of listing?.files.keys() ?? [path]) files.add(file);
  }
  for (const file of files) {
    try {
      take(await readNamedSource(file), file);
    } catch (error) {
      faults.push({ file, message: error instanceof SourceTextError ? error.message : unreadableMessage(error) });
    }
  }
  return { objects, faults: [...faults, ...duplicateFaults(objects)], skipped };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
