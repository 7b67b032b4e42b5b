import type { KubernetesObject } from '../object.ts';
import { type CustomKind, GROUP, VERSION } from './custom-kind.ts';
import { type StructuralSchema, structuralSchemaOf } from './structural.ts';

/** What everybody needs to know of a `CustomResourceDefinition` (apiextensions.k8s.io/v1) that we make. */
export interface CustomResourceDefinition extends KubernetesObject {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly spec: {
    readonly group: string;
    readonly scope: 'Cluster' | 'Namespaced';
    readonly names: Readonly<Record<string, string | readonly string[]>>;
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: StructuralSchema };
      readonly subresources: { readonly status: Readonly<Record<string, never>> };
      readonly additionalPrinterColumns: readonly object[];
    }[];
  };
}

const HEADER: Readonly<Record<string, StructuralSchema>> = {
  apiVersion: { type: 'string', description: 'The version of this schema: berth.dev/v1beta1.' },
  kind: { type: 'string', description: 'What this object is.' },
  metadata: { type: 'object' },
};

/**
 * The CustomResourceDefinition of a kind: its schema with rules, defaults and descriptions, its names and columns.
 *
 * @throws StructuralError where the schema says what Kubernetes cannot express.
 */
export function customResourceDefinition(kind: CustomKind<KubernetesObject>): CustomResourceDefinition {
  const { plural, singular, shortName, description, columns } = kind.names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular,
        shortNames: [shortName],
        categories: ['berth'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: openAPISchema(kind, description) },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}

function openAPISchema(kind: CustomKind<KubernetesObject>, description: string): StructuralSchema {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...own } = kind.schema.shape;
  const members = Object.entries(own).map(([name, schema]) => [name, structuralSchemaOf(schema)] as const);
  const required = members.filter(([name]) => !own[name]?.safeParse(undefined).success).map(([name]) => name);
  return {
    description,
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: { ...HEADER, ...Object.fromEntries(members) },
  };
}
