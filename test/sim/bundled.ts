import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleInto } from '../bundle.ts';

/** Files below `node_modules` vitest leaves to Node.js. */
const FOLDER = resolve('node_modules/.cache');

/**
 * The simulation as one module, and not as vitest would have it, module by module, each name looked up in its own: seeds
 * take a quarter less time.
 */
export async function bundledScenario(): Promise<typeof import('./scenario.ts')> {
  await mkdir(FOLDER, { recursive: true });
  const directory = await mkdtemp(join(FOLDER, 'berth-sim-'));
  try {
    return await import(pathToFileURL(await bundleInto(directory, 'test/sim/scenario.ts')).href);
  } finally {
    await rm(directory, { recursive: true });
  }
}
