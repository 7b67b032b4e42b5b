import * as z from 'zod';
import { time } from './time.ts';

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** An object's name: an RFC 1123 subdomain of at most 253 characters, as Kubernetes demands of nearly every kind. */
export const objectName = z
  .string()
  .max(253, { error: 'is longer than 253 characters: choose a shorter name' })
  .regex(DNS_SUBDOMAIN, {
    error:
      'is not a DNS-1123 name: use lower case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  });

/** The name of an object of RBAC, such as `system:node`: whatever can be a segment of a path, as Kubernetes takes it. */
export const pathSegmentName = z.string().regex(/^(?!\.{1,2}$)[^/%]+$/, {
  error: 'is no segment of a path: leave out "/" and "%", and choose more than "." or ".."',
});

/** A namespace's name: an RFC 1123 label of at most 63 characters. */
export const namespaceName = z
  .string()
  .max(63, { error: 'is longer than 63 characters: choose a shorter name' })
  .regex(DNS_LABEL, {
    error: 'is not a DNS-1123 label: use lower case letters, digits and "-", with a letter or digit at both ends',
  });

const stringMap = z.record(z.string(), z.string());

/** The members of `ObjectMeta` (meta/v1) that Berth reads; all others pass through. */
export const objectMeta = z.looseObject({
  name: objectName,
  namespace: namespaceName.optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.int().optional(),
  creationTimestamp: time.optional(),
  deletionTimestamp: time.optional(),
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z
    .array(z.looseObject({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() }))
    .optional(),
});
