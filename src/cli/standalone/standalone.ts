import { Command, Option } from 'commander';
import { addProcessMetrics } from '../../http/metrics.ts';
import { LOG_FORMATS, LOG_LEVELS, openLogger } from '../../log/winston.ts';
import type { CommandContext } from '../context.ts';
import { assertMaySpeak } from './capabilities.ts';
import { Daemons } from './daemons.ts';
import { allocateOnce } from './once.ts';
import { type StandaloneOptions, standaloneSettings } from './settings.ts';

const DEFAULT_HTTP = '127.0.0.1:7480';

/** `berth standalone`, for the program. */
export function standaloneCommand(context: CommandContext): Command {
  return new Command('standalone')
    .summary('run on a folder of YAML files, without a cluster')
    .description(
      'Gives the Services in a folder of YAML files their addresses and answers for those that fall to this node. Status is written below the folder, logs to stderr. Runs until SIGTERM or SIGINT.',
    )
    .argument('<dir>', 'the folder: Services, IPAddressPools, L2Advertisements, and Nodes where there are several')
    .option('--node <name>', 'the name of this node (default: the host name)')
    .option('--shared', 'other nodes see the same folder: one process at a time allocates')
    .option('--state-dir <dir>', 'where status is written (default: DIR/.status)')
    .option('--no-speaker', 'allocate only; nothing is announced and no capability is needed')
    .option('--once', 'allocate once, print what changed, and end')
    .option('--lb-class <class>', 'serve the Services of this spec.loadBalancerClass instead of those without')
    .option('--http-address <host:port>', 'health, metrics and status; "off" for none', DEFAULT_HTTP)
    .addOption(new Option('--log-format <format>', 'the form of the log').choices(LOG_FORMATS).default('auto'))
    .addOption(new Option('--log-level <level>', 'the least severe lines to write').choices(LOG_LEVELS).default('info'))
    .addHelpText(
      'after',
      `
Needs CAP_NET_RAW and CAP_NET_ADMIN, or root, unless --no-speaker is given.

Examples:
  sudo ${context.programName} standalone /etc/berth
  sudo ${context.programName} standalone /mnt/shared --shared --node n1
  ${context.programName} standalone . --once --log-level warn

Health: http://${DEFAULT_HTTP}/healthz /readyz /metrics /status

Exit codes: 0 stopped by a signal (or done, with --once), 1 cannot start, 70 a fault of Berth itself.`,
    )
    .action((directory: string, options: StandaloneOptions) => standalone(context, directory, options));
}

/** Runs `berth standalone` until the stop signal. @throws CommandError and the other errors that the user can mend */
export async function standalone(
  context: CommandContext,
  directory: string,
  options: StandaloneOptions,
): Promise<void> {
  const settings = standaloneSettings(context, directory, options);
  const { NO_COLOR, TERM } = context.env;
  const logger = openLogger({
    level: options.logLevel,
    format: options.logFormat,
    stream: context.stderr,
    plain: (NO_COLOR ?? '') !== '' || TERM === 'dumb',
  }).with({ node: settings.nodeName });
  if (options.once) return allocateOnce(context, settings, logger);
  if (settings.speaker) await assertMaySpeak();
  context.reportCrashesTo(logger);
  const signal = context.stopSignal();
  const daemons = new Daemons(settings, logger, context.version);
  try {
    await daemons.start();
    addProcessMetrics(daemons.registry);
    const { shared, speaker } = settings;
    logger.info('running', { version: context.version, pid: process.pid, directory, shared, speaker });
    await aborted(signal);
    logger.info('stopping', { signal: signal.reason });
  } finally {
    await daemons.stop();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
