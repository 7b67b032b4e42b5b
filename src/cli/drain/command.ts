import { Command } from 'commander';
import { addClusterOptions, type ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addDirectoryOptions, type DirectoryOptions } from '../directory-options.ts';

/** `berth drain`, for the program. */
export function drainCommand(context: CommandContext): Command {
  const command = new Command('drain')
    .summary("move a node's addresses to other nodes")
    .description(
      'Annotates the Node with berth.dev/drain: other nodes take its addresses over, before it stops answering for ' +
        'them. An address that no other node may announce stays. Pods are not touched.',
    )
    .argument('<node>', 'the name of the node');
  return addSourceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  ${context.programName} drain n1 && ${context.programName} get addresses

Its right: patch nodes. With --dir it says what to write into which file, and exits with 1 unless it
is written already. Where every node has a copy of the folder, each of them needs it.`,
    )
    .action((node: string, options: DrainOptions) => setOrSay(context, node, true, options));
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
  return addSourceOptions(command).action((node: string, options: DrainOptions) =>
    setOrSay(context, node, false, options),
  );
}

interface DrainOptions extends ClusterOptions, DirectoryOptions {}

function addSourceOptions(command: Command): Command {
  return addClusterOptions(
    addDirectoryOptions(command, { does: 'say what to write into the folder that `berth standalone` runs on' }),
  );
}

async function setOrSay(context: CommandContext, node: string, wanted: boolean, options: DrainOptions): Promise<void> {
  const { dir, stateDir } = options;
  if (dir === undefined) {
    const { setDrained } = await import('./drain.ts');
    await setDrained(context, node, wanted, options);
  } else {
    const { wantDrainedInFolder } = await import('./in-folder.ts');
    await wantDrainedInFolder(context, node, wanted, { dir, stateDir });
  }
}
