/** Severity, most severe first. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** What `--log-level` takes, most severe first. */
export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** What `--log-format` takes: `auto` is `text` on a terminal and `json` elsewhere. */
export type LogFormat = 'auto' | 'json' | 'text';
export const LOG_FORMATS: readonly LogFormat[] = ['auto', 'json', 'text'];

/** Values that make a log line searchable: object keys, addresses, reasons. Never a secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where the impure layers report what they do. The level is checked before anything is formatted, so that a disabled
 * line costs a comparison. The pure core does not log: it returns its reasons.
 */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** A logger that adds the fields to every line. */
  with(fields: LogFields): Logger;
}
