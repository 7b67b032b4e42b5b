import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { buildBerth } from './bundle.ts';

const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.0/24]}
`;
const PATIENCE = { timeoutMs: 60_000 };
/** What goes to the begin of the line. */
const CTRL_A = '\x01';

/** How a shell is started without anybody's settings, and told to complete `berth` as `berth completion --help` says. */
const SHELLS = [
  { shell: 'bash', command: 'bash --norc --noprofile -i', source: 'source <(berth completion bash)' },
  {
    shell: 'zsh',
    command: 'zsh -f -i',
    source: 'autoload -Uz compinit && compinit -u -D && source <(berth completion zsh)',
  },
  { shell: 'fish', command: 'fish --no-config -i', source: 'berth completion fish | source' },
] as const;

let home: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const berth = await buildBerth();
  home = await mkdtemp(join(tmpdir(), 'completion-'));
  const bin = join(home, 'bin');
  await mkdir(bin);
  await symlink(berth, join(bin, 'berth'));
  await mkdir(join(home, 'objects'));
  await writeFile(join(home, 'objects', 'pool.yaml'), POOL);
  const { PATH, LANG } = process.env;
  env = { HOME: home, TERM: 'dumb', PATH: `${bin}:${PATH}`, ...(LANG && { LANG }) };
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A shell on a terminal of its own, as somebody has who types. */
class Terminal {
  #output = '';

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#output += String(chunk);
    });
  }

  static start(command: string): Terminal {
    const child = spawn('script', ['--quiet', '--flush', '--command', command, '/dev/null'], { cwd: home, env });
    return new Terminal(child);
  }

  get output(): string {
    return this.#output;
  }

  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Types a line and waits until the shell has done what it says. */
  async enter(line: string): Promise<void> {
    this.type(`${line}; echo do""ne\r`);
    await this.shows(/^done/m);
  }

  /** Waits until something like this comes, and forgets all up to it. */
  async shows(pattern: RegExp): Promise<string> {
    return await eventually(
      String(pattern),
      async () => {
        const found = pattern.exec(this.#output);
        if (found === null) throw new Error(`no ${pattern} in ${JSON.stringify(this.#output)}`);
        this.#output = this.#output.slice(found.index + found[0].length);
        return found[0];
      },
      PATIENCE,
    );
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await ended;
  }
}

let terminal: Terminal | undefined;
afterEach(() => terminal?.end());

describe.each(SHELLS)('a live $shell', ({ shell, command, source }) => {
  const isThere = spawnSync(shell, ['--version']).status === 0;
  it.skipIf(!isThere && process.env.CI === undefined)('completes what is typed of a berth command', async () => {
    terminal = Terminal.start(command);
    await terminal.enter(source);
    for (const [typed, completed] of [
      ['berth get po', 'berth get pools'],
      ['berth explain --dir objects po', 'berth explain --dir objects pool/'],
      ['berth explain --dir objects pool/pu', 'berth explain --dir objects pool/public'],
      ['berth plan -f objects/po', 'berth plan -f objects/pool.yaml'],
    ] as const) {
      terminal.type(`${typed}\t`);
      // What was added shows that it is done; that no more was added, the whole line.
      await terminal.shows(new RegExp(completed.slice(typed.length)));
      terminal.type(`${CTRL_A}echo "it is" \r`);
      expect((await terminal.shows(/^it is .*$/m)).trim()).toBe(`it is ${completed}`);
    }
  });
});
