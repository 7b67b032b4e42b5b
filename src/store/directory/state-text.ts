import { stringify } from 'yaml';
import type { Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyOf } from '../../api/object.ts';
import { readDocuments } from './documents.ts';
import { withoutResourceVersion } from './resource-version.ts';
import type { SourceFault } from './source-fault.ts';
import { formatFault } from './source-fault.ts';
import { statePathOf } from './state-path.ts';

const HEADER = '# Written by Berth; changes made here are not kept.\n';

/** YAML's document end marker (YAML 1.2.2 section 9.1.2): a file without it is not whole, though it may well parse. */
const END = '\n...\n';

/** What an object's state file says. */
export function formatState(object: KubernetesObject): string {
  const text = stringify(withoutResourceVersion(object), { lineWidth: 0, aliasDuplicateObjects: false });
  return `${HEADER}${text.trimEnd()}${END}`;
}

/**
 * The object that a state file says, or what is wrong with the file.
 * @param file the path that faults name
 * @param path the path below the state folder, which must be that of the object
 */
export function parseState(
  text: string,
  file: string,
  path: string,
  kind: Kind<KubernetesObject>,
): { readonly object: KubernetesObject } | { readonly fault: SourceFault } {
  if (!text.endsWith(END)) {
    return { fault: { file, message: 'does not end in the line "...", so it is not whole: restore it, or remove it' } };
  }
  const { objects, faults, skipped } = readDocuments(text, file, [kind]);
  const [fault] = faults;
  if (fault) return { fault: { ...fault, message: `${fault.message}${also(faults.slice(1))}` } };
  const [located] = objects;
  if (!located || objects.length + skipped.length > 1) {
    return { fault: { file, message: `does not hold one ${kind.kind}: restore it, or remove it` } };
  }
  if (statePathOf(kind, keyOf(located.object)) !== path) {
    return { fault: { file, line: located.line, message: 'holds another object than its name says: remove it' } };
  }
  return { object: withoutResourceVersion(located.object) };
}

function also(faults: readonly SourceFault[]): string {
  return faults.length === 0 ? '' : ` (also ${faults.map(formatFault).join('; ')})`;
}
