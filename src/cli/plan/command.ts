import { Command, Option } from 'commander';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addDirectoryOptions, type DirectoryUse } from '../directory-options.ts';
import { loadBalancerClassOption } from '../load-balancer-class.ts';
import { addReservedOption } from '../reserved.ts';
import type { PlanOptions } from './plan.ts';

const OVER_FOLDER: DirectoryUse = {
  does: 'start from this folder and its status, with what -f names in place of what is there',
  without: ['cluster', 'kubeconfig', 'context'],
};

/** `berth plan`, for the program. */
export function planCommand(context: CommandContext, exitWith: (code: number) => void): Command {
  const command = new Command('plan')
    .summary('show what would change, without changing it')
    .description(
      'Decides offline what the given objects would lead to: which Service gets which address, from where, and why.',
    )
    .option('-f, --filename <path...>', 'files, folders (with all below them), or - for standard input')
    .option(
      '--cluster',
      'start from the live objects of a cluster (implied by --kubeconfig and --context), with what -f names applied to them',
    )
    .option('-n, --namespace <namespace>', 'of objects that name none (default: that of the context, else default)')
    .option('--delete <kind/name...>', 'take this object away (also KIND/NAMESPACE/NAME)')
    .option('--evict', 'treat every pool as reclaimPolicy: Evict')
    .addOption(loadBalancerClassOption('plan for the Services of this spec.loadBalancerClass instead of those without'))
    .addOption(new Option('-o, --output <format>', 'the form').choices(['table', 'json', 'yaml']).default('table'))
    .option('--all', 'list the Services for which all is well and stays too, and who announces their addresses')
    .option('--detailed-exitcode', 'exit with 2 when an address of any Service would change');
  return addClusterOptions(addDirectoryOptions(addReservedOption(command), OVER_FOLDER))
    .addHelpText(
      'after',
      `
Examples:
  ${context.programName} plan --cluster -f new-pool.yaml --delete pool/old
  ${context.programName} plan -f pool.yaml -f service.yaml
  ${context.programName} plan --dir /etc/berth --delete pool/old --detailed-exitcode
  kubectl get bpool,bl2,bpeer,bbgp,bbfd,bcomm,bspk,svc,no,ns,endpointslices,servicecidrs -A -o yaml | \\
    ${context.programName} plan -f - -f new-pool.yaml

A plan is as good as its objects: it needs all of these kinds (a server before Kubernetes 1.33 has no servicecidrs:
give its Service range with --reserved).

Over a cluster, a file does what kubectl apply would do: what it says is set, what it said when it was last applied
and says no more is taken away, and what others have set stays. Ports of a Service are merged by number and protocol,
other lists replaced. What the API server fills in or refuses is so here too. It takes the right to get what -f names.
Over a folder (--dir), a file replaces the object.

Exit codes: 0 planned, 1 bad input (every fault is on stderr), 2 with --detailed-exitcode when
there is a change.`,
    )
    .action(async (options: PlanOptions) => {
      const { plan } = await import('./plan.ts');
      exitWith(await plan(context, options));
    });
}
