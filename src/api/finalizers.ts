/**
 * Holds a deleted `IPAddressPool` back while Services hold addresses of it, as `kubernetes.io/pvc-protection` does a
 * volume in use (meta/v1 `ObjectMeta.finalizers`). The controller sets it before the first address of a pool is
 * published and takes it away after the last has been given back.
 */
export const ADDRESSES_HELD = 'berth.dev/addresses-held';

interface Finalized {
  readonly metadata: { readonly finalizers?: readonly string[] | undefined };
}

/** Whether the pool has {@link ADDRESSES_HELD}. */
export function isHeldBack({ metadata }: Finalized): boolean {
  return metadata.finalizers?.includes(ADDRESSES_HELD) ?? false;
}

/** The finalizers of the pool with {@link ADDRESSES_HELD}, or without it; those of others stay, in their order. */
export function finalizersWith({ metadata }: Finalized, held: boolean): readonly string[] {
  const others = (metadata.finalizers ?? []).filter((name) => name !== ADDRESSES_HELD);
  return held ? [...others, ADDRESSES_HELD] : others;
}
