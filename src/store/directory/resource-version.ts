import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../api/object.ts';

/**
 * The object with its `metadata.resourceVersion`: a hash of all the rest, so that every process that reads the same
 * files calls the same state by the same name, and members in another order make no other state.
 */
export function withResourceVersion<T extends KubernetesObject>(object: T): T {
  const bare = withoutResourceVersion(object);
  const resourceVersion = createHash('sha256').update(canonicalText(bare)).digest('hex').slice(0, 32);
  return { ...bare, metadata: { ...bare.metadata, resourceVersion } };
}

/** The object as it is hashed and written to files. */
export function withoutResourceVersion<T extends KubernetesObject>(object: T): T {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** JSON with the members of each object in the order of their names; members that are undefined are left out. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`);
  return `{${members.join(',')}}`;
}
