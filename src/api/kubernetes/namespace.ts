import * as z from 'zod';
import { namespaceName, objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const schema = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Namespace'),
  metadata: objectMeta.extend({ name: namespaceName }),
});

/** A namespace (core/v1): Berth reads its labels. */
export type Namespace = Plain<z.output<typeof schema>>;

/** See {@link Namespace}. */
export const NamespaceKind = defineKind(
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  schema,
);
