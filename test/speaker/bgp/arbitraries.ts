import fc from 'fast-check';
import type { IPFamily } from '../../../src/ip/family.ts';
import type { Prefix } from '../../../src/ip/prefix.ts';
import { rangeOfPrefix } from '../../../src/ip/range.ts';
import type { Capability } from '../../../src/speaker/bgp/message/capability.ts';
import type { Message } from '../../../src/speaker/bgp/message/message.ts';
import { encodeNlri } from '../../../src/speaker/bgp/message/nlri.ts';
import { OctetWriter } from '../../../src/speaker/bgp/message/octet-writer.ts';
import type { PathAttribute } from '../../../src/speaker/bgp/message/path-attribute.ts';
import { anyIPv4, anyIPv6 } from '../../ip/arbitraries.ts';

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
export const uint32 = fc.nat(0xffff_ffff);
const asNumber = fc.integer({ min: 1, max: 0xffff_ffff });
const octets = (maxLength: number) => fc.uint8Array({ maxLength });
const unicast = fc.constantFrom({ afi: 1, safi: 1 }, { afi: 2, safi: 1 });

/** A prefix without host bits. */
export function anyPrefix(family: IPFamily): fc.Arbitrary<Prefix> {
  const bits = family === 'IPv4' ? 32 : 128;
  const address = family === 'IPv4' ? anyIPv4 : anyIPv6;
  return fc.tuple(address, fc.integer({ min: 0, max: bits })).map(([value, length]) => {
    const { first } = rangeOfPrefix({ address: value, length });
    return { address: { family, value: first } as Prefix['address'], length };
  });
}

/** A field of NLRI. */
export function anyNlri(family: IPFamily, minLength = 0): fc.Arbitrary<Uint8Array> {
  return fc.array(anyPrefix(family), { minLength, maxLength: 8 }).map((prefixes) => {
    const writer = new OctetWriter();
    for (const prefix of prefixes) encodeNlri(writer, prefix);
    return writer.finish().slice();
  });
}

export const anyCapability: fc.Arbitrary<Capability> = fc.oneof(
  fc.record({ capability: fc.constant('Multiprotocol' as const), afi: uint16, safi: uint8 }),
  fc.constant({ capability: 'RouteRefresh' } as const),
  fc.record({
    capability: fc.constant('ExtendedNextHop' as const),
    encodings: fc.array(fc.record({ afi: uint16, safi: uint16, nextHopAfi: uint16 }), { maxLength: 4 }),
  }),
  fc.constant({ capability: 'ExtendedMessage' } as const),
  fc.record({
    capability: fc.constant('GracefulRestart' as const),
    restarted: fc.boolean(),
    notification: fc.boolean(),
    restartTime: fc.nat(4095),
    families: fc.array(fc.record({ afi: uint16, safi: uint8, forwarding: fc.boolean() }), { maxLength: 4 }),
  }),
  fc.record({ capability: fc.constant('FourOctetAsNumber' as const), asNumber: uint32 }),
  fc.constant({ capability: 'EnhancedRouteRefresh' } as const),
  fc.record({
    capability: fc.constant('Unknown' as const),
    code: fc.constantFrom(0, 3, 9, 66, 69, 71, 73, 255),
    value: octets(40),
  }),
);

export const anyAsPath = fc.array(
  fc.record({
    type: fc.constantFrom('AS_SEQUENCE' as const, 'AS_SET' as const, 'AS_CONFED_SEQUENCE' as const),
    asNumbers: fc.array(asNumber, { minLength: 1, maxLength: 6 }),
  }),
  { maxLength: 3 },
);

/** Attributes as a well-behaved external peer with 4-octet AS numbers sends them, each at most once. */
export const anyAttributes: fc.Arbitrary<readonly PathAttribute[]> = fc
  .record({
    origin: fc.constantFrom('IGP' as const, 'EGP' as const, 'INCOMPLETE' as const),
    segments: anyAsPath,
    address: fc.integer({ min: 1, max: 0xdfff_ffff }),
    metric: fc.option(uint32),
    communities: fc.option(fc.array(uint32, { minLength: 1, maxLength: 80 })),
    large: fc.option(
      fc.uniqueArray(fc.tuple(uint32, uint32, uint32), {
        minLength: 1,
        maxLength: 5,
        selector: (each) => each.join(':'),
      }),
    ),
    unknown: fc.option(octets(300)),
    reachable: fc.option(
      fc.record({ nextHop: fc.uint8Array({ minLength: 16, maxLength: 16 }), nlri: anyNlri('IPv6') }),
    ),
    unreachable: fc.option(fc.tuple(unicast, anyNlri('IPv4')).filter(([{ afi }]) => afi === 1)),
  })
  .map((of) => [
    ...(of.reachable ? [{ name: 'MP_REACH_NLRI' as const, afi: 2, safi: 1, ...of.reachable }] : []),
    ...(of.unreachable ? [{ name: 'MP_UNREACH_NLRI' as const, ...of.unreachable[0], nlri: of.unreachable[1] }] : []),
    { name: 'ORIGIN', origin: of.origin },
    { name: 'AS_PATH', segments: of.segments },
    { name: 'NEXT_HOP', address: of.address },
    ...(of.metric === null ? [] : [{ name: 'MULTI_EXIT_DISC' as const, metric: of.metric }]),
    ...(of.communities ? [{ name: 'COMMUNITIES' as const, communities: of.communities }] : []),
    ...(of.large ? [{ name: 'LARGE_COMMUNITY' as const, communities: of.large }] : []),
    ...(of.unknown ? [{ name: 'raw' as const, flags: 0xe0, code: 99, value: of.unknown }] : []),
  ]);

/** Any message that a well-behaved peer sends. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant('OPEN' as const),
    asNumber: uint16,
    holdTime: uint16,
    bgpIdentifier: uint32,
    capabilities: fc.array(anyCapability, { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant('UPDATE' as const),
    withdrawn: anyNlri('IPv4'),
    attributes: anyAttributes,
    nlri: anyNlri('IPv4', 1),
  }),
  fc.record({ type: fc.constant('NOTIFICATION' as const), code: uint8, subcode: uint8, data: octets(64) }),
  fc.constant({ type: 'KEEPALIVE' } as const),
  fc.record({ type: fc.constant('ROUTE-REFRESH' as const), afi: uint16, safi: uint8, subtype: uint8 }),
);
