import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Builds the bundle as it is shipped, from the sources as they are in a folder. Gives the path of `berth`. */
export async function buildBerth(source = ROOT): Promise<string> {
  await promisify(execFile)('node', ['build.mjs'], { cwd: source });
  return join(source, 'dist/berth.js');
}
