import type { Random } from '../../sim/random.ts';
import { join } from '../../speaker/bgp/octets.ts';
import type { Fault, Made, Treatment } from './fault.ts';
import { attribute, octets, uint32, update } from './octets.ts';
import { anyOctets, anyUpdate, validAttributes } from './valid.ts';

/** Codes of attributes (IANA "BGP Path Attributes"). */
const CODE = {
  ORIGIN: 1,
  AS_PATH: 2,
  NEXT_HOP: 3,
  MULTI_EXIT_DISC: 4,
  LOCAL_PREF: 5,
  ATOMIC_AGGREGATE: 6,
  AGGREGATOR: 7,
  COMMUNITIES: 8,
  ORIGINATOR_ID: 9,
  CLUSTER_LIST: 10,
  EXTENDED_COMMUNITIES: 16,
  IPV6_EXTENDED_COMMUNITIES: 25,
  AS4_PATH: 17,
  AS4_AGGREGATOR: 18,
  LARGE_COMMUNITY: 32,
} as const;

/** The flags that each is to have: Optional 0x80, Transitive 0x40. */
const FLAGS: Readonly<Record<keyof typeof CODE, number>> = {
  ORIGIN: 0x40,
  AS_PATH: 0x40,
  NEXT_HOP: 0x40,
  MULTI_EXIT_DISC: 0x80,
  LOCAL_PREF: 0x40,
  ATOMIC_AGGREGATE: 0x40,
  AGGREGATOR: 0xc0,
  COMMUNITIES: 0xc0,
  ORIGINATOR_ID: 0x80,
  CLUSTER_LIST: 0x80,
  EXTENDED_COMMUNITIES: 0xc0,
  IPV6_EXTENDED_COMMUNITIES: 0xc0,
  AS4_PATH: 0xc0,
  AS4_AGGREGATOR: 0xc0,
  LARGE_COMMUNITY: 0xc0,
};
type Name = keyof typeof CODE;

/** What all of a kind have in common. */
export interface Shape {
  readonly source: string;
  readonly treatment: Treatment;
  readonly isInternal?: boolean;
}

/** A fault of an UPDATE. */
export const fault = (name: string, { source, treatment, isInternal = false }: Shape, make: Fault['make']): Fault => {
  return { name, source, stages: ['Established'], isInternal, treatment, make };
};

/** An UPDATE that announces routes, with this instead of the valid attribute of that name. */
function instead(name: Name, replacement: Uint8Array, random: Random, isInternal = false): Made {
  const fields = anyUpdate(random.whole(1, 4), random, isInternal);
  const others = fields.attributes.filter((each) => each[1] !== CODE[name]);
  return { message: update({ ...fields, attributes: random.shuffle([...others, replacement]) }) };
}

/** An attribute of a length that it cannot have. */
function ofLength(name: Name, shape: Shape, lengths: (random: Random) => number): Fault {
  return fault(`${name} of another length`, shape, (random) => {
    const replacement = attribute(FLAGS[name], CODE[name], anyOctets(lengths(random), random));
    return instead(name, replacement, random, shape.isInternal);
  });
}

/** An attribute whose Optional or Transitive bit is the wrong one, or both. */
function wrongFlags(name: keyof typeof VALUE, shape: Shape): Fault {
  return fault(`${name} with wrong flags`, shape, (random) => {
    const flags = FLAGS[name] ^ random.pick([0x80, 0x40, 0xc0]);
    return instead(name, attribute(flags, CODE[name], VALUE[name]), random);
  });
}

/** A value that each may have. */
const VALUE = {
  ORIGIN: octets(0),
  AS_PATH: join(octets(2, 1), uint32(64_513)),
  NEXT_HOP: octets(192, 0, 2, 1),
  MULTI_EXIT_DISC: uint32(7),
  ATOMIC_AGGREGATE: octets(),
  AGGREGATOR: join(uint32(64_513), octets(192, 0, 2, 1)),
  COMMUNITIES: uint32(7),
  EXTENDED_COMMUNITIES: join(uint32(7), uint32(7)),
  LARGE_COMMUNITY: join(uint32(1), uint32(2), uint32(3)),
} as const;

/** One of the lengths up to 40 that are not this. */
export const not = (length: number) => (random: Random) =>
  random.pick([...Array(40).keys()].filter((each) => each !== length));
/** Zero, or no multiple of this. */
const noMultiple = (unit: number) => (random: Random) => {
  return random.pick([...Array(80).keys()].filter((each) => each === 0 || each % unit !== 0));
};

const withdraw = (section: string, isInternal = false): Shape => {
  return { source: `RFC 7606 section ${section}`, treatment: 'treat-as-withdraw', isInternal };
};
const discard = (name: Name, source: string, isInternal = false): Shape => {
  return { source, treatment: { discard: CODE[name] }, isInternal };
};

