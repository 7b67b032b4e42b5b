import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** One machine to put on a {@link Segment}. */
export interface MemberSpec {
  /** The name of its network namespace, at most 8 characters of `[a-z0-9-]`, unique in the lab. */
  readonly name: string;
  /** Addresses with prefix length for `eth0`, such as `192.0.2.11/24`. IPv6 ones are usable at once: `accept_dad` is 0. */
  readonly addresses: readonly string[];
  /** The MAC address of `eth0`, for a lab whose frames are easy to read; the kernel's choice when absent. */
  readonly mac?: string | undefined;
}

/** How a command ended that was run to its end. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * One Ethernet segment: a bridge in the lab's own network namespace and machines on its ports. Works only inside the
 * namespaces that `test/lab/enter` makes; on a real machine it would change the real network, so it refuses.
 */
export class Segment {
  readonly #members: Member[] = [];

  private constructor(
    /** The name of the bridge. */
    readonly name: string,
  ) {}

  /** Makes the bridge. `name` is at most 6 characters, unique in the lab. Throws outside a lab. */
  static async create(name = 'lan'): Promise<Segment> {
    await assertInsideLab();
    await ip('link', 'add', name, 'type', 'bridge', 'forward_delay', '0');
    await ip('link', 'set', name, 'up');
    return new Segment(name);
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** Adds a machine: a network namespace whose `eth0` is plugged into the bridge, up and with its addresses. */
  async add(spec: MemberSpec): Promise<Member> {
    const { name, addresses, mac } = spec;
    const port = `${this.name}-${name}`;
    await ip('netns', 'add', name);
    const member = new Member(name, port);
    this.#members.push(member);
    const peer = ['peer', 'name', 'eth0', ...(mac === undefined ? [] : ['address', mac]), 'netns', name];
    await ip('link', 'add', port, 'type', 'veth', ...peer);
    await ip('link', 'set', port, 'master', this.name, 'up');
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    // The kernel asks nobody for its neighbours' MAC addresses while its link-local address is in doubt, up to 2 s.
    await member.run('sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=0');
    await ip('-n', name, 'link', 'set', 'eth0', 'up');
    for (const address of addresses) {
      const flags = address.includes(':') ? ['nodad'] : [];
      await ip('-n', name, 'address', 'add', address, 'dev', 'eth0', ...flags);
    }
    return member;
  }

  /** Kills what still runs on the machines and removes them and the bridge. May be called again. */
  async dispose(): Promise<void> {
    for (const member of this.#members.splice(0)) {
      await member.killAll();
      // A namespace takes its links along only some time after its name is gone.
      await ip('link', 'delete', member.port);
      await ip('netns', 'delete', member.name);
    }
    await ip('link', 'delete', this.name).catch(() => undefined);
  }
}

/** A machine on a segment: a network namespace with `eth0`. */
export class Member {
  constructor(
    readonly name: string,
    /** Its port on the bridge, in the lab's own network namespace. */
    readonly port: string,
  ) {}

  /** Runs a command on this machine to its end. Rejects when it cannot be started or exits with a status but 0. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.try(command, ...args);
    if (status !== 0) throw new Error(`${this.name}$ ${[command, ...args].join(' ')}: status ${status}: ${stderr}`);
    return stdout;
  }

  /** Runs a command on this machine to its end, whatever its status. Rejects only when it cannot be started. */
  async try(command: string, ...args: readonly string[]): Promise<CommandResult> {
    const child = this.spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status: status ?? -1, stdout, stderr };
  }

  /** Starts a command on this machine. The child is the command itself: its pid and signals are the command's. */
  spawn(command: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.name, command, ...args], options);
  }

  /** The ids of all processes that run on this machine. */
  async pids(): Promise<readonly number[]> {
    const text = await ip('netns', 'pids', this.name);
    return text.split('\n').filter(Boolean).map(Number);
  }

  /** Ends all processes of this machine at once, as a power cut does, and waits until they are gone. */
  async killAll(): Promise<void> {
    for (;;) {
      const pids = await this.pids();
      if (pids.length === 0) return;
      for (const pid of pids) kill(pid);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Pulls the cable or puts it back: both ends lose or regain carrier. */
  async setCable(plugged: boolean): Promise<void> {
    await ip('link', 'set', this.port, plugged ? 'up' : 'down');
  }
}

/** Runs `ip` with arguments and gives what it prints. */
export async function ip(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('ip', [...args]);
  return stdout;
}

/** `enter` puts a tmpfs on /run and makes itself process 1: a machine that is not a lab has one of the two at most. */
async function assertInsideLab(): Promise<void> {
  const init = await readFile('/proc/1/cmdline', 'latin1');
  if (!init.includes('lab/enter\0--init')) {
    throw new Error('not inside a lab: start this with test/lab/enter, so that the real network stays as it is');
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
