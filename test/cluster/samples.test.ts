import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { Cluster } from './cluster.ts';

const folder = fileURLToPath(new URL('../../manifests/samples/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
const samples = files.map((file) => ({ file, text: readFileSync(`${folder}${file}`, 'utf8') }));
const objects = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as SampleObject);

interface SampleObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 0 });
  await cluster.install();
  // An object is checked against its namespace, which a dry run does not make.
  const namespaces = samples.flatMap(({ text }) => objects(text)).filter(({ kind }) => kind === 'Namespace');
  await cluster.apply(namespaces.map((object) => stringify(object)).join('---\n'));
});
afterAll(() => cluster?.dispose());

describe.each(samples)('manifests/samples/$file', ({ file, text }) => {
  it('opens by saying what it shows', () => {
    expect(text).toMatch(/^# [A-Z]/);
  });

  it('is taken by the API server as it is, without a warning', async () => {
    const args = ['apply', '--dry-run=server', '--validate=strict', '-f', `${folder}${file}`];
    const { status, stdout, stderr } = await cluster.tryKubectl(args);
    // kubectl says so of every object that it did not make itself.
    expect(stderr.replaceAll(/Warning: resource namespaces\/.*missing the kubectl.*\n/g, '')).toBe('');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(objects(text).length);
  });

  it('names the namespace of whatever is in one, so that it lands there wherever it is applied from', async () => {
    const namespaced = await cluster.kubectl('api-resources', '--namespaced', '--no-headers');
    const kinds = new Set(
      namespaced
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).at(-1)),
    );
    for (const { kind, metadata } of objects(text)) expect(metadata.namespace !== undefined).toBe(kinds.has(kind));
  });
});
