/** Reads a MAC address as a 48-bit integer. */
export function readMac(view: DataView, offset: number): number {
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}

/** Writes a MAC address. */
export function writeMac(view: DataView, offset: number, mac: number): void {
  view.setUint16(offset, Math.floor(mac / 2 ** 32));
  view.setUint32(offset + 2, mac % 2 ** 32);
}

/** Reads an IPv6 address as a 128-bit integer. */
export function readAddress(view: DataView, offset: number): bigint {
  return (view.getBigUint64(offset) << 64n) | view.getBigUint64(offset + 8);
}

/** Writes an IPv6 address. */
export function writeAddress(view: DataView, offset: number, address: bigint): void {
  view.setBigUint64(offset, address >> 64n);
  view.setBigUint64(offset + 8, BigInt.asUintN(64, address));
}
