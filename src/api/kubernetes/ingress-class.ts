import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const schema = z.looseObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('IngressClass'),
  metadata: objectMeta,
  spec: z.looseObject({ controller: z.string().optional() }).optional(),
});

/** Which controller serves the Ingresses that name this class (networking.k8s.io/v1). */
export type IngressClass = Plain<z.output<typeof schema>>;

/** See {@link IngressClass}. */
export const IngressClassKind = defineKind(
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', plural: 'ingressclasses', namespaced: false },
  schema,
);
