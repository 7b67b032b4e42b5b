import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Mutation } from './mutations.ts';

/** A broken rule may have the nodes talk for ever: so many milliseconds, then it has been noticed. */
const LONGEST = 100_000;
const COPIED = [
  ...[
    'src/ip',
    'src/speaker/arp',
    'src/speaker/bfd',
    'src/speaker/ownership',
    'test/speaker/ownership',
    'test/seed.ts',
  ],
  ...['package.json', 'tsconfig.json', 'vitest.config.ts'],
];

/** What noticed that a rule is broken: the first seed that fails, or a test; undefined where nothing did. */
export type Notice = { readonly by: string; readonly says: string } | undefined;

/**
 * Runs the simulation, or the test that is named, with source in which a rule is broken. A seed that is named goes first;
 * where a change of the simulation has made it blind, the others are searched.
 *
 * @throws Error where the source does not contain what is to be changed, exactly once
 */
export async function runMutation(mutation: Mutation, seeds: number): Promise<Notice> {
  const { rule, file, from, to, noticedBy } = mutation;
  const directory = await mkdtemp(join(tmpdir(), 'berth-mutation-'));
  const path = resolve('src/speaker/ownership', file);
  try {
    const text = await readFile(path, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${rule}: ${file} does not have ${from} exactly once`);
    const broken = text.replace(from, () => to);
    if (typeof noticedBy === 'string') return await runTest(directory, noticedBy, file, broken);
    const program = join(directory, 'sim.mjs');
    await bundleWith(path, broken, program);
    const atOnce = noticedBy === undefined ? undefined : await runSeeds(program, ['--seed', `${noticedBy}`], 1);
    return atOnce ?? (await runSeeds(program, ['--first', '--seeds', `${seeds}`], seeds));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** One file that holds the simulation, in which the module at a path has another text. */
async function bundleWith(path: string, contents: string, outfile: string): Promise<void> {
  await build({
    entryPoints: ['test/sim/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    plugins: [
      {
        name: 'another text',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\/ownership\/[^/]+$/ }, (args) =>
            args.path === path ? { contents, loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
}

async function runSeeds(program: string, which: readonly string[], seeds: number): Promise<Notice> {
  const { output, isOver } = await run(dirname(program), [program, ...which]);
  const [, seed, says = ''] = /^(seed \d+) .*\n {2}(.*)$/m.exec(output) ?? [];
  if (seed !== undefined) return { by: seed, says };
  if (output.includes(`${seeds} of ${seeds} seeds hold`)) return undefined;
  if (isOver) throw new Error(`the simulation broke off: ${output.slice(0, 500)}`);
  return { by: `no end after ${LONGEST / 1_000} s`, says: '' };
}

/** In a copy of all that the test needs. */
async function runTest(directory: string, test: string, file: string, contents: string): Promise<Notice> {
  for (const path of COPIED) await cp(resolve(path), join(directory, path), { recursive: true });
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'src/speaker/ownership', file), contents);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', `test/speaker/ownership/${test}`];
  const { output } = await run(directory, args);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are left out
  const plain = output.replaceAll(/\u001b\[\d+m/g, '');
  if (!/Tests +.*\b\d+ (passed|failed)/.test(plain)) throw new Error(`${test} broke off: ${plain.slice(0, 500)}`);
  const [, says] = /^ +× (.*)$/m.exec(plain) ?? [];
  return says === undefined ? undefined : { by: test, says };
}

function run(directory: string, args: readonly string[]): Promise<{ output: string; isOver: boolean }> {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: directory, timeout: LONGEST }, (error, stdout, stderr) => {
      done({ output: `${stdout}${stderr}`, isOver: !error?.killed });
    });
  });
}
