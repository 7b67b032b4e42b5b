import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const schema = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Secret'),
  metadata: objectMeta,
  type: z.string().optional(),
  /** Base64 (RFC 4648 section 4). */
  data: z.record(z.string(), z.string()).optional(),
  /** In plain text, in files: an API server moves it to `data`. */
  stringData: z.record(z.string(), z.string()).optional(),
});

/** Something that not everybody may read (core/v1). Only those of Berth's own namespace are looked at. */
export type Secret = Plain<z.output<typeof schema>>;

/** See {@link Secret}. Of the Secrets of a cluster only those of the type {@link PASSWORD_SECRET_TYPE} are known. */
export const SecretKind = defineKind({ apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }, schema);

/** The type of Secrets with a password, and the key that it is under. */
export const PASSWORD_SECRET_TYPE = 'kubernetes.io/basic-auth';
export const PASSWORD_KEY = 'password';

/** The keys of a Secret. */
export function keysOf({ data, stringData }: Secret): readonly string[] {
  return Object.keys({ ...data, ...stringData });
}
