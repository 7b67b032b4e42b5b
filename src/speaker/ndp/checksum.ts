/** Offsets in the IPv6 header. */
const PAYLOAD_LENGTH = 4;
const ADDRESSES = 8;
const HEADER = 40;

/** IPv6 Next Header number of ICMPv6. */
const ICMPV6 = 58;

/**
 * The checksum of the ICMPv6 message in an IPv6 packet (RFC 4443 section 2.3, RFC 8200 section 8.1). A message whose
 * checksum field is filled in correctly gives 0.
 *
 * @param ip where the IPv6 header begins; its payload length must lie within the view
 * @param message where the message begins, where extension headers come before it
 */
export function checksumOf(view: DataView, ip: number, message = ip + HEADER): number {
  const end = ip + HEADER + view.getUint16(ip + PAYLOAD_LENGTH);
  const length = end - message;
  let sum = length + ICMPV6;
  for (let offset = ip + ADDRESSES; offset < ip + HEADER; offset += 2) sum += view.getUint16(offset);
  for (let offset = message; offset + 1 < end; offset += 2) sum += view.getUint16(offset);
  if (length % 2 === 1) sum += view.getUint8(end - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
