import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WEB = fileURLToPath(new URL('web.yaml', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the bundle', () => {
  beforeEach(() => cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true }));

  const berth = async (...args: readonly string[]): Promise<string> =>
    (await execute(join(folder, 'dist/berth.js'), [...args], { env: { PATH: process.env.PATH } })).stdout;

  /** Takes away the files in which a text stands. */
  async function without(text: string): Promise<void> {
    const dist = join(folder, 'dist');
    let found = 0;
    for (const file of await readdir(dist)) {
      if (!(await readFile(join(dist, file), 'latin1')).includes(text)) continue;
      await rm(join(dist, file));
      found++;
    }
    expect(found).toBeGreaterThan(0);
  }

  it('runs as a plugin of kubectl by a link from elsewhere', async () => {
    const plugin = join(folder, 'kubectl-berth');
    await symlink(join(folder, 'dist/berth.js'), plugin);
    expect((await execute(plugin, ['--help'])).stdout).toContain('Usage: kubectl berth');
    expect((await execute(plugin, ['plan', '-f', WEB])).stdout).toContain('192.0.2.50');
  });

  it('loads what reads kubeconfigs only where there is one to read', async () => {
    await without('loadFromClusterAndUser');
    for (const help of [['--help'], ['controller', '--help'], ['get', '--help']]) {
      expect(await berth(...help)).toContain('Usage: berth');
    }
    expect(await berth('plan', '-f', WEB)).toContain('192.0.2.50');
    const source = join(folder, 'source');
    await cp(WEB, join(source, 'web.yaml'));
    expect(await berth('standalone', source, '--once')).toContain('192.0.2.50');
    expect(await berth('get', 'services', '--dir', source)).toContain('192.0.2.50');
    await expect(berth('get', 'services', '--kubeconfig', join(folder, 'none'))).rejects.toThrow('Cannot find module');
  });

  it.each([
    ['winston', 'winston.transports'],
    ['prom-client', 'collectDefaultMetrics'],
  ])('loads %s only for what runs on', async (_, text) => {
    await without(text);
    expect(await berth('--help')).toContain('Usage: berth');
    expect(await berth('plan', '-f', WEB)).toContain('192.0.2.50');
    await expect(berth('standalone', join(folder, 'none'), '--once')).rejects.toThrow('Cannot find module');
  });
});

describe('a build', () => {
  it('takes away what former builds left behind, and nothing that another one has just put there', async () => {
    for (const name of ['src', 'native', 'node_modules', 'package.json']) {
      await symlink(join(ROOT, name), join(folder, name));
    }
    const build = () => execute(process.execPath, [join(ROOT, 'build.mjs')], { cwd: folder });
    await build();
    const dist = join(folder, 'dist');
    const built = (await readdir(dist)).sort();
    expect(built).toContain('berth.js');
    await writeFile(join(dist, 'chunk-FORMER.js'), '');
    await writeFile(join(dist, 'chunk-OTHER.js'), '');
    const soon = Date.now() / 1000 + 60;
    await utimes(join(dist, 'chunk-OTHER.js'), soon, soon);
    await build();
    expect((await readdir(dist)).sort()).toEqual([...built, 'chunk-OTHER.js'].sort());
  });
});
