import * as z from 'zod';
import type { FieldFault } from '../kind.ts';
import { closest } from '../near-miss.ts';

/** A path such as `spec.addresses[2]` or `metadata.labels[app.kubernetes.io/name]`. */
export function fieldText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'string' && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) text += text ? `.${key}` : key;
    else text += `[${String(key)}]`;
  }
  return text;
}

/** Words for a fault that the schema itself has none for. */
export function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is required';
      return `must be ${articled(issue.expected)}, not ${nounOf(issue.input)}${remedyOf(issue.expected, issue.input)}`;
    case 'invalid_value':
      if (issue.input === undefined) return 'is required';
      return `must be ${listed(issue.values.map((value) => JSON.stringify(value)))}, not ${JSON.stringify(issue.input)}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `must have at least ${counted(Number(issue.minimum), issue.origin)}`
        : `must be at least ${issue.minimum}, not ${String(issue.input)}`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `must have at most ${counted(Number(issue.maximum), issue.origin)}`
        : `must be at most ${issue.maximum}, not ${String(issue.input)}`;
    default:
      return undefined;
  }
}

/** All that an error says, each unknown field as a fault of its own. */
export function faultsOf(error: z.ZodError, schema: z.ZodType): readonly FieldFault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          field: fieldText([...issue.path, key]),
          message: unknownField(key, membersAt(schema, issue.path)),
        }))
      : [{ field: fieldText(issue.path), message: issue.message }],
  );
}

function unknownField(key: string, known: readonly string[]): string {
  const near = closest(key, known);
  return near ? `is not a known field: did you mean "${near}"?` : `is not a known field: known are ${known.join(', ')}`;
}

/** The names of the members that a schema knows at a path. */
function membersAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const at = path.reduce<unknown>((here, key) => {
    const inner = unwrapped(here);
    if (inner instanceof z.ZodObject) return inner.shape[String(key)];
    return inner instanceof z.ZodArray ? inner.element : undefined;
  }, schema);
  const inner = unwrapped(at);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodPrefault) {
    here = here.unwrap();
  }
  return here;
}

function nounOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' && !Number.isInteger(value) ? 'a fraction' : articled(typeof value);
}

/** YAML reads 8080, 1.10 and yes as something else than the text that was meant. */
function remedyOf(expected: string, input: unknown): string {
  const isScalar = typeof input === 'number' || typeof input === 'boolean';
  return expected === 'string' && isScalar ? ': put it in quotes' : '';
}

const PLAIN_WORDS: Readonly<Record<string, string>> = { array: 'list', record: 'object', int: 'integer' };

function articled(noun: string): string {
  const word = PLAIN_WORDS[noun] ?? noun;
  return /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`;
}

function counted(count: number, origin: string): string {
  const [one, many] = origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
  return `${count} ${count === 1 ? one : many}`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
