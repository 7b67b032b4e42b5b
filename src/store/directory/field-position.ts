import { isSeq, type Node } from 'yaml';
import { entryOf } from './yaml-text.ts';

/**
 * The node that a field path such as `spec.addresses[2]` or `metadata.labels[app.kubernetes.io/name]` names below a
 * root: for a member its key, for an entry of a list the entry. Where the field is missing, the nearest parent.
 */
export function nodeOfField(root: Node, field: string): Node {
  let named = root;
  let value: Node | null = root;
  for (const [, bracketed, plain] of field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)) {
    if (value === null) return named;
    if (isSeq(value)) {
      const item = value.items[Number(bracketed ?? Number.NaN)] as Node | undefined;
      if (item === undefined) return named;
      named = item;
      value = item;
    } else {
      const entry = entryOf(value, bracketed ?? plain ?? '');
      if (entry === undefined) return named;
      named = entry.key;
      value = entry.value;
    }
  }
  return named;
}
