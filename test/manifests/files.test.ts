import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { CHART_FOLDER, chartFiles } from '../../manifests/chart-files.ts';
import { installFiles } from '../../manifests/install-files.ts';
import { BERTH_NAMESPACE, DAEMONS } from '../../src/api/access.ts';

const folder = new URL('../../manifests/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

interface KubernetesDocument {
  readonly kind: string;
  readonly spec?: object;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: object };
}

const objectsOf = (text: string): readonly KubernetesDocument[] =>
  parseAllDocuments(text).map((document) => document.toJS());

it.each([...installFiles(), ...chartFiles()])(
  'manifests/%s is what its source says (else: npm run generate)',
  (file, text) => {
    expect(read(file)).toBe(text);
  },
);

it('has no template in the chart that is of no source, but for the notes', () => {
  const files = readdirSync(new URL(`${CHART_FOLDER}/templates`, folder)).map(
    (file) => `${CHART_FOLDER}/templates/${file}`,
  );
  expect(files.filter((file) => !chartFiles().has(file))).toEqual([`${CHART_FOLDER}/templates/NOTES.txt`]);
});

describe('manifests/berth.yaml', () => {
  const objects = objectsOf(read('berth.yaml'));

  it('has each object once, and whatever others need before them', () => {
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    const order = ['Namespace', 'CustomResourceDefinition', 'ServiceAccount', 'Deployment'];
    const first = order.map((wanted) => objects.findIndex(({ kind }) => kind === wanted));
    expect(first[0]).toBe(0);
    expect(first).toEqual([...first].sort((a, b) => a - b));
  });

  it('has nothing that an API server could be blocked by', () => {
    expect(objects.map(({ kind }) => kind).filter((kind) => /Webhook|APIService/.test(kind))).toEqual([]);
  });

  it('labels all that it brings, and puts what has a namespace into ours', () => {
    for (const { kind, metadata } of objects) {
      if (kind !== 'CustomResourceDefinition')
        expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'berth' });
      expect([undefined, BERTH_NAMESPACE]).toContain(metadata.namespace);
    }
  });

  it('starts each daemon with its own ServiceAccount', () => {
    const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet');
    const accounts = workloads.map((object) => (object as Workload).spec.template.spec.serviceAccountName);
    expect(accounts).toEqual(DAEMONS.map(({ name }) => name));
  });

  it('gives a reason for each capability', () => {
    const text = read('berth.yaml');
    const added = /^ +add:\n((?: +(?:#|-) .*\n)+)/m.exec(text)?.[1] ?? '';
    const lines = added.trimEnd().split('\n');
    expect(lines.filter((line) => / - /.test(line))).toHaveLength(2);
    for (const [index, line] of lines.entries()) if (/ - /.test(line)) expect(lines[index - 1]).toMatch(/# .*\.$/);
    expect(text.match(/drop: \[ALL\]/g)).toHaveLength(2);
  });
});

interface Workload {
  readonly spec: { readonly template: { readonly spec: { readonly serviceAccountName: string } } };
}
