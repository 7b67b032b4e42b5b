import { Command } from 'commander';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addMetricsAuthOption } from '../daemon/http-security-options.ts';
import { addMessageKeyOption } from '../daemon/message-key.ts';
import { addDaemonOptions } from '../daemon/options.ts';
import type { SpeakerOptions } from './settings.ts';

/** `berth speaker`, for the program. */
export function speakerCommand(context: CommandContext): Command {
  const command = new Command('speaker')
    .summary('announce the addresses that fall to this node of a cluster')
    .description(
      'Answers on the network of this node for the addresses of Services that fall to it, and reports what it does in the SpeakerStatus of the node. Logs to stderr. Runs until SIGTERM or SIGINT.',
    )
    .option('--node <name>', 'the name of this node (default: NODE_NAME of the environment, else the host name)')
    .option(
      '--reject-unserved',
      'have the kernel reject what arrives for an address advertised over BGP and is translated by no rule, instead of sending it back to the router (needs CAP_NET_ADMIN)',
    );
  return addDaemonOptions(addMetricsAuthOption(addMessageKeyOption(addClusterOptions(command))), {
    httpAddress: ':7481',
  })
    .addHelpText(
      'after',
      `
Needs CAP_NET_RAW, or root, and the network of the node (hostNetwork: true).
In a pod it uses the pod's ServiceAccount; its rights are in manifests/rbac.yaml.

Examples:
  ${context.programName} speaker --node n1
  ${context.programName} speaker --node n1 --kubeconfig speaker.conf --http-address 127.0.0.1:7481

Health, on port 7481 of every address, as a kubelet asks for it: /healthz /readyz /metrics /status
It is ready when there is a Node of its name and it has joined the other speakers.

Exit codes: 0 stopped by a signal, 1 cannot start, 3 another speaker runs on this node,
70 a fault of Berth itself.`,
    )
    .action(async (options: SpeakerOptions) => {
      const { speaker } = await import('./speaker.ts');
      await speaker(context, options);
    });
}
