import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleInto } from '../../test/bundle.ts';

const ADDON = fileURLToPath(new URL('../../dist/native.node', import.meta.url));
const PROGRAMS = ['prober-process', 'asker-process', 'echo-process'] as const;

/** The programs of this folder, and where they lie. */
export type Programs = Readonly<Record<(typeof PROGRAMS)[number], string>>;

/** Bundles the programs of this folder into another, with the addon beside them: they start in a moment. */
export async function bundlePrograms(folder: string): Promise<Programs> {
  await mkdir(folder, { recursive: true });
  const source = (program: string) => fileURLToPath(new URL(`${program}.ts`, import.meta.url));
  const paths = PROGRAMS.map(async (program) => [program, await bundleInto(folder, source(program))] as const);
  await copyFile(ADDON, join(folder, 'native.node'));
  return Object.fromEntries(await Promise.all(paths)) as Programs;
}
