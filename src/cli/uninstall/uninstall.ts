import { createInterface } from 'node:readline/promises';
import { milliseconds } from '../../api/fields/duration.ts';
import { printable } from '../../log/line.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { clear } from './clear.ts';
import type { Leavings } from './leavings.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';
import { intentText, outcomeText } from './words.ts';

/** What `berth uninstall` was asked for. */
export interface UninstallOptions extends TargetOptions {
  readonly keep?: boolean;
  readonly release?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly wait?: string;
}

/** Runs `berth uninstall`. @throws CommandError, StoreError */
export async function uninstall(context: CommandContext, options: UninstallOptions): Promise<void> {
  const release = options.release === true;
  if (release === (options.keep === true)) {
    throw new CommandError(
      'say what becomes of the addresses: --keep leaves them to the Services, --release takes them back',
    );
  }
  const patience = patienceOf(options.wait ?? '0s');
  const target = await openTarget(context, options);
  try {
    if (options.force !== true) await target.standAlone(patience);
    const leavings = await target.read();
    if (isEmpty(leavings, release)) {
      context.stdout.write(`Nothing of Berth's is left to clear in ${target.name}.\n`);
      return;
    }
    context.stderr.write(intentText(leavings, release, target));
    if (options.yes !== true) await agree(context);
    await carryOut(context, target, leavings, release);
  } finally {
    await target.close();
  }
}

async function carryOut(context: CommandContext, target: Target, leavings: Leavings, release: boolean): Promise<void> {
  const tell = (line: string): void => {
    context.stderr.write(`${printable(line)}\n`);
  };
  const failures = await clear(target.store, leavings, release, tell);
  if (failures.length === 0) {
    context.stdout.write(outcomeText(release, target));
    return;
  }
  for (const failure of failures) tell(failure);
  throw new CommandError(`${failures.length} could not be cleared: mend the causes above and run it again`);
}

function isEmpty({ pools, profiles, communities, services, ingresses }: Leavings, release: boolean): boolean {
  const held = pools.length + profiles.length + communities.length;
  return held === 0 && (!release || services.length + ingresses.length === 0);
}

function patienceOf(wait: string): number {
  try {
    return milliseconds(wait);
  } catch (error) {
    throw new CommandError(`--wait: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws CommandError where nobody can be asked, or says no */
async function agree({ stdin, stderr }: CommandContext): Promise<void> {
  if (stdin.isTTY !== true) {
    throw new CommandError('nothing was changed: there is nobody to ask, give --yes to go on without asking');
  }
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question('Go on? [y/N] '), closed]);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('nothing was changed');
  } finally {
    lines.close();
  }
}
