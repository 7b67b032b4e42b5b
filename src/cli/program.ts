import { Command, CommanderError } from 'commander';
import { HttpAddressError } from '../http/http-address.ts';
import { ListenError } from '../http/server.ts';
import { SystemError } from '../os/system-error.ts';
import { StoreError } from '../store/store.ts';
import { completeCommand, completionCommand } from './completion/command.ts';
import type { CommandContext } from './context.ts';
import { controllerCommand } from './controller/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { drainCommand, undrainCommand } from './drain/command.ts';
import { CommandError, EXIT_CODE_HELP, ExitCode } from './exit-codes.ts';
import { explainCommand } from './explain/command.ts';
import { getCommand } from './get/command.ts';
import { importCommand } from './import/command.ts';
import { planCommand } from './plan/command.ts';
import { probeCommand } from './probe/command.ts';
import { routerConfigCommand } from './router-config/command.ts';
import { speakerCommand } from './speaker/command.ts';
import { standaloneCommand } from './standalone/command.ts';
import { uninstallCommand } from './uninstall/command.ts';

/**
 * Runs one command line, without the program's own name, to its end. What the user can mend is one line on stderr and
 * its exit code; any other failure is thrown.
 *
 * @returns the exit code.
 */
export async function runProgram(argv: readonly string[], context: CommandContext): Promise<number> {
  let exitCode: number = ExitCode.Ok;
  const program = buildProgram(context, (code) => (exitCode = code));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)]) {
    command
      .exitOverride()
      .showHelpAfterError(`(see ${[context.programName, ...nameOf(command, program)].join(' ')} --help)`)
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        writeErr: (text) => context.stderr.write(text),
        getOutHelpWidth: () => HELP_WIDTH,
        getErrHelpWidth: () => HELP_WIDTH,
      });
  }
  try {
    await program.parseAsync(withoutVainHelp(argv, program), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!isUserFacing(error)) throw error;
    context.stderr.write(`error: ${error.message}\n`);
    return error instanceof CommandError ? error.exitCode : ExitCode.Error;
  }
}

/** Of `help WORD` where WORD is no command, `WORD` alone: that is refused by name, where `help` would show what there is. */
function withoutVainHelp(argv: readonly string[], program: Command): readonly string[] {
  let { commands }: { commands: readonly Command[] } = program;
  for (const [index, word] of argv.entries()) {
    const next = argv[index + 1];
    if (word === 'help' && commands.length > 0 && next !== undefined && !next.startsWith('-')) {
      return commands.some((each) => each.name() === next) ? argv : [...argv.slice(0, index), next];
    }
    const command = commands.find((each) => each.name() === word);
    if (command === undefined) return argv;
    commands = command.commands;
  }
  return argv;
}

/** All commands with their options. @param onExitCode told of an exit code other than 0 that is no failure */
export function buildProgram(context: CommandContext, onExitCode: (code: number) => void): Command {
  const program = new Command(context.programName)
    .description(
      'Gives every LoadBalancer Service on bare metal an address from a pool, announces it to the network, and says why.',
    )
    .version(context.version, '--version', 'print the version')
    .helpCommand('help [command]', 'show the help of a command')
    .addCommand(controllerCommand(context))
    .addCommand(speakerCommand(context))
    .addCommand(standaloneCommand(context))
    .addCommand(planCommand(context, onExitCode))
    .addCommand(explainCommand(context, onExitCode))
    .addCommand(doctorCommand(context, onExitCode))
    .addCommand(getCommand(context))
    .addCommand(drainCommand(context))
    .addCommand(undrainCommand(context))
    .addCommand(probeCommand(context, onExitCode))
    .addCommand(routerConfigCommand(context))
    .addCommand(importCommand(context))
    .addCommand(uninstallCommand(context))
    .addCommand(completionCommand(context))
    .addHelpText('after', `\n${examples(context.programName)}\n\n${EXIT_CODE_HELP}`);
  return program.addCommand(
    completeCommand(context, () => program),
    { hidden: true },
  );
}

const HELP_WIDTH = 100;

function nameOf(command: Command, program: Command): readonly string[] {
  return command === program ? [] : [...(command.parent ? nameOf(command.parent, program) : []), command.name()];
}

function isUserFacing(error: unknown): error is Error {
  return [CommandError, StoreError, ListenError, HttpAddressError, SystemError].some((type) => error instanceof type);
}

function examples(name: string): string {
  return `Examples:
  What would change, before it does:
    ${name} plan -f pool.yaml -f service.yaml
    ${name} plan --cluster -f pool.yaml
  Why a Service has no address, or nobody announces it:
    ${name} explain service/web
  Everything that is known to go wrong, checked at once:
    ${name} doctor
  Run on a folder of YAML files, without a cluster:
    ${name} standalone /etc/berth
  Which address is whose, and who answers for it:
    ${name} get addresses`;
}
