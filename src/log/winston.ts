import winston from 'winston';
import { jsonLine, type LogEntry, textLine } from './line.ts';
import { LOG_LEVELS, type LogFields, type LogFormat, type Logger, type LogLevel } from './logger.ts';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Where the lines go; colour is used only when it is a terminal. */
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** True where `NO_COLOR` or `TERM=dumb` asks for plain text. */
  readonly plain?: boolean;
  /** The clock of the `ts` member. */
  readonly now?: () => Date;
}

/**
 * A {@link Logger} that writes through winston. A line below the level costs one comparison: its fields are neither
 * copied nor formatted.
 */
export function openLogger(options: LoggerOptions): Logger {
  const terminal = options.stream.isTTY === true;
  const json = options.format === 'json' || (options.format === 'auto' && !terminal);
  const color = terminal && options.plain !== true;
  const line = (entry: LogEntry): string => (json ? jsonLine(entry) : textLine(entry, color));
  const sink = winston.createLogger({
    levels: Object.fromEntries(LOG_LEVELS.map((level, index) => [level, index])),
    level: options.level,
    format: winston.format.printf((info) => line(info.entry as LogEntry)),
    transports: [new winston.transports.Stream({ stream: options.stream, eol: '\n' })],
  });
  const now = options.now ?? (() => new Date());
  return new WinstonLogger(sink, LOG_LEVELS.indexOf(options.level), now, {});
}

class WinstonLogger implements Logger {
  constructor(
    private readonly sink: winston.Logger,
    /** Index into {@link LOG_LEVELS} of the least severe level that is written. */
    private readonly threshold: number,
    private readonly now: () => Date,
    private readonly fields: LogFields,
  ) {}

  error(message: string, fields?: LogFields): void {
    this.write(0, 'error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.write(1, 'warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.write(2, 'info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.write(3, 'debug', message, fields);
  }

  with(fields: LogFields): Logger {
    return new WinstonLogger(this.sink, this.threshold, this.now, { ...this.fields, ...fields });
  }

  private write(severity: number, level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (severity > this.threshold) return;
    const entry: LogEntry = { time: this.now(), level, message, fields: { ...this.fields, ...fields } };
    this.sink.log({ level, message, entry });
  }
}
