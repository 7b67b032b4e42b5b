import { isMap, isScalar, type Node } from 'yaml';
import { DRAIN_ANNOTATION } from '../../announcement/eligibility.ts';
import type { LocatedObject, ObjectSource } from '../../store/directory/documents.ts';
import { entryOf } from '../../store/directory/yaml-text.ts';

/** What somebody has to do to a file of theirs. */
export interface FileEdit {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** With that line, such as `insert below it`. */
  readonly action: string;
  /** Lines to insert as they stand. */
  readonly lines: readonly string[];
}

const KEY = DRAIN_ANNOTATION;
const MEMBER = `"${KEY}": ""`;
const INDENT = '  ';

/** How the document of a Node is made to say that it is drained, where it does not. */
export function drainEdit({ file, line, source }: LocatedObject & { readonly source: ObjectSource }): FileEdit {
  const at = (node: Node, action: string, lines: readonly string[] = []): FileEdit => {
    return { file, line: source.positionOf(node).line, action, lines };
  };
  const metadata = entryOf(source.root, 'metadata');
  const annotations = metadata?.value && entryOf(metadata.value, 'annotations');
  const present = annotations?.value && entryOf(annotations.value, KEY);
  if (present) return at(present.key, `write "" for the value of ${KEY}`);
  if (annotations && isBlock(annotations.value)) {
    return at(annotations.key, 'insert below it', [`${indentOf(annotations.value, source)}${KEY}: ""`]);
  }
  if (metadata && !annotations && isBlock(metadata.value)) {
    const indent = indentOf(metadata.value, source);
    return at(metadata.key, 'insert below it', [`${indent}annotations:`, `${indent}${INDENT}${KEY}: ""`]);
  }
  if (annotations && metadata && isEmpty(annotations.value) && isBlock(metadata.value)) {
    const indent = indentOf(metadata.value, source);
    return at(annotations.key, 'insert below it', [`${indent}${INDENT}${KEY}: ""`]);
  }
  if (annotations) return at(annotations.key, `add to the annotations ${MEMBER}`);
  return metadata
    ? at(metadata.key, `add to the metadata "annotations": {${MEMBER}}`)
    : { file, line, action: `add to the metadata "annotations": {${MEMBER}}`, lines: [] };
}

/** How it is made to say so no longer. */
export function undrainEdit({ file, line, source }: LocatedObject & { readonly source: ObjectSource }): FileEdit {
  const annotations = entryOf(entryOf(source.root, 'metadata')?.value ?? source.root, 'annotations')?.value;
  const present = annotations && entryOf(annotations, KEY);
  const place = present ? source.positionOf(present.key).line : line;
  return { file, line: place, action: `take the annotation ${KEY} away`, lines: [] };
}

/** One entry a line, as opposed to `{a: b}`. */
function isBlock(node: Node | null): node is Node {
  return isMap(node) && node.flow !== true && node.items.length > 0;
}

/** A key without a value. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null && node.source === '');
}

function indentOf(map: Node, { positionOf }: ObjectSource): string {
  const first = isMap(map) ? (map.items[0]?.key as Node | undefined) : undefined;
  return ' '.repeat(positionOf(first ?? map).column - 1);
}
