import { readdir, readFile } from 'node:fs/promises';

/** Processor time that the processes have used so far with all their threads, ms (schedstat of proc(5), in ns). */
export async function processorTime(pids: readonly number[]): Promise<number> {
  let nanoseconds = 0;
  for (const pid of pids) {
    for (const thread of await readdir(`/proc/${pid}/task`)) {
      // A thread may end meanwhile.
      const schedstat = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
      nanoseconds += Number(schedstat.split(' ')[0]);
    }
  }
  return nanoseconds / 1e6;
}
