import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleInto } from '../../bundle.ts';

/** A program of this folder as it is shipped: one file with the addon beside it, which Node runs without a loader. */
export interface Bundle {
  readonly path: string;
  dispose(): Promise<void>;
}

/** Bundles `programs/NAME.ts`. */
export async function bundleProgram(name: string): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-os-'));
  const path = await bundleInto(directory, fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url)));
  await copyFile(new URL('../../../native/build/native.node', import.meta.url), join(directory, 'native.node'));
  return { path, dispose: () => rm(directory, { recursive: true, force: true }) };
}
