import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a program of this folder as what is shipped is, so that starting it costs what it costs there. Gives its path. */
export async function bundle(program: string, folder: string): Promise<string> {
  const outfile = join(folder, `${program}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`${program}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}
