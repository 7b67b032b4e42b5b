import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a reader of a document is to type at once. */
export interface Block {
  /** It runs until Ctrl-C. */
  readonly isDaemon: boolean;
  readonly script: string;
}

/** The fenced blocks that a reader is to type: `sh`, and `sh daemon` for a command that runs until Ctrl-C. */
export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```sh( daemon)?\n(.*?)^```$/gms)].map(([, daemon, script = '']) => {
    return { isDaemon: daemon !== undefined, script };
  });
}

/** A reader's shell, in the folder of this project, with a home that is empty. The first command that fails ends it. */
export class TypedShell {
  #output = '';

  private constructor(
    readonly home: string,
    readonly shell: ChildProcess,
  ) {
    for (const stream of [shell.stdout, shell.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += String(chunk);
      });
    }
  }

  /** @param sudo what `sudo` runs its arguments with */
  static async start(env: NodeJS.ProcessEnv, sudo = ''): Promise<TypedShell> {
    const home = await mkdtemp(join(tmpdir(), 'home-'));
    const bin = join(home, '.local', 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'sudo'), `#!/bin/sh\nexec ${sudo} "$@"\n`);
    await chmod(join(bin, 'sudo'), 0o755);
    const itsOwn = { HOME: home, PATH: `${bin}:${env.PATH}`, MAKEFLAGS: '' };
    const stdio = ['pipe', 'pipe', 'pipe'] as const;
    return new TypedShell(home, spawn('bash', ['-eu'], { cwd: ROOT, env: { ...env, ...itsOwn }, stdio: [...stdio] }));
  }

  /** All that was printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Types without waiting for anything. */
  write(script: string): void {
    this.shell.stdin?.write(script);
  }

  /** Types a block and gives what it prints. Rejects where a command of it fails. */
  async type(script: string): Promise<string> {
    const from = this.#output.length;
    this.write(`${script}\necho end-of-block\n`);
    const ended = async () => {
      if (this.shell.exitCode !== null) throw new Error(`the shell ended:\n${this.#output}`);
      if (this.#output.slice(from).includes('end-of-block\n')) return true;
      throw new Error(`not at its end: ${script}\n${this.#output.slice(from)}`);
    };
    await eventually('the end of the block', ended, { timeoutMs: 60_000 });
    return this.#output.slice(from);
  }

  /** Types Ctrl-D and gives the exit status. */
  async end(): Promise<number | null> {
    this.shell.stdin?.end();
    if (this.shell.exitCode === null) await once(this.shell, 'exit');
    return this.shell.exitCode;
  }

  async dispose(): Promise<void> {
    this.shell.kill('SIGKILL');
    await rm(this.home, { recursive: true, force: true });
  }
}
