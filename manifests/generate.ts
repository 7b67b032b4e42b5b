/**
 * Writes what is made from the tables and schemas in `src/api/`: the CustomResourceDefinitions, one a file,
 * `manifests/rbac.yaml`, `docs/reasons.md`, and `docs/bgp-interop.md` from the matrix of the lab. With `--check` it writes nothing, and exits 1 where a file differs from
 * its source.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CRD_FOLDER, crdFiles } from './crd-files.ts';
import { interopFile } from './interop-file.ts';
import { rbacFile } from './rbac-file.ts';
import { reasonsFile } from './reasons-file.ts';

const RBAC = 'manifests/rbac.yaml';
const REASONS = 'docs/reasons.md';
const INTEROP = 'docs/bgp-interop.md';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `manifests/${CRD_FOLDER}`;
mkdirSync(join(root, folder), { recursive: true });
const wanted = new Map([...crdFiles()].map(([file, text]) => [`manifests/${file}`, text]));
wanted.set(RBAC, rbacFile());
wanted.set(REASONS, reasonsFile());
wanted.set(INTEROP, interopFile());
const present = readdirSync(join(root, folder)).map((file) => `${folder}/${file}`);
const stale = [...new Set([...wanted.keys(), ...present])].filter((file) => wanted.get(file) !== read(file));

if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`${file} differs from its source: run "npm run generate"`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const file of stale) {
    const text = wanted.get(file);
    if (text === undefined) rmSync(join(root, file));
    else writeFileSync(join(root, file), text);
    console.log(`${file} ${text === undefined ? 'removed' : 'written'}`);
  }
}

/** The text of a file, by path from the root, or undefined where there is none. */
function read(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
