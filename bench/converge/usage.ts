import { readFile } from 'node:fs/promises';

/** What a process has used. */
export interface Usage {
  /** User and system. */
  readonly cpuSeconds: number;
  /** Resident memory now, in MiB. */
  readonly rss: number;
}

/** Ticks a second in /proc, which Linux has fixed for user space. */
const TICKS = 100;

/** Reads what a running process has used, from /proc (proc_pid_stat(5), proc_pid_status(5)). */
export async function usageOf(pid: number): Promise<Usage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const rss = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS, rss };
}
