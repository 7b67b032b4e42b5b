import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { AppliedObject } from './api-client.ts';

/** The objects of a file of `manifests/`, in their order. */
export async function objectsIn(file: string): Promise<readonly AppliedObject[]> {
  const text = await readFile(new URL(`../../manifests/${file}`, import.meta.url), 'utf8');
  return parseAllDocuments(text).flatMap((document) => document.toJS() ?? []);
}
