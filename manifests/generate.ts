/**
 * Writes `manifests/crds/`, one CustomResourceDefinition a file, from the schemas in `src/api/`.
 * With `--check` it writes nothing, and exits 1 where a file differs from its schema.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crdFiles } from './crd-files.ts';

const folder = fileURLToPath(new URL('crds/', import.meta.url));
const wanted = crdFiles();
mkdirSync(folder, { recursive: true });
const found = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
const stale = [...new Set([...wanted.keys(), ...found.keys()])].filter((file) => wanted.get(file) !== found.get(file));

if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`manifests/crds/${file} differs from its schema: run "npm run generate"`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const file of stale) {
    const text = wanted.get(file);
    if (text === undefined) rmSync(join(folder, file));
    else writeFileSync(join(folder, file), text);
    console.log(`manifests/crds/${file} ${text === undefined ? 'removed' : 'written'}`);
  }
}
