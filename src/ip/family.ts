/** An IP family, spelled as Kubernetes spells it in `spec.ipFamilies` (core/v1 `IPFamily`). */
export type IPFamily = 'IPv4' | 'IPv6';

/** Bits in an address of the family: 32 or 128. */
export function bitsOf(family: IPFamily): 32 | 128 {
  return family === 'IPv4' ? 32 : 128;
}
