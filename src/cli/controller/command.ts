import { Command } from 'commander';
import { BERTH_NAMESPACE } from '../../api/access.ts';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addMetricsAuthOption } from '../daemon/http-security-options.ts';
import { addDaemonOptions } from '../daemon/options.ts';
import { addReservedOption } from '../reserved.ts';
import type { ControllerOptions } from './settings.ts';

/** `berth controller`, for the program. */
export function controllerCommand(context: CommandContext): Command {
  const command = new Command('controller')
    .summary('give the Services of a cluster their addresses')
    .description(
      'Gives the LoadBalancer Services of a cluster addresses from its IPAddressPools and says why not. Several replicas may run: one at a time writes. Logs to stderr. Runs until SIGTERM or SIGINT.',
    )
    .option('--namespace <namespace>', 'where the Lease is that the replicas contend for', BERTH_NAMESPACE)
    .option('--ingress-grace <time>', 'how long the status of an Ingress is left to its own controller', '90s')
    .option(
      '--default-advertisement',
      'make the L2Advertisement "default" at the first start, where nothing says yet how addresses are announced',
    );
  return addDaemonOptions(addMetricsAuthOption(addReservedOption(addClusterOptions(command))), { httpAddress: ':7480' })
    .addHelpText(
      'after',
      `
In a pod it uses the pod's ServiceAccount; its rights are in manifests/rbac.yaml.

Examples:
  ${context.programName} controller
  ${context.programName} controller --kubeconfig admin.conf --http-address 127.0.0.1:7480

Health, on port 7480 of every address, as a kubelet asks for it: /healthz /readyz /metrics /status
A replica is ready when it knows the objects of the cluster and can look at its Lease, whether it leads or not.
One Berth serves a cluster: with another --lb-class, too, a second stands by, and the log says for whom.

Exit codes: 0 stopped by a signal, 1 cannot start, 70 a fault of Berth itself.`,
    )
    .action(async (options: ControllerOptions) => {
      const { controller } = await import('./controller.ts');
      await controller(context, options);
    });
}
