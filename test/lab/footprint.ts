import { readdir, readFile, readlink } from 'node:fs/promises';
import { ip } from './network.ts';

/** What a program could leave behind on the machine it ran on, as seen from there. */
export interface Footprint {
  /** `pid command` of every process. */
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  /** Named network namespaces. */
  readonly namespaces: readonly string[];
  /** The network namespaces that processes are in. */
  readonly networks: readonly string[];
}

/** Takes stock of this machine: all that is in this process namespace and those inside it. */
export async function takeFootprint(): Promise<Footprint> {
  const processes: string[] = [];
  const networks = new Set<string>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
      networks.add(await readlink(`/proc/${pid}/ns/net`));
      processes.push(`${pid} ${command}`);
    } catch (error) {
      // The process ended while it was looked at.
      if (!(error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))) throw error;
    }
  }
  return {
    processes: processes.sort(),
    mounts: (await readFile('/proc/self/mounts', 'utf8')).trim().split('\n').sort(),
    links: (await ip('-o', 'link')).trim().split('\n').map(linkName).sort(),
    namespaces: await readdir('/run/netns'),
    networks: [...networks].sort(),
  };
}

export const NOTHING: Footprint = { processes: [], mounts: [], links: [], namespaces: [], networks: [] };

/** What is there now and was not there before. What has gone meanwhile was on its way when the first stock was taken. */
export async function footprintSince(before: Footprint): Promise<Footprint> {
  const now = await takeFootprint();
  const fresh = (part: keyof Footprint) => now[part].filter((line) => !before[part].includes(line));
  return {
    processes: fresh('processes'),
    mounts: fresh('mounts'),
    links: fresh('links'),
    namespaces: fresh('namespaces'),
    networks: fresh('networks'),
  };
}

function linkName(line: string): string {
  return line.split(': ')[1] ?? line;
}
