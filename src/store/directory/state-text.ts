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

/**
 * So many characters of JSON, and what is longer is written as such, which is YAML too: the status of a speaker with 500
 * addresses is then written in 1 ms and read in 5, where block style takes 70 and 180 (measured), and all nodes read it.
 */
const LONG = 8192;

/** What an object's state file says. */
export function formatState(object: KubernetesObject): string {
  const state = withoutResourceVersion(object);
  const json = JSON.stringify(state, undefined, 1);
  const text = json.length > LONG ? json : stringify(state, { lineWidth: 0, aliasDuplicateObjects: false });
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
  const quick = parseJson(text, kind);
  if (quick !== undefined && statePathOf(kind, keyOf(quick)) === path) return { object: withoutResourceVersion(quick) };
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

/** The object, where the text is JSON and all is well with it: where it is not, YAML tells in which line. */
function parseJson(text: string, kind: Kind<KubernetesObject>): KubernetesObject | undefined {
  if (!text.startsWith(`${HEADER}{`)) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(HEADER.length, -END.length));
    const parsed = kind.parse(value);
    return parsed.ok ? parsed.object : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function also(faults: readonly SourceFault[]): string {
  return faults.length === 0 ? '' : ` (also ${faults.map(formatFault).join('; ')})`;
}
