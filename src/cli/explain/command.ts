import { Command, Option } from 'commander';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addDirectoryOptions } from '../directory-options.ts';
import { loadBalancerClassOption } from '../load-balancer-class.ts';
import { addReservedOption } from '../reserved.ts';
import type { ExplainOptions } from './explain.ts';

/** `berth explain`, for the program. */
export function explainCommand(context: CommandContext, exitWith: (code: number) => void): Command {
  const command = new Command('explain')
    .summary('say why a Service, pool, Ingress, Gateway, address, BGP peer or node is as it is')
    .description(
      'Says why a Service, pool, Ingress, Gateway, address, BGP peer or node is as it is, and what to change. It only reads, ' +
        'decides by itself what the controller would, and so works while the controller is down.',
    )
    .argument('<kind/name>', 'what to explain: KIND/NAME, KIND/NAMESPACE/NAME or KIND NAME')
    .argument('[name]')
    .option('-f, --filename <path...>', 'look at files, folders, or - for standard input, not at a cluster')
    .option('--cluster', 'look at a cluster, with what -f names laid over it (implied by --kubeconfig and --context)')
    .option('-n, --namespace <namespace>', 'of the Service, Ingress or Gateway (default: that of the context)')
    .addOption(
      loadBalancerClassOption('explain for the Services of this spec.loadBalancerClass instead of those without'),
    )
    .addOption(new Option('-o, --output <format>', 'the form').choices(['text', 'json', 'yaml']).default('text'))
    .option('--detailed-exitcode', 'exit with 2 when there is something to mend');
  return addClusterOptions(
    addDirectoryOptions(addReservedOption(command), { without: ['cluster', 'kubeconfig', 'context'] }),
  )
    .addHelpText(
      'after',
      `
Kinds and their short names:
  service    svc
  pool       bpool, ipaddresspool
  ingress    ing
  gateway    gtw
  address    addr
  peer       bpeer, bgppeer
  node       no, speaker

Examples:
  ${context.programName} explain service/web
  ${context.programName} explain ing shop -n team-a
  ${context.programName} explain gateway/edge -n team-a
  ${context.programName} explain address 192.0.2.50 -o json
  ${context.programName} explain peer tor
  ${context.programName} explain node n1
  ${context.programName} explain svc/web --dir /etc/berth
  kubectl get bpool,bl2,bpeer,bbgp,bbfd,bcomm,bspk,svc,no,ns,endpointslices,servicecidrs,ing,ingressclasses -A -o yaml | \\
    ${context.programName} explain svc/default/web -f -

A copy explains as much as it holds: it needs all of these kinds (a server before Kubernetes 1.33 has no servicecidrs),
and gateways,gatewayclasses for a Gateway.

Exit codes: 0 explained, whatever is the matter, 1 bad input or no such object, 2 with
--detailed-exitcode when there is something to mend.`,
    )
    .action(async (first: string, second: string | undefined, options: ExplainOptions) => {
      const { explain } = await import('./explain.ts');
      exitWith(await explain(context, [first, second], options));
    });
}
