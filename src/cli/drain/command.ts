import { Command } from 'commander';
import { addClusterOptions, type ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';

/** `berth drain`, for the program. */
export function drainCommand(context: CommandContext): Command {
  const command = new Command('drain')
    .summary("move a node's addresses to other nodes")
    .description(
      'Annotates the Node with berth.dev/drain: other nodes take its addresses over, before it stops answering for ' +
        'them. An address that no other node may announce stays. Pods are not touched.',
    )
    .argument('<node>', 'the name of the node');
  return addClusterOptions(command)
    .addHelpText(
      'after',
      `
Example:
  ${context.programName} drain n1 && ${context.programName} get addresses

In a folder, write the annotation into the file of the Node. Its right: patch nodes.`,
    )
    .action(async (node: string, options: ClusterOptions) => {
      const { setDrained } = await import('./drain.ts');
      await setDrained(context, node, true, options);
    });
}

/** `berth undrain`, for the program. */
export function undrainCommand(context: CommandContext): Command {
  const command = new Command('undrain')
    .summary('let a node announce addresses again')
    .description(
      'Takes the annotation berth.dev/drain off the Node. Addresses that it is best placed for come back after the ' +
        "hold-off of their L2Advertisement (spec.failover.holdOff, by default 300s), or as other nodes' go.",
    )
    .argument('<node>', 'the name of the node');
  return addClusterOptions(command).action(async (node: string, options: ClusterOptions) => {
    const { setDrained } = await import('./drain.ts');
    await setDrained(context, node, false, options);
  });
}
