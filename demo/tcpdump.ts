import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Prints the ARP packets about the addresses of a network that `eth0` sees, each as soon as it is seen. */
export function tcpdumpCommand(network: string): readonly [string, ...string[]] {
  return ['tcpdump', '-lne', '--immediate-mode', '-Z', 'root', '-i', 'eth0', 'arp', 'and', 'net', network];
}

/** What `tcpdump` needs in its environment: nothing, but in a user namespace; see `keep-groups.c`. */
export async function tcpdumpEnvironment(): Promise<NodeJS.ProcessEnv> {
  const setgroups = await readFile('/proc/self/setgroups', 'utf8');
  if (setgroups.trim() === 'allow') return {};
  const library = '/run/keep-groups.so';
  const source = fileURLToPath(new URL('keep-groups.c', import.meta.url));
  await promisify(execFile)('cc', ['-shared', '-fPIC', '-o', library, source]);
  return { LD_PRELOAD: library };
}
