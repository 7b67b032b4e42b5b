import { constants, hostname } from 'node:os';
import { basename } from 'node:path';
import { inspect } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import type { Logger } from '../log/logger.ts';
import type { CommandContext } from './context.ts';
import { ExitCode } from './exit-codes.ts';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The {@link CommandContext} of the real process. Made once: it listens to the process for as long as that lives. */
export function openProcessContext(): CommandContext {
  let crashLogger: Logger | undefined;
  const stop = new AbortController();
  let listening = false;
  const crash = (error: unknown): never => {
    if (crashLogger) crashLogger.error('a fault of Berth itself', { error });
    else process.stderr.write(`error: a fault of Berth itself, please report it: ${inspect(error)}\n`);
    process.exit(ExitCode.Internal);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Nobody reads results any more, so nothing is left to do.
    if (error.code === 'EPIPE') return stop.abort('EPIPE');
    process.stderr.write(`error: cannot write the results: ${error.message}\n`);
    process.exit(ExitCode.Error);
  });
  // A daemon outlives the reader of its log and a disk that is full.
  process.stderr.on('error', () => {});
  return {
    programName: basename(process.argv[1] ?? '').startsWith('kubectl-') ? 'kubectl berth' : 'berth',
    version: packageJson.version,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    hostname: hostname(),
    now: () => new Date(),
    stopSignal: () => {
      if (!listening) {
        listening = true;
        for (const signal of STOP_SIGNALS) {
          process.on(signal, () => {
            if (stop.signal.aborted) process.exit(128 + constants.signals[signal]);
            stop.abort(signal);
          });
        }
      }
      return stop.signal;
    },
    reportCrashesTo: (logger) => {
      crashLogger = logger;
    },
  };
}
