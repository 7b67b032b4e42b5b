import { Command, Option } from 'commander';
import { BERTH_NAMESPACE } from '../../api/access.ts';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addDirectoryOptions } from '../directory-options.ts';
import { loadBalancerClassOption } from '../load-balancer-class.ts';
import type { UninstallOptions } from './uninstall.ts';

/** `berth uninstall`, for the program. */
export function uninstallCommand(context: CommandContext): Command {
  const command = new Command('uninstall')
    .summary('take back what Berth has left on Services, Ingresses and pools')
    .description(
      'Clears what would outlive Berth: the finalizers of pools, BFDProfiles and Communities, and with --release the ' +
        'addresses and conditions of Services. Stop the controller first. What the installation consists of is not deleted.',
    )
    .addOption(new Option('--keep', 'Services keep their addresses; only finalizers are removed').conflicts('release'))
    .option('--release', 'Services and Ingresses give their addresses back')
    .addOption(loadBalancerClassOption('release the Services of this spec.loadBalancerClass instead of those without'))
    .option('--yes', 'do not ask')
    .option('--wait <duration>', 'how long to wait for a controller that runs to stop', '0s')
    .addOption(new Option('--force', 'do not look whether a controller runs').conflicts('wait'))
    .option('--namespace <name>', "where the controllers' Lease is, for who may not list Leases", BERTH_NAMESPACE);
  return addClusterOptions(addDirectoryOptions(command, { does: 'uninstall from this folder instead of a cluster' }))
    .addHelpText(
      'after',
      `
Examples:
  kubectl -n ${BERTH_NAMESPACE} scale deployment berth-controller --replicas=0
  ${context.programName} uninstall --keep
  ${context.programName} uninstall --release --yes --wait 1m

It may be run again until it succeeds. Its rights: get leases in ${BERTH_NAMESPACE}, and list leases in all
namespaces, to see a controller elsewhere; list and get services, ingresses, ipaddresspools, bfdprofiles and
communities; patch the last three of these, and with --release services/status and ingresses/status.

Exit codes: 0 nothing is left, 1 nothing was changed, or something could not be (stderr says which).`,
    )
    .action(async (options: UninstallOptions) => {
      const { uninstall } = await import('./uninstall.ts');
      await uninstall(context, options);
    });
}
