import type { KubernetesObject } from '../api/object.ts';
import { FIELD_MANAGER } from '../api/owned-status.ts';

/** Who has written `status.loadBalancer` and still owns a part of it. */
export interface StatusWriter {
  readonly manager: string;
  /** Whether it is Berth. */
  readonly isOurs: boolean;
}

/** Berth's names as a field manager: what it applies by, and what an API server makes of its `User-Agent`. */
const OURS: ReadonlySet<string> = new Set([FIELD_MANAGER, 'berth']);

/** The writers that `metadata.managedFields` names; none where the object was read without it. */
export function statusWriters(object: KubernetesObject): readonly StatusWriter[] {
  const { managedFields } = object.metadata as { readonly managedFields?: unknown };
  if (!Array.isArray(managedFields)) return [];
  const managers = managedFields.flatMap((entry) =>
    isMembers(entry) && typeof entry.manager === 'string' && ownsAddresses(entry) ? [entry.manager] : [],
  );
  return [...new Set(managers)].sort().map((manager) => ({ manager, isOurs: OURS.has(manager) }));
}

/** An entry counts where it owns the list of addresses or anything in it. */
function ownsAddresses(entry: Members): boolean {
  const fields = isMembers(entry.fieldsV1) ? entry.fieldsV1 : {};
  const status = fields['f:status'];
  const balancer = isMembers(status) ? status['f:loadBalancer'] : undefined;
  return isMembers(balancer) && Object.hasOwn(balancer, 'f:ingress');
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
