/**
 * Writes what is made from the tables and schemas in `src/api/` and from the workloads here: the manifests that install
 * Berth, the templates of its chart, and `docs/reasons.md`. With `--check` it writes nothing, and exits 1 where a file
 * differs from its source.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHART_FOLDER, chartFiles } from './chart-files.ts';
import { CRD_FOLDER, crdFiles } from './crd-files.ts';
import { installFiles } from './install-files.ts';
import { rbacFile } from './rbac-file.ts';
import { reasonsFile } from './reasons-file.ts';

const RBAC = 'manifests/rbac.yaml';
const REASONS = 'docs/reasons.md';
/** Nothing in them is written by hand. */
const FOLDERS = [`manifests/${CRD_FOLDER}`, `manifests/${CHART_FOLDER}/templates`];
const BY_HAND = /\.txt$/;

const root = fileURLToPath(new URL('..', import.meta.url));
const manifests = [...crdFiles(), ...installFiles(), ...chartFiles()];
const wanted = new Map(manifests.map(([file, text]) => [`manifests/${file}`, text]));
wanted.set(RBAC, rbacFile());
wanted.set(REASONS, reasonsFile());
for (const file of wanted.keys()) mkdirSync(dirname(join(root, file)), { recursive: true });
const present = FOLDERS.flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`));
const known = new Set([...wanted.keys(), ...present.filter((file) => !BY_HAND.test(file))]);
const stale = [...known].filter((file) => wanted.get(file) !== read(file));

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
