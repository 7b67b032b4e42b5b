import { addProcessMetrics } from '../../http/metrics.ts';
import type { LogFields, Logger } from '../../log/logger.ts';
import type { CommandContext } from '../context.ts';
import type { ServedDaemon } from './daemon.ts';
import { addDaemonMetrics } from './daemon-metrics.ts';

/**
 * Runs a daemon until the stop signal, and stops it in order.
 *
 * @param fields what the log says of it once it runs
 * @throws whatever it cannot start for
 */
export async function runDaemon(
  context: Pick<CommandContext, 'version' | 'stopSignal' | 'reportCrashesTo'>,
  served: ServedDaemon,
  logger: Logger,
  fields: LogFields,
): Promise<void> {
  context.reportCrashesTo(logger);
  const signal = context.stopSignal();
  addDaemonMetrics(served.daemon);
  try {
    await served.start();
    addProcessMetrics(served.daemon.registry);
    logger.info('running', { version: context.version, pid: process.pid, ...fields });
    await aborted(signal);
    logger.info('stopping', { signal: signal.reason });
  } finally {
    await served.stop();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
