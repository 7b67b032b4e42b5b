import type { Random } from '../../sim/random.ts';
import { join, uint16 } from '../../speaker/bgp/octets.ts';
import { ATTRIBUTE_FAULTS, fault, not, type Shape } from './attribute-faults.ts';
import type { Fault } from './fault.ts';
import { attribute, octets, type UpdateFields, update, withOctet } from './octets.ts';
import { anyNlri, anyOctets, anyUpdate, reachable, unreachable, validAttributes } from './valid.ts';

const HEADER_LENGTH = 19;
const reset = (subcode: number, source: string): Shape => ({ source, treatment: { reset: [3, subcode] } });

/** The fields of an UPDATE whose NLRI is in MP_REACH_NLRI. */
function multiprotocol(first: Uint8Array, random: Random): UpdateFields {
  const { ORIGIN, AS_PATH } = validAttributes(random, { isInternal: false });
  return { withdrawn: octets(), attributes: [first, ORIGIN, AS_PATH], nlri: octets() };
}

/** A prefix that no address of so many bits has, or one that is cut short. */
function brokenNlri(bits: 32 | 128, random: Random): Uint8Array {
  const good = anyNlri(bits, random.whole(0, 3), random);
  const long = random.whole(bits + 1, 255);
  const tooLong = join(octets(long), anyOctets(Math.ceil(long / 8), random));
  const cut = join(octets(24), anyOctets(random.whole(0, 2), random));
  return join(good, random.pick([tooLong, cut]));
}

/** A malformed MP_REACH_NLRI or MP_UNREACH_NLRI, which is the Data of the answer. */
const multiprotocolFault = (name: string, source: string, make: (random: Random) => Uint8Array): Fault =>
  fault(name, reset(9, `${source}, RFC 4760 section 7`), (random) => {
    const broken = make(random);
    return { message: update(multiprotocol(broken, random)), data: broken };
  });

