import { Composer, type Document, isMap, isScalar, Lexer, LineCounter, type Node, Parser, visit } from 'yaml';

/** Where something stands in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One YAML document that is not empty: its value, and its nodes for telling where a part of the value stands. */
export interface YamlDocument {
  readonly root: Node;
  readonly value: unknown;
}

/** What is wrong with the text as YAML, whatever it means. */
export interface SyntaxFault extends Position {
  readonly message: string;
}

/** A text read as a stream of YAML documents. */
export interface YamlText {
  readonly documents: readonly YamlDocument[];
  readonly faults: readonly SyntaxFault[];
  /** Where a node begins. */
  positionOf(node: Node): Position;
}

/**
 * Deepest nesting that is read, in open collections and entries: some 200 levels. Composing recurses, and a text that is
 * much deeper exhausts the stack and with it, in V8's regular expressions, the whole process.
 */
const MAX_NESTING = 400;

/** What aliases may expand to, as a multiple of the text (`maxAliasCount` of the yaml package). */
const MAX_ALIAS_COUNT = 100;

/** A broken file can have a fault on every line; more than this many help nobody. */
const MAX_SYNTAX_FAULTS = 20;

/**
 * Reads YAML 1.2 (core schema, so that `no` and `0777` stay what they look like, plus merge keys) and with it JSON.
 * Never throws: alias bombs, nesting without end, duplicate keys and NUL characters come back as faults.
 */
export function parseYamlText(text: string): YamlText {
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults: SyntaxFault[] = [];
  const fault = (offset: number, message: string): void => {
    if (faults.length < MAX_SYNTAX_FAULTS) faults.push({ ...positionAt(offset), message });
  };
  const documents: YamlDocument[] = [];
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const before = text.slice(0, nul).split('\n');
    const column = (before.at(-1) ?? '').length + 1;
    faults.push({ line: before.length, column, message: 'contains a NUL character: save the file as UTF-8 text' });
  } else {
    try {
      for (const document of composed(text, lines)) {
        const root = document.contents as Node | null;
        const before = faults.length;
        for (const { pos, message } of [...document.errors, ...document.warnings]) fault(pos[0], message);
        for (const { offset, key } of duplicateKeys(document))
          fault(offset, `repeats the key "${key}": keep one of them`);
        if (faults.length > before || root === null || isNothing(root)) continue;
        try {
          const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
          if (isCyclic(value)) fault(root.range?.[0] ?? 0, 'contains itself by way of an alias: remove the alias');
          else documents.push({ root, value });
        } catch (error) {
          fault(root.range?.[0] ?? 0, `cannot be read: ${messageOf(error)}`);
        }
      }
    } catch (error) {
      if (error instanceof NestingError) fault(error.offset, error.message);
      else fault(0, `cannot be read: ${messageOf(error)}`);
    }
  }
  return { documents, faults, positionOf: (node) => positionAt(node.range?.[0] ?? 0) };
}

class NestingError extends Error {
  constructor(readonly offset: number) {
    super('is nested deeper than 200 levels');
  }
}

/** The documents of a text, one by one; the nesting is looked at token by token, before anything recurses. */
function* composed(text: string, lines: LineCounter): Generator<Document.Parsed> {
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ prettyErrors: false, merge: true, uniqueKeys: false, logLevel: 'silent' });
  const tokens = function* () {
    lines.addNewLine(0);
    let offset = 0;
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > MAX_NESTING) throw new NestingError(offset);
      offset += lexeme.length;
    }
    yield* parser.end();
  };
  yield* composer.compose(tokens());
}

function isNothing(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

/** The yaml package compares each key with all others, which takes seconds for a map of 20,000; this takes one pass. */
function duplicateKeys(document: Document.Parsed): { readonly offset: number; readonly key: string }[] {
  const found: { offset: number; key: string }[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name) && name !== '<<') found.push({ offset: key.range?.[0] ?? 0, key: name });
        seen.add(name);
      }
    },
  });
  return found;
}

function isCyclic(value: unknown): boolean {
  const open = new Set<unknown>();
  const closed = new Set<unknown>();
  const walk = (part: unknown): boolean => {
    if (typeof part !== 'object' || part === null || closed.has(part)) return false;
    if (open.has(part)) return true;
    open.add(part);
    const cyclic = Object.values(part).some(walk);
    open.delete(part);
    closed.add(part);
    return cyclic;
  };
  return walk(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The value of a map's key, with the node that names it; undefined where there is none. */
export function entryOf(node: Node, name: string): { readonly key: Node; readonly value: Node | null } | undefined {
  if (!isMap(node)) return undefined;
  for (const { key, value } of node.items) {
    if (isScalar(key) && String(key.value) === name) return { key, value: (value ?? null) as Node | null };
  }
  return undefined;
}
