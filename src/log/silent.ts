import type { Logger } from './logger.ts';

/** Writes nothing: for commands that tell on stderr, in their own words, what the user has to know. */
export const silentLogger: Logger = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  with: () => silentLogger,
};
