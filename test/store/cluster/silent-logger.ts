import type { Logger } from '../../../src/log/logger.ts';

/** For tests that look at something else. */
export const silentLogger: Logger = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  with: () => silentLogger,
};
