/** The 16-bit integer at an offset that the caller knows to be inside. */
export function uint16At(octets: Uint8Array, offset: number): number {
  return viewOf(octets).getUint16(offset);
}

/** The unsigned 32-bit integer at an offset that the caller knows to be inside. */
export function uint32At(octets: Uint8Array, offset: number): number {
  return viewOf(octets).getUint32(offset);
}

/** The octet at an offset that the caller knows to be inside. */
export function uint8At(octets: Uint8Array, offset: number): number {
  return octets[offset] ?? 0;
}

/** A list of 32-bit integers, one after the other. */
export function uint32sOf(octets: Uint8Array): readonly number[] {
  const view = viewOf(octets);
  return Array.from({ length: octets.byteLength >> 2 }, (_, index) => view.getUint32(index * 4));
}

/** No octets. */
export const NO_OCTETS = new Uint8Array(0);

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
