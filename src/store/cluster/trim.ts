import { FIELD_MANAGER } from '../../api/owned-status.ts';

/** The annotation in which `kubectl apply` keeps what it applied. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Members = Record<string, unknown>;

/**
 * An object as an API server sent it, without what Berth never reads and what makes up more than half of it: who manages
 * which field, but for what Berth itself applied, the copy that `kubectl apply` keeps of what was applied, and the container
 * images that a Node lists, which are most of it.
 */
export function trimObject(value: unknown): unknown {
  if (!isMembers(value) || !isMembers(value.metadata)) return value;
  const { managedFields, ...metadata } = value.metadata;
  const applied = Array.isArray(managedFields) ? managedFields.filter(isAppliedByBerth) : [];
  if (applied.length > 0) metadata.managedFields = applied;
  if (isMembers(metadata.annotations) && LAST_APPLIED in metadata.annotations) {
    const { [LAST_APPLIED]: _copy, ...annotations } = metadata.annotations;
    if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
    else delete metadata.annotations;
  }
  if (!isMembers(value.status) || !Array.isArray(value.status.images)) return { ...value, metadata };
  const { images: _images, ...status } = value.status;
  return { ...value, metadata, status };
}

function isAppliedByBerth(entry: unknown): boolean {
  return isMembers(entry) && entry.operation === 'Apply' && entry.manager === FIELD_MANAGER;
}

/** Whether a value is a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
