/**
 * Writes what is made from tables, schemas, workloads, commands and registries: the manifests that install Berth, the
 * templates of its chart, alerts and dashboard in `manifests/monitoring/`, and `docs/reference/`. With `--check` it writes
 * nothing, and exits 1 where a file differs from its source.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode } from '../src/os/system-error.ts';
import { CHART_FOLDER, chartFiles } from './chart-files.ts';
import { CRD_FOLDER, crdFiles } from './crd-files.ts';
import { installFiles } from './install-files.ts';
import { dashboardFile } from './monitoring/dashboard-file.ts';
import { prometheusRuleFile, ruleFile } from './monitoring/rule-files.ts';
import { rbacFile } from './rbac-file.ts';
import { annotationsFile } from './reference/annotations-file.ts';
import { doctorFile } from './reference/doctor-file.ts';
import { fieldsFile } from './reference/fields-file.ts';
import { flagsFile } from './reference/flags-file.ts';
import { interopFile } from './reference/interop-file.ts';
import { metricsFile } from './reference/metrics-file.ts';
import { reasonsFile } from './reference/reasons-file.ts';

const FILES: Readonly<Record<string, () => string>> = {
  'manifests/rbac.yaml': rbacFile,
  'manifests/monitoring/rules.yaml': ruleFile,
  'manifests/monitoring/prometheus-rule.yaml': prometheusRuleFile,
  'manifests/monitoring/dashboard.json': dashboardFile,
  'docs/reference/annotations.md': annotationsFile,
  'docs/reference/bgp-interop.md': interopFile,
  'docs/reference/doctor.md': doctorFile,
  'docs/reference/fields.md': fieldsFile,
  'docs/reference/flags.md': flagsFile,
  'docs/reference/metrics.md': metricsFile,
  'docs/reference/reasons.md': reasonsFile,
};
/** Nothing in them is written by hand. */
const FOLDERS = [`manifests/${CRD_FOLDER}`, `manifests/${CHART_FOLDER}/templates`];
const BY_HAND = /\.txt$/;

const root = fileURLToPath(new URL('..', import.meta.url));
const manifests = [...crdFiles(), ...installFiles(), ...chartFiles()];
const wanted = new Map(manifests.map(([file, text]) => [`manifests/${file}`, text]));
for (const [file, text] of Object.entries(FILES)) wanted.set(file, text());
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
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