const WITHDRAWN: readonly Fault[] = [
  ...(['ORIGIN', 'AS_PATH', 'NEXT_HOP', 'MULTI_EXIT_DISC'] as const).map((name) => wrongFlags(name, withdraw('3 c'))),
  ...(['COMMUNITIES', 'EXTENDED_COMMUNITIES', 'LARGE_COMMUNITY'] as const).map((name) => {
    return wrongFlags(name, withdraw('3 c'));
  }),
  ...(['ORIGIN', 'AS_PATH', 'NEXT_HOP'] as const).map((name) =>
    fault(`${name} missing`, withdraw('3 d'), (random) => {
      const fields = anyUpdate(random.whole(1, 4), random);
      const attributes = fields.attributes.filter((each) => each[1] !== CODE[name]);
      return { message: update({ ...fields, attributes }) };
    }),
  ),
  ofLength('ORIGIN', withdraw('7.1'), not(1)),
  fault('ORIGIN of an undefined value', withdraw('7.1'), (random) => {
    return instead('ORIGIN', attribute(0x40, 1, octets(random.whole(3, 255))), random);
  }),
  ...(
    [
      ['a segment of a type that is not known', (random) => join(octets(random.pick([0, 5, 255]), 1), uint32(7))],
      ['a segment that overruns', (random) => join(octets(2, random.whole(2, 255)), uint32(7))],
      [
        'a segment of which a single octet is there',
        (random) => join(octets(2, 1), uint32(7), octets(random.whole(1, 2))),
      ],
      ['an empty segment', (random) => octets(random.whole(1, 2), 0)],
    ] as readonly [string, (random: Random) => Uint8Array][]
  ).map(([what, value]) =>
    fault(`AS_PATH with ${what}`, withdraw('7.2'), (random) => {
      return instead('AS_PATH', attribute(0x40, 2, value(random)), random);
    }),
  ),
  fault('AS_PATH with AS 0', { ...withdraw(''), source: 'RFC 7607 section 2' }, (random) => {
    return instead('AS_PATH', attribute(0x40, 2, join(octets(2, 2), uint32(64_513), uint32(0))), random);
  }),
  ofLength('NEXT_HOP', withdraw('7.3'), not(4)),
  ofLength('MULTI_EXIT_DISC', withdraw('7.4'), not(4)),
  ofLength('LOCAL_PREF', withdraw('7.5', true), not(4)),
  ofLength('COMMUNITIES', withdraw('7.8'), noMultiple(4)),
  ofLength('ORIGINATOR_ID', withdraw('7.9', true), not(4)),
  ofLength('CLUSTER_LIST', withdraw('7.10', true), noMultiple(4)),
  ofLength('EXTENDED_COMMUNITIES', withdraw('7.14'), noMultiple(8)),
  ofLength('IPV6_EXTENDED_COMMUNITIES', withdraw('7.15'), noMultiple(20)),
  ofLength('LARGE_COMMUNITY', { ...withdraw(''), source: 'RFC 8092 section 6' }, noMultiple(12)),
  fault('a last attribute that overruns Total Attribute Length', withdraw('4'), (random) => {
    const fields = anyUpdate(random.whole(1, 4), random);
    const cut = octets(0xc0, CODE.COMMUNITIES, random.whole(5, 255), 0, 1, 0, 2);
    return { message: update({ ...fields, attributes: [...fields.attributes, cut] }) };
  }),
  fault('octets behind the last attribute that are too few for another', withdraw('4'), (random) => {
    const fields = anyUpdate(random.whole(1, 4), random);
    const rest = random.pick([octets(0xc0), octets(0xc0, 99), octets(0xd0, 99, 0)]);
    return { message: update({ ...fields, attributes: [...fields.attributes, rest] }) };
  }),
];

/** From an internal peer ORIGINATOR_ID, CLUSTER_LIST and LOCAL_PREF mean something; from an external one nothing. */
const fromOutside = (name: Name, section: string): Fault =>
  fault(`${name} from an external peer`, discard(name, `RFC 7606 section ${section}`), (random) => {
    return instead(name, attribute(FLAGS[name], CODE[name], anyOctets(random.whole(0, 12), random)), random);
  });

const DISCARDED: readonly Fault[] = [
  fromOutside('LOCAL_PREF', '7.5'),
  fromOutside('ORIGINATOR_ID', '7.9'),
  fromOutside('CLUSTER_LIST', '7.10'),
  ofLength('ATOMIC_AGGREGATE', discard('ATOMIC_AGGREGATE', 'RFC 7606 section 7.6'), not(0)),
  wrongFlags('ATOMIC_AGGREGATE', discard('ATOMIC_AGGREGATE', 'RFC 7606 section 3 f')),
  ofLength('AGGREGATOR', discard('AGGREGATOR', 'RFC 7606 section 7.7'), not(8)),
  wrongFlags('AGGREGATOR', discard('AGGREGATOR', 'RFC 7606 section 3 f')),
  fault('AGGREGATOR with AS 0', discard('AGGREGATOR', 'RFC 7607 section 2'), (random) => {
    return instead('AGGREGATOR', attribute(0xc0, 7, join(uint32(0), octets(192, 0, 2, 1))), random);
  }),
  fault('AS4_PATH between speakers of 4 octets', discard('AS4_PATH', 'RFC 6793 section 6'), (random) => {
    return instead('AS4_PATH', attribute(0xc0, 17, VALUE.AS_PATH), random);
  }),
  fault('AS4_AGGREGATOR between speakers of 4 octets', discard('AS4_AGGREGATOR', 'RFC 6793 section 6'), (random) => {
    return instead('AS4_AGGREGATOR', attribute(0xc0, 18, VALUE.AGGREGATOR), random);
  }),
  ...(['ORIGIN', 'AS_PATH', 'NEXT_HOP', 'COMMUNITIES'] as const).map((name) =>
    fault(`${name} twice`, discard(name, 'RFC 7606 section 3 g'), (random) => {
      const fields = anyUpdate(random.whole(1, 4), random);
      const first = validAttributes(random, { isInternal: false })[name];
      const others = fields.attributes.filter((each) => each[1] !== CODE[name]);
      // The second one does not count, whatever it is.
      const second = attribute(FLAGS[name], CODE[name], anyOctets(random.whole(0, 9), random));
      return { message: update({ ...fields, attributes: [first, ...random.shuffle([...others, second])] }) };
    }),
  ),
];

/** Whatever may be wrong with an attribute and is no reason to end the session. */
export const ATTRIBUTE_FAULTS: readonly Fault[] = [...WITHDRAWN, ...DISCARDED];
