import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Builds the bundle as it is shipped, from the sources as they are. Gives the path of `berth`. */
export async function buildBerth(): Promise<string> {
  await promisify(execFile)('node', ['build.mjs'], { cwd: ROOT });
  return `${ROOT}dist/berth.js`;
}
