import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import {
  type Ending,
  errorsOutsideTests,
  failedTests,
  formatTally,
  sum,
  type Tally,
  tallyMissing,
  tallyReport,
} from './tally.ts';

const ci = process.env.CI === 'true';
const REPORTS = '.cache/rings';

interface Run extends Ending {
  readonly output: string;
}

/** Runs a program to its end with no standard input, and keeps what it writes, which may be seen at once too. */
async function run(command: readonly string[], { show = false }: { show?: boolean } = {}): Promise<Run> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += String(chunk);
      if (show) process.stdout.write(chunk);
    });
  }
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output };
}

/** What must hold before a test is worth its time. All run at once; only what fails is shown. */
async function checks(): Promise<Tally> {
  const results = await Promise.all(
    [
      ['types', 'node_modules/.bin/tsc', '--noEmit'],
      ['lint', 'node_modules/.bin/biome', 'check', '--error-on-warnings', '.'],
      ['generated files', 'npm', 'run', '-s', 'generate', '--', '--check'],
      ['build', 'npm', 'run', '-s', 'build'],
    ].map(async ([name, ...command]) => {
      const { status, output } = await run(command);
      if (status !== 0) write(`${output.trimEnd()}\n${name}: ${command.join(' ')}: exit status ${status}`);
      return status === 0;
    }),
  );
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

interface VitestRun {
  /** What to run it in. */
  readonly inside?: string;
  /** Such as `1/2`: the part of the files to run. */
  readonly shard?: string;
  /** How many files may run beside each other. Default: vitest's. */
  readonly workers?: number;
}

async function vitest(project: string, { inside, shard, workers }: VitestRun = {}): Promise<Tally> {
  const file = `${REPORTS}/${project}${shard === undefined ? '' : `-${shard.replace('/', '-of-')}`}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const command = ['node_modules/.bin/vitest', 'run', '--project', project, ...reporters];
  if (inside !== undefined) command.unshift(inside);
  if (shard !== undefined) command.push(`--shard=${shard}`);
  if (workers !== undefined) command.push(`--maxWorkers=${workers}`);
  const ending = await run(command, { show: true });
  const report = await readFile(file, 'utf8').catch(() => undefined);
  failures.push(...failedTests(report), ...errorsOutsideTests(ending.output));
  return tallyReport(report, ending);
}

/**
 * Runs the files of a ring in namespaces, so many at a time, each in namespaces of its own: most of the time of these tests
 * is waiting. There are more parts than run at a time, since some take twice as long as others.
 */
async function inParts(project: string, atOnce: number): Promise<Tally> {
  const count = 2 * atOnce;
  const shards = Array.from({ length: count }, (_, index) => `${index + 1}/${count}`).values();
  const tallies: Tally[] = [];
  const lane = async (): Promise<void> => {
    for (const shard of shards) tallies.push(await vitest(project, { inside: 'test/lab/enter', shard }));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return sum(tallies);
}

/** Installs Node.js 22 and 24, which the image of the lab and of the cluster needs too. Gives what is amiss. */
async function otherNodes(): Promise<string | undefined> {
  if (process.arch !== 'x64') return `no other Node.js to be had for ${process.arch}`;
  const { status, output } = await run(['setup/prepare', 'runtimes']);
  return status === 0 ? undefined : `Node.js 22 and 24 cannot be installed: ${lastLine(output)}`;
}

async function runtimes(): Promise<Tally> {
  const missing = await others;
  return missing === undefined ? await vitest('runtimes') : tallyMissing(missing, ci);
}

async function lab(): Promise<Tally> {
  await others;
  const { status, output } = await run(['test/lab/enter', 'true']);
  if (status === 0) return await inParts('lab', 2);
  return tallyMissing(`needs root or unprivileged user namespaces: ${lastLine(output)}`, ci);
}

async function cluster(): Promise<Tally> {
  const built = await run(['test/cluster/tools', 'build'], { show: true });
  if (built.status !== 0) {
    const { output } = await run(['test/cluster/tools', 'path']);
    return tallyMissing(`no Kubernetes to test with: ${lastLine(output)}`, ci);
  }
  const { status, output } = await run(['test/lab/enter', 'true']);
  if (status !== 0) return tallyMissing(`needs root or unprivileged user namespaces: ${lastLine(output)}`, ci);
  return await inParts('cluster', 3);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

await rm(REPORTS, { recursive: true, force: true });
await mkdir(REPORTS, { recursive: true });
const others = otherNodes();
const tallies: Tally[] = [];
const lines: string[] = [];
/** Said again at the end, where whoever sees no more than that finds what to mend. */
const failures: string[] = [];
const rings = {
  checks,
  unit: () => vitest('unit'),
  sim: () => vitest('sim', { workers: 2 }),
  runtimes,
  lab,
  cluster,
};
/**
 * Rows run one after the other, and the tracks of a row beside each other, each ring by ring: what computes, and then what
 * has servers compute, beside what waits for kernels most of the time.
 */
const ROWS: readonly (readonly (readonly (keyof typeof rings)[])[])[] = [
  [['checks']],
  [['unit', 'sim', 'runtimes', 'cluster'], ['lab']],
];
async function runTrack(names: readonly (keyof typeof rings)[]): Promise<void> {
  for (const name of names) {
    write(`\n== ${name}`);
    const start = performance.now();
    const tally = await rings[name]();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const note = tally.note === undefined ? '' : ` (${tally.note})`;
    tallies.push(tally);
    lines.push(`${name.padEnd(10)} ${formatTally(tally)}, ${seconds} s${note}`);
  }
}
for (const tracks of ROWS) await Promise.all(tracks.map(runTrack));
const total = sum(tallies);
write(`\n${[...failures, ...lines].join('\n')}\n\n${formatTally(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
