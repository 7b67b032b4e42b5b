import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE } from '../bundle.ts';
import type { Mutation } from './mutations.ts';

/** A broken rule may have the nodes talk for ever: so many seconds of processor time, then it has been noticed. */
const LONGEST = 100;
const OWNERSHIP = resolve('src/speaker/ownership');
const TESTS = resolve('test/speaker/ownership');

/** What noticed that a rule is broken: the first seed that fails, or a test; undefined where nothing did. */
export type Notice = { readonly by: string; readonly says: string } | undefined;

/**
 * Runs the simulation with source in which a rule is broken. A seed that is named goes first; where a change of the
 * simulation has made it blind, the others are searched.
 *
 * @throws Error where the source does not contain what is to be changed, exactly once
 */
export async function runMutation(mutation: Mutation, seeds: number): Promise<Notice> {
  const { noticedBy } = mutation;
  const directory = await mkdtemp(join(tmpdir(), 'berth-mutation-'));
  try {
    const program = join(directory, 'sim.mjs');
    await bundle('test/sim/main.ts', program, mutation);
    const atOnce = noticedBy === undefined ? undefined : await runSeeds(program, ['--seed', `${noticedBy}`], 1);
    return atOnce ?? (await runSeeds(program, ['--first', '--seeds', `${seeds}`], seeds));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * Runs the tests that mutations name, each with source in which its rule is broken, and those tests once more as they
 * are: all in one run of vitest, which takes longer to start than all of them to run.
 *
 * @returns what noticed each mutation, by its rule; and the failures of the tests as they are, of which there may be none
 * @throws Error where the source does not contain what is to be changed exactly once, or a test did not run
 */
export async function runMutatedTests(
  mutations: readonly (Mutation & { readonly noticedBy: string })[],
): Promise<{ readonly notices: ReadonlyMap<string, Notice>; readonly unprovoked: readonly string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-mutations-'));
  try {
    const sound = [...new Set(mutations.map(({ noticedBy }) => noticedBy))];
    await Promise.all([
      ...mutations.map((each, index) =>
        bundle(join(TESTS, each.noticedBy), join(directory, `${index}.test.mjs`), each),
      ),
      ...sound.map((test) => bundle(join(TESTS, test), join(directory, `sound-${test}.test.mjs`))),
      writeFile(join(directory, 'vitest.config.mjs'), CONFIG),
      writeFile(join(directory, 'package.json'), '{}'),
      cp('test/seed.ts', join(directory, 'seed.ts')),
      symlink(resolve('node_modules'), join(directory, 'node_modules')),
    ]);
    const { output } = await run(directory, ['node_modules/vitest/vitest.mjs', 'run']);
    const report = await readFile(join(directory, 'report.json'), 'utf8').catch(() => undefined);
    const ran = report === undefined ? [] : (JSON.parse(report) as Report).testResults;
    const failuresOf = (file: string): readonly string[] => {
      const results = ran.find(({ name }) => basename(name) === file)?.assertionResults ?? [];
      if (results.length === 0) throw new Error(`${file} broke off: ${output.slice(0, 1000)}`);
      return results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    };
    const notices = mutations.map(({ rule, noticedBy: by }, index): [string, Notice] => {
      const [says] = failuresOf(`${index}.test.mjs`);
      return [rule, says === undefined ? undefined : { by, says }];
    });
    return { notices: new Map(notices), unprovoked: sound.flatMap((test) => failuresOf(`sound-${test}.test.mjs`)) };
  } finally {
    await rm(directory, { recursive: true });
  }
}

const CONFIG = `export default { test: {
  include: ['*.test.mjs'], setupFiles: ['seed.ts'], pool: 'threads', isolate: false,
  reporters: ['default', ['json', { outputFile: 'report.json' }]],
} };
`;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Makes one file of a program and of all of ours that it needs, with the source in which a rule is broken. */
async function bundle(entry: string, outfile: string, mutation?: Mutation): Promise<void> {
  const broken = mutation && { path: join(OWNERSHIP, mutation.file), text: await textOf(mutation) };
  await build({
    ...BUNDLE,
    entryPoints: [entry],
    outfile,
    external: ['vitest', 'fast-check'],
    plugins: [
      {
        name: 'another text',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\/ownership\/[^/]+$/ }, ({ path }) =>
            path === broken?.path ? { contents: broken.text, loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
}

async function textOf({ rule, file, from, to }: Mutation): Promise<string> {
  const text = await readFile(join(OWNERSHIP, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${rule}: ${file} does not have ${from} exactly once`);
  return text.replace(from, () => to);
}

async function runSeeds(program: string, which: readonly string[], seeds: number): Promise<Notice> {
  const { output, isOver } = await run(dirname(program), [program, ...which]);
  const [, seed, says = ''] = /^(seed \d+) .*\n {2}(.*)$/m.exec(output) ?? [];
  if (seed !== undefined) return { by: seed, says };
  if (output.includes(`${seeds} of ${seeds} seeds hold`)) return undefined;
  if (isOver) throw new Error(`the simulation broke off: ${output.slice(0, 500)}`);
  return { by: `no end after ${LONGEST} s of processor time`, says: '' };
}

function run(directory: string, args: readonly string[]): Promise<{ output: string; isOver: boolean }> {
  return new Promise((done) => {
    const limited = ['-c', `ulimit -S -t ${LONGEST} && exec "$0" "$@"`, process.execPath, ...args];
    execFile('sh', limited, { cwd: directory }, (error, stdout, stderr) => {
      done({ output: `${stdout}${stderr}`, isOver: error?.signal !== 'SIGXCPU' });
    });
  });
}
