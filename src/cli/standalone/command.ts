import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addMessageKeyOption } from '../daemon/message-key.ts';
import { addDaemonOptions } from '../daemon/options.ts';
import { addReservedOption } from '../reserved.ts';
import type { StandaloneOptions } from './settings.ts';

const DEFAULT_HTTP = '127.0.0.1:7480';

/** `berth standalone`, for the program. */
export function standaloneCommand(context: CommandContext): Command {
  const command = new Command('standalone')
    .summary('run on a folder of YAML files, without a cluster')
    .description(
      'Gives the Services in a folder of YAML files their addresses and answers for those that fall to this node. Status is written below the folder, logs to stderr. Runs until SIGTERM or SIGINT.',
    )
    .argument('<dir>', 'the folder: Services, IPAddressPools, L2Advertisements, and Nodes where there are several')
    .option('--node <name>', 'the name of this node (default: the host name)')
    .option('--shared', 'other nodes see the same folder: one process at a time allocates')
    .option('--state-dir <dir>', 'where status is written (default: DIR/.status)')
    .option('--no-speaker', 'allocate only; nothing is announced and no capability is needed')
    .option(
      '--reject-unserved',
      'have the kernel reject what arrives for an address advertised over BGP and is translated by no rule, instead of sending it back to the router (needs CAP_NET_ADMIN)',
    )
    .option('--once', 'allocate once, print what changed, and end');
  return addDaemonOptions(addMessageKeyOption(addReservedOption(command)), { httpAddress: DEFAULT_HTTP })
    .addHelpText(
      'after',
      `
Needs CAP_NET_RAW and CAP_NET_ADMIN, or root, unless --no-speaker is given.

Examples:
  sudo ${context.programName} standalone /etc/berth
  sudo ${context.programName} standalone /mnt/shared --shared --node n1
  ${context.programName} standalone . --once --log-level warn

Health: http://${DEFAULT_HTTP}/healthz /readyz /metrics /status

Exit codes: 0 stopped by a signal (or done, with --once), 1 cannot start, 3 another speaker runs
on this node, 70 a fault of Berth itself.`,
    )
    .action(async (directory: string, options: StandaloneOptions) => {
      const { standalone } = await import('./standalone.ts');
      await standalone(context, directory, options);
    });
}
