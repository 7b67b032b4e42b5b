import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addonPaths } from '../../src/os/native.ts';

describe('addonPaths', () => {
  it('finds the addon beside a bundle, and nowhere else', () => {
    expect(addonPaths('file:///usr/lib/node_modules/berth-lb/dist/berth.js')).toEqual([
      '/usr/lib/node_modules/berth-lb/dist/native.node',
    ]);
  });

  it('finds it where it is built when run from source, also below a folder with a space in its name', () => {
    expect(addonPaths('file:///my%20code/berth/src/os/native.ts')).toEqual([
      '/my code/berth/src/os/native.node',
      '/my code/berth/native/build/native.node',
    ]);
  });
});

describe('native', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-native-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** The module as it is in a bundle, with nothing but what the test puts beside it. */
  async function bundle(): Promise<() => unknown> {
    const outfile = join(directory, 'bundle.mjs');
    await build({
      entryPoints: [new URL('../../src/os/native.ts', import.meta.url).pathname],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'error',
    });
    return ((await import(pathToFileURL(outfile).href)) as { native: () => unknown }).native;
  }

  it('is loaded by the first call, which names the remedy where there is none', async () => {
    const native = await bundle();
    const place = join(directory, 'native.node');
    expect(native).toThrow(`native addon not found at ${place}: run "npm run build:native"`);
  });

  it('names the remedy for a file that is no addon', async () => {
    await writeFile(join(directory, 'native.node'), 'not an addon');
    const native = await bundle();
    expect(native).toThrow(/^native addon .*\/native\.node does not load \(.+\): run "npm run build:native"$/s);
  });
});
