import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ENTER = fileURLToPath(new URL('../test/lab/enter', import.meta.url));
const TOOLS = fileURLToPath(new URL('../test/cluster/tools', import.meta.url));

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs this very program again in namespaces of its own, with the programs of a Kubernetes cluster built, and ends as it
 * does. Returns only inside of them.
 *
 * @param node gives the Node.js to run it with, and so all that it starts: the one that runs this when absent
 */
export async function enterLab(node?: () => Promise<string>): Promise<void> {
  if (isInside()) return;
  const program = await node?.();
  await run(TOOLS, ['build']);
  await enterNetworkLab(program);
}

/** The same for a bench that needs no cluster. */
export async function enterNetworkLab(node = process.execPath): Promise<void> {
  if (isInside()) return;
  await run(ENTER, [node, ...process.execArgv, ...process.argv.slice(1)]);
  process.exit();
}

function isInside(): boolean {
  return readFileSync('/proc/1/cmdline', 'latin1').includes('lab/enter\0--init');
}

/** Ends this process where the command fails, with its status. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit' });
  // Whoever runs the bench inside says what it knows so far, and ends.
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, passOn);
  }
  const [status] = (await once(child, 'close')) as [number | null];
  for (const signal of SIGNALS) process.off(signal, passOn);
  if (status !== 0) process.exit(status ?? 1);
}
