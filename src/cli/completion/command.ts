import { Argument, Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { completionScript, SHELLS, type Shell } from './scripts.ts';

/** `berth completion`, for the program. */
export function completionCommand(context: CommandContext): Command {
  return new Command('completion')
    .summary('print what makes a shell complete berth')
    .description('Prints what makes a shell complete commands, options and the names of objects.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  source <(berth completion bash)
  berth completion zsh > "\${fpath[1]}/_berth"
  berth completion fish > ~/.config/fish/completions/berth.fish

kubectl completes "kubectl berth" by itself, where kubectl_complete-berth is on the PATH: another link to berth.`,
    )
    .action((shell: Shell) => {
      context.stdout.write(completionScript(shell));
    });
}

/** What the shells ask, by the protocol of cobra: a candidate a line, then a colon and a directive. */
export function completeCommand(context: CommandContext, program: () => Command): Command {
  return new Command('__complete')
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { complete } = await import('./complete.ts');
      context.stdout.write(await complete(context, program(), words));
    });
}
