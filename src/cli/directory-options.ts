import { type Command, Option } from 'commander';
import { CommandError } from './exit-codes.ts';

/** The folder that a command is about instead of a cluster, as the command line has it. */
export interface DirectoryOptions {
  readonly dir?: string | undefined;
  readonly stateDir?: string | undefined;
}

/** What the command does with the folder, and with which options, by name, it cannot be. */
export interface DirectoryUse {
  readonly does?: string;
  readonly without?: readonly string[];
}

/** Adds the options that choose a folder. @throws CommandError, as the command begins, for `--state-dir` by itself */
export function addDirectoryOptions(command: Command, { does, without }: DirectoryUse = {}): Command {
  const what = does ?? 'look at the folder that `berth standalone` runs on, not at a cluster';
  return command
    .addOption(new Option('--dir <dir>', what).conflicts([...(without ?? ['kubeconfig', 'context'])]))
    .option('--state-dir <dir>', 'where the status of --dir is kept (default: DIR/.status)')
    .hook('preAction', () => {
      const { dir, stateDir } = command.opts<DirectoryOptions>();
      if (stateDir === undefined || dir !== undefined) return;
      throw new CommandError('--state-dir says where the status of --dir is kept: name the folder with --dir DIR too');
    });
}
