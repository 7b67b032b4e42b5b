import { Command, Option } from 'commander';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addDirectoryOptions } from '../directory-options.ts';
import type { GetOptions } from './get.ts';
import { RESOURCE_NAMES } from './resource-names.ts';

/** `berth get`, for the program. */
export function getCommand(context: CommandContext): Command {
  const command = new Command('get')
    .summary('show pools, services, addresses, speakers or sessions')
    .description('Shows what there is and why it is so, in the style of kubectl.')
    .argument('<resource>', 'what to show: pools, services, addresses, speakers or sessions; or RESOURCE/NAME')
    .argument('[name...]', 'only those of these names')
    .option('-n, --namespace <namespace>', 'only this namespace (services: as kubectl, that of the context)')
    .option('-A, --all-namespaces', 'all namespaces, with a column for it')
    .addOption(
      new Option('-o, --output <format>', 'the form').choices(['table', 'wide', 'json', 'yaml']).default('table'),
    )
    .option('-w, --watch', 'go on, and show each row again when it changes');
  return addClusterOptions(addDirectoryOptions(command))
    .addHelpText(
      'after',
      `
Resources and their short names:
${Object.values(RESOURCE_NAMES)
  .map(([name, ...others]) => `  ${name.padEnd(10)} ${others.join(', ')}`)
  .join('\n')}

Examples:
  ${context.programName} get services -A
  ${context.programName} get addresses -o wide --watch
  ${context.programName} get pool public -o yaml
  ${context.programName} get services --dir /etc/berth`,
    )
    .action(async (resource: string, names: string[], options: GetOptions) => {
      const { get } = await import('./get.ts');
      await get(context, resource, names, options);
    });
}
