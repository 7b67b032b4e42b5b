import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What is made from the rest, as .gitignore has it. */
const MADE = new Set(['.git', '.cache', 'node_modules', 'dist', 'coverage']);

/** The files of the repository in a folder of it, by path from its root, in order. */
export function listFiles(folder = ''): readonly string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true })
    .filter((entry) => !MADE.has(entry.name) && !(folder === 'native/' && entry.name === 'build'))
    .flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      return entry.isDirectory() ? listFiles(`${path}/`) : [path];
    })
    .sort();
}

/** The text of a file, by path from the root. */
export function readText(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}
