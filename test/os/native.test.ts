import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addonPaths } from '../../src/os/native.ts';
import { BUNDLE } from '../bundle.ts';

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
    await mkdir(join(directory, 'dist'), { recursive: true });
    const outfile = join(directory, 'dist', 'berth.mjs');
    await build({ ...BUNDLE, entryPoints: [new URL('../../src/os/native.ts', import.meta.url).pathname], outfile });
    return ((await import(pathToFileURL(outfile).href)) as { native: () => unknown }).native;
  }

  /** The package has the sources beside `dist/`. */
  async function addSources(): Promise<void> {
    await mkdir(join(directory, 'native'));
    await writeFile(join(directory, 'native', 'Makefile'), '');
  }
  const addon = () => join(directory, 'dist', 'native.node');
  const fromSources = () =>
    `run "make -C ${directory}/native" and copy ${directory}/native/build/native.node to ${addon()}`;

  it('is loaded by the first call, which names the remedy where there is none', async () => {
    await addSources();
    expect(await bundle()).toThrow(`native addon not found at ${addon()}: ${fromSources()}`);
  });

  it('names another remedy where there are no sources, as in the image', async () => {
    expect(await bundle()).toThrow(/native\.node: take a Berth that was built for this machine$/);
  });

  it('names the remedy for a file that is no addon', async () => {
    await addSources();
    const native = await bundle();
    await writeFile(addon(), 'not an addon');
    const fault = messageOf(native);
    expect(fault).toMatch(/^native addon .*\/native\.node does not load \(.+\): run "make/s);
    expect(fault).toContain(fromSources());
  });

  it.each([
    ['arm64', 183, 1],
    ['s390x', 22, 2],
    ['another machine', 4711, 1],
  ])('says of an addon for %s that it is not for this machine, and how to make one', async (name, machine, order) => {
    await addSources();
    const native = await bundle();
    const header = Buffer.alloc(64);
    header.write('\x7fELF', 'latin1');
    header[4] = 2;
    header[5] = order;
    if (order === 2) header.writeUInt16BE(machine, 18);
    else header.writeUInt16LE(machine, 18);
    await writeFile(addon(), header);
    expect(messageOf(native)).toBe(
      `native addon ${addon()} is for ${name}, and this machine is ${process.arch}: ${fromSources()}`,
    );
  });
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String((error as Error).message);
  }
  return 'nothing was thrown';
}
