import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
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
/** What the compiler knows from its last run. */
const TYPES_CHECKED = '.cache/types.tsbuildinfo';

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
      ['types', 'node_modules/.bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', TYPES_CHECKED],
      ['lint', 'node_modules/.bin/biome', 'check', '--error-on-warnings', '.'],
      ['generated files', 'npm', 'run', '-s', 'generate', '--', '--check'],
      ['build', 'npm', 'run', '-s', 'build'],
    ].map(async ([name, ...command]) => {
      const { status, output } = await (name === 'build' ? built : run(command));
      if (status !== 0) write(`${output.trimEnd()}\n${name}: ${command.join(' ')}: exit status ${status}`);
      return status === 0;
    }),
  );
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

/** @param atOnce how many files may run beside each other; vitest's choice when absent */
async function vitest(project: string, atOnce?: number): Promise<Tally> {
  const file = `${REPORTS}/${project}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const command = ['node_modules/.bin/vitest', 'run', '--project', project, ...reporters];
  if (atOnce !== undefined) command.push(`--maxWorkers=${atOnce}`);
  const ending = await run(command, { show: true });
  const report = await readFile(file, 'utf8').catch(() => undefined);
  failures.push(...failedTests(report), ...errorsOutsideTests(ending.output));
  return tallyReport(report, ending);
}

/** Installs Node.js 22 and 24, which the image of the lab and of the cluster needs too. Gives what is amiss. */
async function otherNodes(): Promise<string | undefined> {
  if (process.arch !== 'x64') return `no other Node.js to be had for ${process.arch}`;
  const { status, output } = await run(['setup/prepare', 'runtimes']);
  return status === 0 ? undefined : `Node.js 22 and 24 cannot be installed: ${lastLine(output)}`;
}

async function runtimes(): Promise<Tally> {
  const [missing] = await Promise.all([others, built]);
  return missing === undefined ? await vitest('runtimes') : tallyMissing(missing, ci);
}

async function lab(): Promise<Tally> {
  await Promise.all([built, others]);
  const { status, output } = await run(['test/lab/enter', 'true']);
  if (status === 0) return await vitest('lab', 2);
  return tallyMissing(`needs root or unprivileged user namespaces: ${lastLine(output)}`, ci);
}

async function cluster(): Promise<Tally> {
  await Promise.all([built, others]);
  const tools = await run(['test/cluster/tools', 'build'], { show: true });
  if (tools.status !== 0) {
    const { output } = await run(['test/cluster/tools', 'path']);
    return tallyMissing(`no Kubernetes to test with: ${lastLine(output)}`, ci);
  }
  const { status, output } = await run(['test/lab/enter', 'true']);
  if (status !== 0) return tallyMissing(`needs root or unprivileged user namespaces: ${lastLine(output)}`, ci);
  return await vitest('cluster', 3);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

await rm(REPORTS, { recursive: true, force: true });
await mkdir(REPORTS, { recursive: true });
/** What several rings need, as soon as it is there. */
const [built, others] = [run(['npm', 'run', '-s', 'build']), otherNodes()];
const tallies: Tally[] = [];
const lines: string[] = [];
/** Said again at the end, where whoever sees no more than that finds what to mend. */
const failures: string[] = [];
const rings = {
  checks,
  // Some of its files wait for programs and files.
  unit: () => vitest('unit', Math.max(2, availableParallelism() - 1)),
  sim: () => vitest('sim', 2),
  runtimes,
  lab,
  cluster,
};
/**
 * The tracks run beside each other, each ring by ring: what computes, and then what has servers compute, beside what waits
 * for kernels, and for disks, most of the time.
 */
const TRACKS: readonly (readonly (keyof typeof rings)[])[] = [
  ['checks', 'unit', 'sim', 'cluster'],
  ['lab', 'runtimes'],
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
await Promise.all(TRACKS.map(runTrack));
const total = sum(tallies);
write(`\n${[...failures, ...lines].join('\n')}\n\n${formatTally(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
