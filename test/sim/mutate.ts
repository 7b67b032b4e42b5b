import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mutation } from './mutations.ts';

const COPIED = ['src/ip', 'src/speaker/ownership', 'test/sim', 'package.json', 'tsconfig.json'];

/** What the simulation said of a source with one rule broken. */
export interface Verdict {
  /** The first seed that fails; undefined where none did. */
  readonly seed: number | undefined;
  readonly violation: string;
}

/**
 * Runs the simulation on a copy of the source in which a rule is broken, until a seed fails.
 *
 * @throws Error where the source does not contain what is to be changed, exactly once
 */
export async function runMutation({ rule, file, from, to }: Mutation, seeds: number): Promise<Verdict> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-mutation-'));
  try {
    for (const path of COPIED) await cp(resolve(path), join(directory, path), { recursive: true });
    await symlink(resolve('node_modules'), join(directory, 'node_modules'));
    const path = join(directory, 'src/speaker/ownership', file);
    const text = await readFile(path, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${rule}: ${file} does not have ${from} exactly once`);
    await writeFile(
      path,
      text.replace(from, () => to),
    );
    const output = await run(directory, seeds);
    const [, seed, violation = ''] = /^seed (\d+) .*\n {2}(.*)$/m.exec(output) ?? [];
    if (seed === undefined && !output.includes(`${seeds} of ${seeds} seeds hold`)) {
      throw new Error(`${rule}: the simulation broke off: ${output.slice(0, 500)}`);
    }
    return { seed: seed === undefined ? undefined : Number(seed), violation };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function run(directory: string, seeds: number): Promise<string> {
  const args = ['--import', 'tsx', 'test/sim/main.ts', '--first', '--seeds', String(seeds)];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: directory }, (_, stdout, stderr) => done(`${stdout}${stderr}`));
  });
}
