import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CRD_FOLDER, crdFiles } from '../../../manifests/crd-files.ts';
import { CUSTOM_KINDS } from '../../../src/api/kinds.ts';
import { customResourceDefinition } from '../../../src/api/schema/crd.ts';
import type { StructuralSchema } from '../../../src/api/schema/structural.ts';

const folder = new URL('../../../manifests/', import.meta.url);

describe('the folders of CustomResourceDefinitions', () => {
  it('hold one file for each kind of ours and no other', () => {
    const files = readdirSync(new URL(CRD_FOLDER, folder)).map((file) => `${CRD_FOLDER}/${file}`);
    expect(files.sort()).toEqual([`${CRD_FOLDER}/Kustomization`, ...crdFiles().keys()].sort());
  });

  it.each([...crdFiles()])('%s is what the schemas say (else: npm run generate)', (file, text) => {
    expect(readFileSync(new URL(file, folder), 'utf8')).toBe(text);
  });
});

/** Every schema in a schema, with the path to it. */
function walk(schema: StructuralSchema, path = ''): readonly (readonly [string, StructuralSchema])[] {
  return [
    [path, schema],
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => walk(member, `${path}.${name}`)),
    ...(schema.items ? walk(schema.items, `${path}[]`) : []),
  ];
}

describe.each(CUSTOM_KINDS.map((kind) => [kind.kind, customResourceDefinition(kind)] as const))('%s', (name, crd) => {
  const [version] = crd.spec.versions;

  it('is one cluster-scoped version with a status of its own', () => {
    expect(crd).toMatchObject({
      metadata: { name: expect.stringMatching(/^[a-z0-9]+s\.berth\.dev$/) },
      spec: { group: 'berth.dev', scope: 'Cluster', names: { kind: name, categories: ['berth'] } },
    });
    expect(crd.spec.versions).toHaveLength(1);
    expect(version).toMatchObject({ name: 'v1beta1', served: true, storage: true, subresources: { status: {} } });
  });

  it('bounds each list that people write, and says how it merges', () => {
    const spec = version?.schema.openAPIV3Schema.properties?.spec;
    for (const [path, schema] of spec ? walk(spec) : []) {
      if (schema.type !== 'array') continue;
      expect([path, schema.maxItems]).toEqual([path, expect.any(Number)]);
      expect([path, schema['x-kubernetes-list-type']]).toEqual([path, expect.any(String)]);
    }
  });

  it('shows only columns of fields that exist', () => {
    const known = walk(version?.schema.openAPIV3Schema ?? { type: 'object' }).map(([path]) => path);
    for (const column of version?.additionalPrinterColumns ?? []) {
      const { jsonPath } = column as { jsonPath: string };
      const path = jsonPath.replace(/\[.*?\]/g, '[]');
      expect([...known, '.metadata.creationTimestamp']).toContain(path);
    }
  });
});

it('gives each kind a short name of its own', () => {
  const shortNames = ['bpool', 'bl2', 'bpeer', 'bbgp', 'bbfd', 'bcomm', 'bspk'];
  expect(CUSTOM_KINDS.map(({ names }) => names.shortName)).toEqual(shortNames);
});
