import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf, npmInstall, npmInstallWithin } from './npm-install.ts';

const execute = promisify(execFile);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const WEB = path('web.yaml');
/** Compiling takes seconds, on machines ten times as busy as expected. */
const PATIENCE = 240_000;
/** In no subnet of anybody (RFC 5737): only ICMP could tell of it, and nothing is sent without raw-socket. */
const FAR = '203.0.113.7';

let folder: string;
let tarball: string;
let files: readonly string[];
let withoutCompiler: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  const packed = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: path('../..') });
  const [made] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
  files = (made?.files ?? []).map((file) => file.path);
  tarball = join(folder, made?.filename ?? '');
  withoutCompiler = await folderOf(join(folder, 'programs'), ['sh', 'env']);
}, PATIENCE);
afterAll(() => rm(folder, { recursive: true, force: true }));

const RUNTIMES = [
  ['the one that runs the tests', process.execPath],
  ['22', path('node_modules/node-22/bin/node')],
  ['24', path('node_modules/node-24/bin/node')],
] as const;

const packageIn = (prefix: string): string => join(prefix, 'lib/node_modules/berth-lb');
const rawSocketIn = (prefix: string): string => join(packageIn(prefix), 'node_modules/raw-socket');

describe.each(RUNTIMES)('npm i -g of the tarball, on Node.js %s', (name, node) => {
  let prefix: string;
  beforeAll(async () => {
    prefix = join(folder, `prefix-${RUNTIMES.findIndex(([each]) => each === name)}`);
    await npmInstall({ node, tarball, prefix });
  }, PATIENCE);

  const run = async (program: string, ...args: readonly string[]) =>
    (await execute(node, [join(prefix, 'bin', program), ...args])).stdout;
  const load = async (module: string, member: string) =>
    (await execute(node, ['-p', 'typeof require(process.argv[1])[process.argv[2]]', module, member])).stdout.trim();

  it('berth plans, and loads its addon', async () => {
    expect(await run('berth', 'plan', '-f', WEB)).toContain('192.0.2.50');
    expect(await load(join(packageIn(prefix), 'dist/native.node'), 'socket')).toBe('function');
  });

  it('kubectl finds its plugin, and what completes it', async () => {
    expect(await run('kubectl-berth', '--help')).toContain('Usage: kubectl berth');
    expect(await run('kubectl_complete-berth', 'doc')).toMatch(/^doctor\t.*\n:4\n$/);
  });

  /** Without raw-socket. */
  const expectWord = async (where: string) => {
    const probe = execute(node, [join(where, 'bin/berth'), 'probe', FAR]);
    await expect(probe).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /the optional package raw-socket is not here \(.*\): with .* at hand, "npm install --omit=dev" in/,
      ),
    });
  };

  it('has raw-socket, or says that it has not and how to get it', async () => {
    const isBuilt = existsSync(rawSocketIn(prefix));
    process.stdout.write(`npm i -g on Node.js ${name}: raw-socket is ${isBuilt ? 'built' : 'left out'}\n`);
    if (isBuilt) expect(await load(rawSocketIn(prefix), 'createSocket')).toBe('function');
    else await expectWord(prefix);
  });

  it('leaves raw-socket out without a compiler, and says so', { timeout: PATIENCE }, async () => {
    const bare = `${prefix}-bare`;
    await npmInstall({ node: await aloneIn(`${prefix}-node`, node), tarball, prefix: bare, path: withoutCompiler });
    expect(existsSync(rawSocketIn(bare))).toBe(false);
    expect((await execute(node, [join(bare, 'bin/berth'), 'plan', '-f', WEB])).stdout).toContain('192.0.2.50');
    await expectWord(bare);
  });
});

it('gets raw-socket by the command that it names where its own nan is too old, on Node.js 24', {
  timeout: PATIENCE,
}, async () => {
  const [, node] = RUNTIMES[2];
  const prefix = join(folder, 'prefix-late');
  await npmInstall({ node, tarball, prefix, options: ['--omit=optional'] });
  expect(existsSync(rawSocketIn(prefix))).toBe(false);
  await npmInstallWithin(node, packageIn(prefix));
  const script = 'typeof require(process.argv[1]).createSocket';
  expect((await execute(node, ['-p', script, rawSocketIn(prefix)])).stdout).toBe('function\n');
});

it('installs without a network, and without what optional needs one', async () => {
  const prefix = join(folder, 'prefix-offline');
  await npmInstall({
    ...{ node: process.execPath, tarball, prefix },
    options: ['--offline', '--cache', join(folder, 'empty-cache')],
  });
  expect(existsSync(rawSocketIn(prefix))).toBe(false);
  expect((await execute(join(prefix, 'bin/berth'), ['plan', '-f', WEB])).stdout).toContain('192.0.2.50');
});

/** The same Node.js in a folder where nothing else is: beside that of a system are its compilers. */
async function aloneIn(home: string, node: string): Promise<string> {
  const program = join(home, 'bin/node');
  await mkdir(join(home, 'bin'), { recursive: true });
  await copyFile(node, program);
  return program;
}

it('the tarball holds what runs, the sources of the addon and the manifests, and nothing else of ours', () => {
  expect(files).toEqual(expect.arrayContaining(['dist/native.node', 'native/module.c', 'manifests/rbac.yaml']));
  expect(files.filter((file) => /\.ts$|^(src|test|native\/build)/.test(file))).toEqual([]);
});
