import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../api/object.ts';
import { StoreError } from '../store.ts';

type Members = Readonly<Record<string, unknown>>;
type Applied = KubernetesObject & {
  readonly metadata: { readonly managedFields?: readonly Members[] };
  readonly status?: Members;
};

/**
 * What server-side apply makes of an object's status, by whole members of it. Who applied what is kept in
 * `metadata.managedFields`, as an API server does.
 *
 * @throws StoreError `Conflict` where a member is there already that this manager has not applied
 */
export function applyStatus(object: KubernetesObject, status: Members, manager: string, name: string): Applied {
  const { managedFields = [] } = (object as Applied).metadata;
  const before = (object as Applied).status ?? {};
  const owned = new Set(managedFields.flatMap((entry) => (entry.manager === manager ? membersOf(entry) : [])));
  for (const [member, value] of Object.entries(status)) {
    if (owned.has(member) || before[member] === undefined || isDeepStrictEqual(before[member], value)) continue;
    throw new StoreError('Conflict', `${name}: status.${member} has been set by somebody else`);
  }
  const fields = Object.fromEntries(Object.keys(status).map((member) => [`f:${member}`, {}]));
  const entry = { manager, operation: 'Apply', subresource: 'status', fieldsV1: { 'f:status': fields } };
  const others = managedFields.filter((other) => other.manager !== manager);
  const shared = new Set(others.flatMap(membersOf));
  const kept = Object.entries(before).filter(([member]) => !owned.has(member) || shared.has(member));
  return {
    ...object,
    metadata: { ...object.metadata, managedFields: Object.keys(status).length > 0 ? [...others, entry] : others },
    status: { ...Object.fromEntries(kept), ...status },
  };
}

/** The object, as nobody's where its status is about to be something else: who patches it has it from then on. */
export function withoutManagers(object: KubernetesObject, statusAfter: unknown): KubernetesObject {
  const { managedFields, ...metadata } = (object as Applied).metadata;
  if (managedFields === undefined || isDeepStrictEqual((object as Applied).status, statusAfter)) return object;
  return { ...object, metadata };
}

function membersOf({ fieldsV1 }: Members): readonly string[] {
  const status = (fieldsV1 as { readonly 'f:status'?: object } | undefined)?.['f:status'] ?? {};
  return Object.keys(status).map((member) => member.replace(/^f:/, ''));
}
