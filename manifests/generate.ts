/**
 * Writes what is made from the tables and schemas in `src/api/`: `manifests/crds/`, one CustomResourceDefinition a file,
 * and `manifests/rbac.yaml`. With `--check` it writes nothing, and exits 1 where a file differs from its source.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crdFiles } from './crd-files.ts';
import { rbacFile } from './rbac-file.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
mkdirSync(join(folder, 'crds'), { recursive: true });
const wanted = new Map([...crdFiles()].map(([file, text]) => [`crds/${file}`, text]));
wanted.set('rbac.yaml', rbacFile());
const present = [...readdirSync(join(folder, 'crds')).map((file) => `crds/${file}`), 'rbac.yaml'];
const stale = [...new Set([...wanted.keys(), ...present])].filter((file) => wanted.get(file) !== read(file));

if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`manifests/${file} differs from its source: run "npm run generate"`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const file of stale) {
    const text = wanted.get(file);
    if (text === undefined) rmSync(join(folder, file));
    else writeFileSync(join(folder, file), text);
    console.log(`manifests/${file} ${text === undefined ? 'removed' : 'written'}`);
  }
}

/** The text of a file in this folder, or undefined where there is none. */
function read(file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
