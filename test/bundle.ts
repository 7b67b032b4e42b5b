import { basename, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/** How a program becomes one file: as `build.mjs` does it with what is shipped, which it makes small as well. */
export const BUNDLE = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * Makes one file of a program, which starts in a moment and costs what it costs where it is shipped.
 *
 * @param source the path of the program
 * @returns the path of the file, which has the name of the program
 */
export async function bundleInto(folder: string, source: string): Promise<string> {
  const outfile = join(folder, `${basename(source, '.ts')}.mjs`);
  await build({ ...BUNDLE, entryPoints: [source], outfile });
  return outfile;
}
