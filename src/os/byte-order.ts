import { endianness } from 'node:os';

/** True where the kernel's structures (netlink, sock_filter, sockaddr families) are little-endian: DataView's flag. */
export const HOST_LITTLE_ENDIAN = endianness() === 'LE';

/** A DataView on exactly the bytes of an array. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
