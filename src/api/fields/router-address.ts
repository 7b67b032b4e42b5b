import * as z from 'zod';
import { type Address, parseAddress, parseOrUndefined } from '../../ip/address.ts';

// Parts of a BGPPeer: addresses that name one machine. CEL has the same rules in the same words.
const UNICAST = ' is not the address of one machine: write an IPv4 or IPv6 address such as 192.0.2.1';
const IDENTIFIER = ' is no BGP Identifier: write it as an IPv4 address other than 0.0.0.0';

const quoted = (message: string) => `strings.quote(self) + '${message}'`;

/** A unicast address of either family, link-local ones included, without a zone. */
export const routerAddress = z
  .string()
  .max(45, { abort: true })
  .superRefine((text, context) => {
    const address = readAddress(text);
    if (address === undefined || !isUnicast(address)) context.addIssue(`${JSON.stringify(text)}${UNICAST}`);
  })
  .meta({
    'x-kubernetes-validations': [
      {
        rule: 'isIP(self) && (ip(self).isGlobalUnicast() || ip(self).isLinkLocalUnicast() || ip(self).isLoopback())',
        messageExpression: quoted(UNICAST),
      },
    ],
  });

/** A BGP Identifier: a non-zero 32-bit number, written as an IPv4 address (RFC 6286 section 2.1). */
export const bgpIdentifier = z
  .string()
  .max(15, { abort: true })
  .superRefine((text, context) => {
    const address = readAddress(text);
    if (address?.family !== 'IPv4' || address.value === 0) context.addIssue(`${JSON.stringify(text)}${IDENTIFIER}`);
  })
  .meta({
    'x-kubernetes-validations': [
      {
        rule: 'isIP(self) && ip(self).family() == 4 && !ip(self).isUnspecified()',
        messageExpression: quoted(IDENTIFIER),
      },
    ],
  });

/** Whether the text is an address of fe80::/10 (RFC 4291 section 2.4), which means something on one link alone. */
export function isLinkLocalIPv6(text: string): boolean {
  const address = readAddress(text);
  return address?.family === 'IPv6' && address.value >> 118n === 0x3fan;
}

/** {@link isLinkLocalIPv6} in CEL, of a field that may be anything. */
export function celIsLinkLocalIPv6(field: string): string {
  return `(isIP(${field}) && ip(${field}).family() == 6 && ip(${field}).isLinkLocalUnicast())`;
}

/** The address that the text is, or undefined. */
export function readAddress(text: string): Address | undefined {
  return parseOrUndefined(text, parseAddress);
}

/** As Go's net/netip has it, which the API server asks: 240.0.0.0/4 counts, the limited broadcast does not. */
function isUnicast(address: Address): boolean {
  if (address.family === 'IPv6') return address.value !== 0n && address.value >> 120n !== 0xffn;
  const { value } = address;
  return value !== 0 && value >>> 28 !== 0xe && value !== 0xffffffff;
}
