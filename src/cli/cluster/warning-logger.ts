import type { Writable } from 'node:stream';
import { printable } from '../../log/line.ts';
import type { LogFields, Logger } from '../../log/logger.ts';

/** Tells what a command's user should know, as `warning: ` and one line; drops the rest. */
export function warningLogger(stderr: Writable): Logger {
  const warn = (message: string, fields: LogFields = {}): void => {
    const details = Object.entries(fields).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return value instanceof Error
        ? value.message
        : `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    });
    stderr.write(`warning: ${printable([message, ...details].join(': '))}\n`);
  };
  const nothing = (): void => {};
  const logger: Logger = { error: warn, warn, info: nothing, debug: nothing, with: () => logger };
  return logger;
}
