import { stripVTControlCharacters } from 'node:util';
import { logValue } from './log-value.ts';
import type { LogFields, LogLevel } from './logger.ts';

/** One report, before it is text. */
export interface LogEntry {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/**
 * One JSON object: `ts` (RFC 3339, UTC), `level`, `msg`, then the fields; a field cannot take the place of these three.
 * Errors have their stack, but for refusals in warnings and information.
 */
export function jsonLine(entry: LogEntry): string {
  // What is refused, and tried again, is no matter of where in the program that was seen.
  const stacks = entry.level === 'error' || entry.level === 'debug' ? 'All' : 'Faults';
  const own = { ts: entry.time.toISOString(), level: entry.level, msg: entry.message };
  return JSON.stringify({ ...own, ...(logValue('', entry.fields, stacks) as object), ...own });
}

const COLORS: Readonly<Record<LogLevel, string>> = { error: '31', warn: '33', info: '32', debug: '2' };

/** One line for people: time, level, message, then `name=value`. Text from outside cannot start a line or move the cursor. */
export function textLine(entry: LogEntry, color: boolean): string {
  const paint = (code: string, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const fields = Object.entries(logValue('', entry.fields, 'None') as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${paint('2', `${printable(name)}=`)}${fieldText(value)}`);
  const level = paint(COLORS[entry.level], entry.level.padEnd(5));
  return [paint('2', entry.time.toISOString()), level, printable(entry.message), ...fields].join(' ');
}

function fieldText(value: unknown): string {
  if (isErrorValue(value)) return JSON.stringify(errorText(value));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w.:/@%,+[\]-]+$/.test(text) || typeof value !== 'string'
    ? printable(text)
    : JSON.stringify(printable(text));
}

interface ErrorValue {
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

function isErrorValue(value: unknown): value is ErrorValue {
  return typeof value === 'object' && value !== null && 'message' in value && 'name' in value;
}

/** The messages from the error down to its first cause; the stack is in the JSON form. */
function errorText(error: ErrorValue): string {
  const cause = isErrorValue(error.cause) ? `: ${errorText(error.cause)}` : '';
  return printable(`${error.message}${cause}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Text from outside made safe for a line of a terminal: escape sequences removed, other control characters as spaces. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, ' ');
}
