/** The Ethernet broadcast address, ff:ff:ff:ff:ff:ff. */
export const BROADCAST_MAC = 0xffff_ffff_ffff;

/** The all-zero address: "not known" in the target field of a request (RFC 826), never a station's own. */
export const ZERO_MAC = 0;

const MAC_TEXT = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

/** Whether it is the address of an Ethernet interface: that of an InfiniBand one has 20 octets, that of a tunnel 4 or none. */
export function isMac(text: string): boolean {
  return MAC_TEXT.test(text);
}

/**
 * Parses a MAC address as Linux prints it, such as `02:00:00:00:00:11`. The result is a 48-bit unsigned integer, first
 * octet highest: what frames are compared by.
 *
 * @throws RangeError for anything else.
 */
export function parseMac(text: string): number {
  if (!isMac(text)) {
    throw new RangeError(`"${text}" is not a MAC address: write six octets such as 02:00:00:00:00:11`);
  }
  return Number.parseInt(text.replaceAll(':', ''), 16);
}

/** The address in lower case with colons, as Linux prints it. */
export function formatMac(mac: number): string {
  const digits = mac.toString(16).padStart(12, '0');
  return (digits.match(/../g) ?? []).join(':');
}

/** True for group addresses, broadcast among them: the lowest bit of the first octet (IEEE 802, section 8.2). */
export function isGroupMac(mac: number): boolean {
  return (Math.floor(mac / 2 ** 40) & 1) === 1;
}
