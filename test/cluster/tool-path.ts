import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TOOLS = fileURLToPath(new URL('tools', import.meta.url));

/**
 * A `PATH` that leads to etcd and the programs of Kubernetes first. Rejects, naming the program and the remedy, where
 * one of them has not been built.
 */
export async function toolPath(): Promise<string> {
  const { stdout } = await promisify(execFile)(TOOLS, ['path']);
  return `${stdout.trim()}:${process.env.PATH}`;
}
