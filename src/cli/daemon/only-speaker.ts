import { setTimeout as pass } from 'node:timers/promises';
import type { Logger } from '../../log/logger.ts';
import { takeAbstractName } from '../../os/abstract-socket.ts';
import { SystemError } from '../../os/system-error.ts';
import { CommandError, ExitCode } from '../exit-codes.ts';

/** The name that the speaker of a node has while it runs: one a network namespace, which is what a node is. */
const NAME = 'berth-speaker';
/** Milliseconds that the speaker before this one is given to end, as when one is started while the other stops. */
const PATIENCE = 10_000;
/** Milliseconds between attempts. */
const INTERVAL = 100;

/** What only tests set. */
export interface OnlySpeakerOptions {
  readonly name?: string;
  readonly patience?: number;
}

/**
 * Makes this process the speaker of this node, before it does anything on the network: two would each answer without
 * hearing of the other.
 *
 * @returns ends that; undefined where the signal came first
 * @throws CommandError where another one runs on.
 */
export async function becomeOnlySpeaker(
  logger: Logger,
  signal: AbortSignal,
  { name = NAME, patience = PATIENCE }: OnlySpeakerOptions = {},
): Promise<(() => void) | undefined> {
  const deadline = performance.now() + patience;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const release = take(name);
    if (release !== undefined) return release;
    if (performance.now() >= deadline) {
      const found = `ss -xlp | grep @${name} shows its process`;
      const message = `another speaker runs on this node, and has not ended within ${patience / 1000} s: stop that one, or do not start this one (${found})`;
      throw new CommandError(message, ExitCode.OtherSpeaker);
    }
    if (attempt === 0) logger.warn('another speaker runs on this node: waiting for it to end', { patience });
    await pass(INTERVAL);
  }
  return undefined;
}

function take(name: string): (() => void) | undefined {
  try {
    return takeAbstractName(name);
  } catch (error) {
    if (error instanceof SystemError && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}
