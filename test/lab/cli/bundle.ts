import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What the bundle is made of; the last names the packages. */
const SOURCES = ['src', 'build.mjs', 'native/build/native.node', 'package-lock.json'];
const MADE = ['berth.js', 'wire-worker.js', 'native.node'];

/**
 * Builds the bundle as it is shipped, from the sources as they are in a folder, where none is there that is younger than
 * they are. Gives the path of `berth`.
 */
export async function buildBerth(source = ROOT): Promise<string> {
  const made = await Promise.all(MADE.map((file) => changedAt(join(source, 'dist', file)).catch(() => 0)));
  const sources = await Promise.all(SOURCES.map((path) => changedAt(join(source, path))));
  if (Math.min(...made) <= Math.max(...sources)) await promisify(execFile)('node', ['build.mjs'], { cwd: source });
  return join(source, 'dist/berth.js');
}

/** When a file, or any file in a folder, was changed last. */
async function changedAt(path: string): Promise<number> {
  const own = await stat(path);
  if (!own.isDirectory()) return own.mtimeMs;
  const files = await readdir(path, { recursive: true });
  const times = await Promise.all(files.map(async (file) => (await stat(join(path, file))).mtimeMs));
  return Math.max(own.mtimeMs, ...times);
}
