import { Command, Option } from 'commander';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import type { ImportOptions } from './metallb.ts';

/** `berth import`, for the program. */
export function importCommand(context: CommandContext): Command {
  return new Command('import')
    .summary("translate another implementation's objects into ours")
    .description("Translates another implementation's objects into ours. It only reads.")
    .addCommand(metallbCommand(context));
}

function metallbCommand(context: CommandContext): Command {
  const command = new Command('metallb')
    .summary('translate the objects of MetalLB, or its old ConfigMap')
    .description(
      'Prints what the objects of MetalLB (every version, and the ConfigMap of those before 0.13) say as objects of Berth, ' +
        'with a comment on everything that has no equal. It only reads.',
    )
    .option('-f, --filename <path...>', 'files, folders (with all below them), or - for standard input', collect)
    .addOption(
      new Option('--cluster', 'the live objects of a cluster (implied by --kubeconfig and --context)').conflicts(
        'filename',
      ),
    )
    .option(
      '-n, --namespace <namespace>',
      'where MetalLB runs, as it reads no other (default: the one that there is, or metallb-system)',
    );
  return addClusterOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  ${context.programName} import metallb --cluster > pools.yaml
  ${context.programName} import metallb -f metallb.yaml | ${context.programName} plan --cluster -f -
  kubectl get configmap config -n metallb-system -o yaml | ${context.programName} import metallb -f -

The annotations metallb.io/... and metallb.universe.tf/... of Services are read as they are: Services need no change.
docs/migrating-from-metallb.md has the order of steps in which no address moves.

Exit codes: 0 translated, whatever was left out, 1 bad input (every fault is on stderr).`,
    )
    .action(async (options: ImportOptions) => {
      const { importMetallb } = await import('./metallb.ts');
      await importMetallb(context, options);
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
