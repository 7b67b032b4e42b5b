import type { Narrator } from '../narrator.ts';
import type { ClusterStage } from './stage.ts';

/** Runs kubectl, tells what it printed, and gives that. */
export async function show(stage: ClusterStage, tell: Narrator, ...args: readonly string[]): Promise<string> {
  const output = await stage.kubectl(...args);
  tell.command('', ['kubectl', ...args], output);
  return output;
}

/** Throws where what the audience is about to be told is not so. */
export function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}
