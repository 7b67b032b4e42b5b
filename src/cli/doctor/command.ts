import { Command, Option } from 'commander';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addDirectoryOptions } from '../directory-options.ts';
import { loadBalancerClassOption } from '../load-balancer-class.ts';
import { addReservedOption } from '../reserved.ts';
import type { DoctorOptions } from './doctor.ts';

/** `berth doctor`, for the program. */
export function doctorCommand(context: CommandContext, exitWith: (code: number) => void): Command {
  const command = new Command('doctor')
    .summary('check for every known cause of trouble')
    .description(
      'Looks for every known cause of trouble at once: in the installation, its neighbours, pools, Services, advertisements, nodes and Ingresses. It only reads.',
    )
    .addOption(
      loadBalancerClassOption('the spec.loadBalancerClass that Berth serves there (default: Services without one)'),
    )
    .option('--all', 'list the checks that found nothing too')
    .addOption(new Option('-o, --output <format>', 'the form').choices(['table', 'json', 'yaml']).default('table'));
  return addClusterOptions(addReservedOption(addDirectoryOptions(command)))
    .addHelpText(
      'after',
      `
Examples:
  ${context.programName} doctor
  ${context.programName} doctor --all
  ${context.programName} doctor --dir /etc/berth -o json

What cannot be seen from the objects, such as a switch that drops ARP, is not checked: docs/reference/doctor.md lists
every cause with the check that finds it, or why none does.

Exit codes: 0 nothing was found, 1 could not look, 2 something was found.`,
    )
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts');
      exitWith(await doctor(context, options));
    });
}
