import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { buildBerth } from './bundle.ts';

const execute = promisify(execFile);

let berth: string;
let folder: string;

beforeAll(async () => {
  berth = await buildBerth();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the bundle', () => {
  it('runs by itself and says its version', async () => {
    expect((await execute(berth, ['--version'])).stdout).toBe(`${packageJson.version}\n`);
  });

  it('is a kubectl plugin by its name', async () => {
    await symlink(berth, join(folder, 'kubectl-berth'));
    const { stdout } = await execute(join(folder, 'kubectl-berth'), ['--help']);
    expect(stdout).toMatch(/^Usage: kubectl berth /);
    expect(stdout).toContain('kubectl berth plan -f pool.yaml');
    expect((await execute(berth, ['--help'])).stdout).toMatch(/^Usage: berth /);
  });

  it('ends quietly when nobody reads on', async () => {
    const services = Array.from({ length: 5000 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `s${index}` },
      spec: { type: 'LoadBalancer' },
    }));
    await writeFile(join(folder, 'all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: services }));
    const script = 'set -o pipefail; "$0" get services --dir "$1" -o json | head -c 10';
    const { stdout, stderr } = await execute('bash', ['-c', script, berth, folder]);
    expect(stdout).toHaveLength(10);
    expect(stderr).toBe('');
  });

  it('says that results cannot be written', async () => {
    const failed = execute('bash', ['-c', '"$0" --help > /dev/full', berth]);
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: cannot write the results: .*no space left/),
    });
  });

  it('stops watching when nobody reads on', async () => {
    await writeFile(
      join(folder, 'a.yaml'),
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer}\n',
    );
    const child = spawn(berth, ['get', 'services', '--dir', folder, '--watch'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const ended = once(child, 'close');
    await writeFile(
      join(folder, 'b.yaml'),
      'apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {type: LoadBalancer}\n',
    );
    expect(await ended).toEqual([0, null]);
  });

  it.each([
    [['nonsense'], /^error: unknown command 'nonsense'/],
    [['plan', '--nonsense'], /^error: unknown option '--nonsense'/],
    [['standalone'], /^error: missing required argument 'dir'/],
    [['standalone', '.', '--http-address', 'x'], /^error: "x" is not HOST:PORT/],
  ])('%j is an error with status 1', async (args, message) => {
    const failed = execute(berth, args);
    await expect(failed).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});