const RESET: readonly Fault[] = [
  fault('a Withdrawn Routes Length that is too large', reset(1, 'RFC 7606 section 3 b'), (random) => {
    const message = update(anyUpdate(1, random));
    const most = message.length - HEADER_LENGTH - 4;
    const length = uint16(random.whole(most + 1, 65_535));
    return { message: withOctet(withOctet(message, 19, length[0] ?? 0), 20, length[1] ?? 0) };
  }),
  fault('a Total Attribute Length that is too large', reset(1, 'RFC 7606 section 3 b'), (random) => {
    const fields = { ...anyUpdate(1, random), withdrawn: octets() };
    const message = update(fields);
    const length = uint16(random.whole(message.length - HEADER_LENGTH - 4 + 1, 65_535));
    return { message: withOctet(withOctet(message, 21, length[0] ?? 0), 22, length[1] ?? 0) };
  }),
  fault('a well-known attribute that is not known', reset(2, 'RFC 4271 section 6.3'), (random) => {
    const fields = anyUpdate(1, random);
    const unknown = attribute(random.pick([0x00, 0x40]), random.whole(100, 200), anyOctets(3, random));
    const attributes = random.shuffle([...fields.attributes.filter((each) => (each[0] ?? 0) < 0xe0), unknown]);
    return { message: update({ ...fields, attributes }), data: unknown };
  }),
  ...(['MP_REACH_NLRI', 'MP_UNREACH_NLRI'] as const).map((name) =>
    fault(`${name} twice`, reset(1, 'RFC 7606 section 3 g'), (random) => {
      const make = name === 'MP_REACH_NLRI' ? reachable : unreachable;
      const [first, second] = [make(anyNlri(128, 1, random)), make(anyNlri(128, 1, random))];
      const fields = multiprotocol(first, random);
      return { message: update({ ...fields, attributes: random.shuffle([...fields.attributes, second]) }) };
    }),
  ),
  multiprotocolFault('MP_REACH_NLRI with a next hop of another length', 'RFC 7606 section 7.11', (random) => {
    const length = random.pick([...Array(40).keys()].filter((each) => each !== 16 && each !== 32));
    return reachable(anyNlri(128, 1, random), anyOctets(length, random));
  }),
  multiprotocolFault('MP_REACH_NLRI with a prefix that cannot be', 'RFC 7606 section 5.3', (random) => {
    return reachable(brokenNlri(128, random));
  }),
  multiprotocolFault('MP_UNREACH_NLRI with a prefix that cannot be', 'RFC 7606 section 5.3', (random) => {
    return unreachable(brokenNlri(128, random));
  }),
  multiprotocolFault('MP_REACH_NLRI with wrong flags', 'RFC 7606 section 5.3', (random) => {
    return withOctet(reachable(anyNlri(128, 1, random)), 0, random.pick([0x00, 0x40, 0xc0]));
  }),
  multiprotocolFault('MP_UNREACH_NLRI with wrong flags', 'RFC 7606 section 5.3', (random) => {
    return withOctet(unreachable(anyNlri(128, 1, random)), 0, random.pick([0x00, 0x40, 0xc0]));
  }),
  multiprotocolFault('MP_REACH_NLRI of less than 5 octets', 'RFC 7606 section 5.3', (random) => {
    return attribute(0x80, 14, octets(0, 2, 1, 0).subarray(0, random.whole(0, 4)));
  }),
  multiprotocolFault('MP_UNREACH_NLRI of less than 3 octets', 'RFC 7606 section 5.3', (random) => {
    return attribute(0x80, 15, octets(0, 2, 1).subarray(0, random.whole(0, 2)));
  }),
  fault('NLRI with a prefix that cannot be', reset(10, 'RFC 7606 section 5.3'), (random) => ({
    message: update({ ...anyUpdate(1, random), nlri: brokenNlri(32, random) }),
  })),
  fault('Withdrawn Routes with a prefix that cannot be', reset(10, 'RFC 7606 sections 3 i and 5.3'), (random) => ({
    message: update({ ...anyUpdate(1, random), withdrawn: brokenNlri(32, random) }),
  })),
  fault('a malformed ORIGIN and no NLRI', reset(6, 'RFC 7606 section 5.2, RFC 4271 section 6.3'), (random) => {
    const broken = attribute(0x40, 1, octets(random.whole(3, 255)));
    const { AS_PATH } = validAttributes(random, { isInternal: false });
    const fields = { withdrawn: anyNlri(32, 1, random), nlri: octets() };
    return { message: update({ ...fields, attributes: random.shuffle([AS_PATH, broken]) }), data: broken };
  }),
  fault(
    'a NEXT_HOP of another length and no NLRI',
    reset(5, 'RFC 7606 section 5.2, RFC 4271 section 6.3'),
    (random) => {
      const broken = attribute(0x40, 3, anyOctets(not(4)(random), random));
      return { message: update({ withdrawn: octets(), nlri: octets(), attributes: [broken] }), data: broken };
    },
  ),
  fault('two faults of which one resets', reset(9, 'RFC 7606 section 3 h'), (random) => {
    const broken = reachable(brokenNlri(128, random));
    const origin = attribute(0x40, 1, octets(9));
    const { AS_PATH } = validAttributes(random, { isInternal: false });
    const attributes = random.shuffle([broken, origin, AS_PATH]);
    return { message: update({ withdrawn: octets(), nlri: octets(), attributes }), data: broken };
  }),
];

const ACCEPTED: readonly Fault[] = [
  ...[false, true].map((isInternal) =>
    fault(
      `a valid UPDATE from an ${isInternal ? 'internal' : 'external'} peer`,
      { source: 'RFC 4271 section 4.3', treatment: 'accepted', isInternal },
      (random) => {
        const announces = random.whole(1, 8);
        return { message: update(anyUpdate(announces, random, isInternal)), announces };
      },
    ),
  ),
  fault('IPv6 routes', { source: 'RFC 4760 section 3', treatment: 'accepted' }, (random) => {
    const announces = random.whole(1, 8);
    return { message: update(multiprotocol(reachable(anyNlri(128, announces, random)), random)), announces };
  }),
  fault('an End-of-RIB', { source: 'RFC 4724 section 2', treatment: 'accepted' }, (random) => {
    const attributes = random.pick([[], [unreachable(octets())]]);
    return { message: update({ withdrawn: octets(), attributes, nlri: octets() }), announces: 0 };
  }),
  fault(
    'routes of a family that was not negotiated',
    { source: 'RFC 4760 section 7', treatment: 'accepted' },
    (random) => {
      const { ORIGIN, AS_PATH } = validAttributes(random, { isInternal: false });
      const value = join(octets(0, random.whole(3, 200), 1, 4), anyOctets(4, random), octets(0), anyOctets(9, random));
      const attributes = [attribute(0x80, 14, value), ORIGIN, AS_PATH];
      return { message: update({ withdrawn: octets(), attributes, nlri: octets() }), announces: 0 };
    },
  ),
];

/** Whatever may be wrong with an UPDATE. */
export const UPDATE_FAULTS: readonly Fault[] = [...ATTRIBUTE_FAULTS, ...RESET, ...ACCEPTED];
