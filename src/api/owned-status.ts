import type { Ingress } from './kubernetes/ingress.ts';

/** Under this name Berth applies status that others may write too (server-side apply). */
export const FIELD_MANAGER = 'berth-controller';

type ManagedFields = NonNullable<Ingress['metadata']['managedFields']>;

/** Whether Berth applied a member of the status, and nobody has set it to something else since. */
export function ownsStatus(managedFields: ManagedFields | undefined, member: string): boolean {
  return (managedFields ?? []).some(({ manager, operation, subresource, fieldsV1 }) => {
    if (manager !== FIELD_MANAGER || operation !== 'Apply' || subresource !== 'status') return false;
    const status = (fieldsV1 as { readonly 'f:status'?: object } | undefined)?.['f:status'];
    return status !== undefined && Object.hasOwn(status, `f:${member}`);
  });
}
