import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toolPath } from './tool-path.ts';

const TOOLS = fileURLToPath(new URL('tools', import.meta.url));
const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kubectl', 'helm'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tools-'));
});
afterEach(() => rm(folder, { recursive: true }));

const tools = (purpose: string, env: NodeJS.ProcessEnv) =>
  promisify(execFile)(TOOLS, [purpose], { env: { PATH: process.env.PATH, ...env } });

/** A search path with what the script itself needs, and no Go. */
async function pathWithoutGo(): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const program of ['awk', 'dirname', 'mkdir', 'flock', 'readlink']) {
    const { stdout } = await promisify(execFile)('which', [program]);
    await symlink(stdout.trim(), join(bin, program));
  }
  return bin;
}

describe('tools', () => {
  it('names the program that is missing, and what to do', async () => {
    await expect(tools('path', { XDG_CACHE_HOME: folder })).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'cluster tools: etcd is missing: run "test/cluster/tools build"\n',
    });
    await expect(tools('build', { XDG_CACHE_HOME: folder, PATH: await pathWithoutGo() })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('etcd is missing: install Go 1.24 or newer, or set KUBEBUILDER_ASSETS'),
    });
  });

  it('refuses a Go that is too old to fetch a newer one', async () => {
    const path = await pathWithoutGo();
    await writeFile(join(path, 'go'), '#!/bin/sh\n[ "$1" = env ] && echo go1.19.8 || echo go version go1.19.8\n', {
      mode: 0o755,
    });
    await expect(tools('build', { XDG_CACHE_HOME: folder, PATH: path })).rejects.toMatchObject({
      stderr: expect.stringMatching(/etcd is missing, and go version go1\.19\.8 is too old: install Go/),
    });
  });

  it('builds nothing of what is in KUBEBUILDER_ASSETS', async () => {
    for (const program of PROGRAMS) await writeFile(join(folder, program), '', { mode: 0o755 });
    const env = { XDG_CACHE_HOME: join(folder, 'cache'), KUBEBUILDER_ASSETS: folder };
    expect(await tools('build', env)).toMatchObject({ stderr: '' });
    const { stdout } = await tools('path', env);
    expect(stdout.split(':')[0]).toBe(folder);
  });

  it('keeps each version in a folder of its own', async () => {
    const pinned = async (file: string, module: string): Promise<string | undefined> => {
      const text = await readFile(new URL(file, import.meta.url), 'utf8');
      return new RegExp(`^\\s+${module} (v\\S+)`, 'm').exec(text)?.[1];
    };
    const path = await toolPath();
    expect(path).toContain(`/berth/kubernetes-${await pinned('go.mod', 'k8s.io/kubernetes')}:`);
    expect(path).toContain(`/berth/etcd-${await pinned('etcd/go.mod', 'go.etcd.io/etcd/server/v3')}:`);
  });
});
