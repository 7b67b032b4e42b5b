import type { Logger } from '../../log/logger.ts';
import { openLogger } from '../../log/winston.ts';
import type { CommandContext } from '../context.ts';
import type { DaemonOptions } from './options.ts';

/** The log of a daemon, on stderr. */
export function daemonLogger(
  { stderr, env: { NO_COLOR, TERM } }: Pick<CommandContext, 'stderr' | 'env'>,
  { logLevel: level, logFormat: format }: Pick<DaemonOptions, 'logLevel' | 'logFormat'>,
): Logger {
  return openLogger({ level, format, stream: stderr, plain: (NO_COLOR ?? '') !== '' || TERM === 'dumb' });
}
