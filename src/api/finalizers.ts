/**
 * Holds a deleted `IPAddressPool` back while Services hold addresses of it, as `kubernetes.io/pvc-protection` does a
 * volume in use (meta/v1 `ObjectMeta.finalizers`). The controller sets it before the first address of a pool is
 * published and takes it away after the last has been given back.
 */
export const ADDRESSES_HELD = 'berth.dev/addresses-held';

/**
 * Holds a deleted `BFDProfile` back while a BGPPeer names it, and a `Community` while a BGPAdvertisement uses a name that it
 * defines. The controller sets it with the first of these and takes it away with the last.
 */
export const IN_USE = 'berth.dev/in-use';

interface Finalized {
  readonly metadata: { readonly finalizers?: readonly string[] | undefined };
}

/** Whether the object has this finalizer. */
export function hasFinalizer({ metadata }: Finalized, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

/** The finalizers of the object with this one, or without it; those of others stay, in their order. */
export function finalizersWith({ metadata }: Finalized, finalizer: string, wanted: boolean): readonly string[] {
  const others = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
  return wanted ? [...others, finalizer] : others;
}
