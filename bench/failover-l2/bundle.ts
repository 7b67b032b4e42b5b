import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ADDON = fileURLToPath(new URL('../../dist/native.node', import.meta.url));
const PROGRAMS = ['prober-process', 'asker-process', 'echo-process'] as const;

/** The programs of this folder, and where they lie. */
export type Programs = Readonly<Record<(typeof PROGRAMS)[number], string>>;

/** Bundles the programs of this folder into another, with the addon beside them: they start in a moment. */
export async function bundlePrograms(folder: string): Promise<Programs> {
  await build({
    entryPoints: PROGRAMS.map((program) => fileURLToPath(new URL(`${program}.ts`, import.meta.url))),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  await copyFile(ADDON, join(folder, 'native.node'));
  const paths = PROGRAMS.map((program) => [program, join(folder, `${program}.mjs`)]);
  return Object.fromEntries(paths) as Programs;
}
