import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';

const FIRST = -20;
const LAST = 19;

/**
 * Has the kernel run this process, and all that it starts from here on, before anything else on the machine: where one
 * machine stands for several, another's work must not look as if one of them had died. Needs root; without it all stays
 * as it is. To be called inside `test/lab/enter`, which has a scheduling group of its own (sched(7), autogrouping).
 */
export async function runFirst(): Promise<void> {
  await writeFile('/proc/self/autogroup', `${FIRST}`).catch(() => undefined);
  try {
    setPriority(FIRST);
  } catch {
    // Not root, or a kernel that does not let it.
  }
}

/**
 * Has the kernel run all threads of a process after anything else. What stands for a machine that loses its power is not to
 * take time from those that live on: to take a process apart costs tens of milliseconds, which its threads spend themselves.
 */
export function runLast(pid: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, LAST);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}
