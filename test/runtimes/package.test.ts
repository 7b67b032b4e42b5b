import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const WEB = path('web.yaml');

let folder: string;
let files: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  const packed = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: path('../..') });
  const [tarball] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
  files = (tarball?.files ?? []).map((file) => file.path);
  // No network, no scripts: it has all that it needs.
  const install = ['install', '--global', '--offline', '--ignore-scripts', '--prefix', join(folder, 'prefix')];
  await execute('npm', [...install, join(folder, tarball?.filename ?? '')]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const RUNTIMES = [
  ['the one that runs the tests', process.execPath],
  ['22', path('node_modules/node-22/bin/node')],
  ['24', path('node_modules/node-24/bin/node')],
] as const;

describe.each(RUNTIMES)('npm i -g of the tarball, on Node.js %s', (_, node) => {
  const run = async (program: string, ...args: readonly string[]) =>
    (await execute(node, [join(folder, 'prefix/bin', program), ...args])).stdout;

  it('berth plans, and loads its addon', async () => {
    expect(await run('berth', 'plan', '-f', WEB)).toContain('192.0.2.50');
    const addon = join(folder, 'prefix/lib/node_modules/berth-lb/dist/native.node');
    const { stdout } = await execute(node, ['-p', 'typeof require(process.argv[1]).socket', addon]);
    expect(stdout).toBe('function\n');
  });

  it('kubectl finds its plugin, and what completes it', async () => {
    expect(await run('kubectl-berth', '--help')).toContain('Usage: kubectl berth');
    expect(await run('kubectl_complete-berth', 'doc')).toMatch(/^doctor\t.*\n:4\n$/);
  });
});

it('the tarball holds what runs, the sources of the addon and the manifests, and nothing else of ours', () => {
  expect(files).toEqual(expect.arrayContaining(['dist/native.node', 'native/module.c', 'manifests/rbac.yaml']));
  expect(files.filter((file) => /\.ts$|^(src|test|native\/build)/.test(file))).toEqual([]);
});
