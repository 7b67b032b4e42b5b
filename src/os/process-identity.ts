import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode, SystemError } from './system-error.ts';

/**
 * Names one process for good. A pid alone is given again to another process after the first has died, after a reboot,
 * and in every container.
 */
export interface ProcessIdentity {
  /** `/proc/sys/kernel/random/boot_id`: one start of one machine's kernel. */
  readonly bootId: string;
  /** Inode number of the pid namespace, as `/proc/self/ns/pid` shows it. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process: field 22 of `/proc/PID/stat`, proc_pid_stat(5). */
  readonly startTime: string;
}

/** `unknown`: the process is out of sight (another machine, boot or container), so nothing can be said of it. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/**
 * The identity of this process; its worker threads share it.
 *
 * @throws SystemError when `/proc` is not mounted, or is that of another pid namespace.
 */
export function processIdentity(): ProcessIdentity {
  const place = currentPlace();
  const stat = place && parseProcessStat(readFileSync('/proc/self/stat', 'utf8'));
  if (place === undefined || stat === undefined) {
    throw new SystemError('ENOSYS', '/proc does not show this process: mount the /proc of its own pid namespace');
  }
  return { ...place, pid: process.pid, startTime: stat.startTime };
}

/** Whether the process still runs. A zombie is dead: it holds nothing any more. Sends it no signal. */
export function isAlive(identity: ProcessIdentity): Liveness {
  // Identities come from files: kill(2) gives 0 and negative numbers another meaning.
  if (!Number.isSafeInteger(identity.pid) || identity.pid < 1) return 'unknown';
  const here = currentPlace();
  if (here === undefined || here.bootId !== identity.bootId || here.pidNamespace !== identity.pidNamespace) {
    return 'unknown';
  }
  let text: string;
  try {
    text = readFileSync(`/proc/${identity.pid}/stat`, 'utf8');
  } catch (error) {
    return isGone(error) && !takesSignals(identity.pid) ? 'dead' : 'unknown';
  }
  const stat = parseProcessStat(text);
  if (stat === undefined) return 'unknown';
  return stat.startTime === identity.startTime && stat.state !== 'Z' && stat.state !== 'X' ? 'alive' : 'dead';
}

/** Boot and pid namespace of this process; undefined where `/proc` cannot tell about its fellow processes. */
function currentPlace(): Pick<ProcessIdentity, 'bootId' | 'pidNamespace'> | undefined {
  try {
    // A /proc of another pid namespace numbers processes differently: every answer read from it would be wrong.
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined;
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const pidNamespace = /^pid:\[(\d+)\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1];
    return pidNamespace === undefined ? undefined : { bootId, pidNamespace };
  } catch {
    return undefined;
  }
}

/**
 * State and start time from `/proc/PID/stat`; undefined for text that is none. The second field is the program's name
 * in parentheses, which the program chooses: it may hold spaces and parentheses, so fields are counted from the last.
 */
export function parseProcessStat(text: string): { readonly state: string; readonly startTime: string } | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const [state, startTime] = [fields[0], fields[19]];
  if (state === undefined || startTime === undefined || !/^[A-Za-z]$/.test(state) || !/^\d+$/.test(startTime)) {
    return undefined;
  }
  return { state, startTime };
}

/** ESRCH: the process ended between opening and reading its file. */
function isGone(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ESRCH';
}

/** Whether a process of this number exists, also where `/proc` is mounted with hidepid and shows only one's own. */
function takesSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
