/** A fenced block of a Markdown text. */
export interface Fence {
  /** What stands behind the mark that opens it, such as `sh daemon`. */
  readonly info: string;
  /** Of its first line, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The fenced blocks of a Markdown text, in its order. */
export function fencesOf(markdown: string): readonly Fence[] {
  return [...markdown.matchAll(/^```([^\n`]*)\n(.*?)^```$/gms)].map(({ index, 1: info = '', 2: text = '' }) => {
    return { info: info.trim(), line: markdown.slice(0, index).split('\n').length + 1, text };
  });
}

/** A call of the program as a document writes it. */
export interface Call {
  /** Of its first line, from 1. */
  readonly line: number;
  /** What follows the program's name, as far as it is its own. */
  readonly words: readonly string[];
}

/** What ends a call in a shell, or begins a remark on it. */
const ENDS = /^(?:#.*|[|;&<>].*|\d>.*)$/;

/**
 * The calls of `berth` and `kubectl berth` in a Markdown text: in code, where the name begins a command or a code span. Prose
 * has none: a sentence that begins so is no command.
 */
export function callsOf(markdown: string): readonly Call[] {
  const joined = markdown.replaceAll(/\\\n/g, ' \0');
  const calls: Call[] = [];
  let line = 1;
  let isFenced = false;
  for (const text of joined.split('\n')) {
    if (/^\s*```/.test(text)) isFenced = !isFenced;
    else for (const code of isFenced || /^ {4}/.test(text) ? [text] : spansOf(text)) calls.push(...callsIn(code, line));
    line += 1 + (text.match(/\0/g)?.length ?? 0);
  }
  return calls;
}

function spansOf(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}

function callsIn(code: string, line: number): readonly Call[] {
  const started = /(?:^|&&|\||;|=)\s*(?:(?:sudo|kubectl)\s+)*(?:~\/\.local\/bin\/)?berth\s+(.+)$/.exec(
    code.replaceAll('\0', ' '),
  );
  if (started === null) return [];
  const words: string[] = [];
  for (const word of started[1]?.trim().split(/\s+/) ?? []) {
    if (ENDS.test(word)) break;
    words.push(word.replace(/[;,.)]+$/, ''));
  }
  return [{ line, words }];
}
