import type { Readable, Writable } from 'node:stream';
import type { Logger } from '../log/logger.ts';

/** What a command may touch of the process that runs it, so that tests can stand in for all of it. */
export interface CommandContext {
  /** How people call the program: `berth`, or `kubectl berth` as a plugin. Used in help and hints. */
  readonly programName: string;
  readonly version: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** For results alone. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** For logs, hints and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name of this machine: what a node is called unless it is told otherwise. */
  readonly hostname: string;
  now(): Date;
  /**
   * Aborts at the first SIGTERM or SIGINT, with the signal's name as its reason; a second one ends the process at once.
   * Until it is called for the first time, either signal ends the process.
   */
  stopSignal(): AbortSignal;
  /** Failures that nothing caught go to this logger from now on, instead of to stderr as text. */
  reportCrashesTo(logger: Logger): void;
}
