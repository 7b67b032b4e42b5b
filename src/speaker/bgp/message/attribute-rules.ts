import { decodeAsPath } from './as-path.ts';
import type { Treatment } from './attribute-fault.ts';
import { UPDATE_ERROR } from './error-codes.ts';
import { decodeReachable, decodeUnreachable } from './multiprotocol.ts';
import { uint8At, uint16At, uint32At, uint32sOf } from './octets.ts';
import {
  ATTRIBUTE,
  type LargeCommunity,
  OPTIONAL_NON_TRANSITIVE,
  OPTIONAL_TRANSITIVE,
  ORIGINS,
  type PathAttribute,
  WELL_KNOWN,
} from './path-attribute.ts';
import type { UpdateContext } from './update.ts';

/** How an attribute is checked. Absent members: the length is free, nothing is refused, the value stays raw. */
export interface AttributeRule {
  /** The Optional and Transitive bits that it must have. */
  readonly flags: number;
  /** What a malformed one leads to. */
  readonly malformed: Treatment;
  /** Lengths that it may have; RFC 7606 section 4: zero only where that is said here. */
  readonly fits: (length: number, context: UpdateContext) => boolean;
  /** Discarded whatever it holds, from such a peer. */
  readonly unwanted?: (context: UpdateContext) => boolean;
  /** Subcode for a value that cannot be. */
  readonly subcode?: number;
  /** Undefined for a value that cannot be. */
  readonly decode?: (value: Uint8Array, context: UpdateContext) => PathAttribute | undefined;
}

const exactly = (expected: number) => (length: number) => length === expected;
const atLeast = (least: number) => (length: number) => length >= least;
const multipleOf = (unit: number) => (length: number) => length > 0 && length % unit === 0;
const fromExternal = ({ internal }: UpdateContext) => !internal;
const asWidth = ({ fourOctetAs }: UpdateContext) => (fourOctetAs ? 4 : 2);

/** RFC 6793 section 6: between speakers with 4-octet AS numbers these are discarded. */
const betweenNewSpeakers = ({ fourOctetAs }: UpdateContext) => fourOctetAs;

/** RFC 7606 section 7 as data, in the order of the registry. Codes that are not here are no business of ours. */
export const ATTRIBUTE_RULES: Readonly<Record<number, AttributeRule>> = {
  [ATTRIBUTE.ORIGIN]: {
    flags: WELL_KNOWN,
    malformed: 'TreatAsWithdraw',
    fits: exactly(1),
    subcode: UPDATE_ERROR.invalidOriginAttribute,
    decode: (value) => {
      const origin = ORIGINS[uint8At(value, 0)];
      return origin && { name: 'ORIGIN', origin };
    },
  },
  [ATTRIBUTE.AS_PATH]: {
    flags: WELL_KNOWN,
    malformed: 'TreatAsWithdraw',
    fits: () => true,
    subcode: UPDATE_ERROR.malformedAsPath,
    decode: (value, context) => {
      const segments = decodeAsPath(value, asWidth(context));
      return segments && { name: 'AS_PATH', segments };
    },
  },
  [ATTRIBUTE.NEXT_HOP]: {
    flags: WELL_KNOWN,
    malformed: 'TreatAsWithdraw',
    fits: exactly(4),
    subcode: UPDATE_ERROR.invalidNextHopAttribute,
    decode: (value) => {
      const address = uint32At(value, 0);
      return isHostAddress(address) ? { name: 'NEXT_HOP', address } : undefined;
    },
  },
  [ATTRIBUTE.MULTI_EXIT_DISC]: {
    flags: OPTIONAL_NON_TRANSITIVE,
    malformed: 'TreatAsWithdraw',
    fits: exactly(4),
    decode: (value) => ({ name: 'MULTI_EXIT_DISC', metric: uint32At(value, 0) }),
  },
  [ATTRIBUTE.LOCAL_PREF]: {
    flags: WELL_KNOWN,
    malformed: 'TreatAsWithdraw',
    fits: exactly(4),
    unwanted: fromExternal,
    decode: (value) => ({ name: 'LOCAL_PREF', preference: uint32At(value, 0) }),
  },
  [ATTRIBUTE.ATOMIC_AGGREGATE]: { flags: WELL_KNOWN, malformed: 'AttributeDiscard', fits: exactly(0) },
  [ATTRIBUTE.AGGREGATOR]: {
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'AttributeDiscard',
    fits: (length, context) => length === asWidth(context) + 4,
    subcode: UPDATE_ERROR.optionalAttributeError,
    decode: (value, context) => {
      // RFC 7607 section 2: AS 0 makes it malformed.
      const asNumber = context.fourOctetAs ? uint32At(value, 0) : uint16At(value, 0);
      const kept = { flags: OPTIONAL_TRANSITIVE, code: ATTRIBUTE.AGGREGATOR, value: value.slice() };
      return asNumber === 0 ? undefined : { name: 'raw', ...kept };
    },
  },
  [ATTRIBUTE.COMMUNITIES]: {
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'TreatAsWithdraw',
    fits: multipleOf(4),
    decode: (value) => ({ name: 'COMMUNITIES', communities: uint32sOf(value) }),
  },
  [ATTRIBUTE.ORIGINATOR_ID]: {
    flags: OPTIONAL_NON_TRANSITIVE,
    malformed: 'TreatAsWithdraw',
    fits: exactly(4),
    unwanted: fromExternal,
  },
  [ATTRIBUTE.CLUSTER_LIST]: {
    flags: OPTIONAL_NON_TRANSITIVE,
    malformed: 'TreatAsWithdraw',
    fits: multipleOf(4),
    unwanted: fromExternal,
  },
  [ATTRIBUTE.MP_REACH_NLRI]: {
    flags: OPTIONAL_NON_TRANSITIVE,
    malformed: 'SessionReset',
    fits: atLeast(5),
    subcode: UPDATE_ERROR.optionalAttributeError,
    decode: decodeReachable,
  },
  [ATTRIBUTE.MP_UNREACH_NLRI]: {
    flags: OPTIONAL_NON_TRANSITIVE,
    malformed: 'SessionReset',
    fits: atLeast(3),
    subcode: UPDATE_ERROR.optionalAttributeError,
    decode: decodeUnreachable,
  },
  [ATTRIBUTE.EXTENDED_COMMUNITIES]: { flags: OPTIONAL_TRANSITIVE, malformed: 'TreatAsWithdraw', fits: multipleOf(8) },
  [ATTRIBUTE.AS4_PATH]: {
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'AttributeDiscard',
    fits: atLeast(6),
    unwanted: betweenNewSpeakers,
    subcode: UPDATE_ERROR.optionalAttributeError,
    decode: (value) => {
      const kept = { flags: OPTIONAL_TRANSITIVE, code: ATTRIBUTE.AS4_PATH, value: value.slice() };
      return decodeAsPath(value, 4) === undefined ? undefined : { name: 'raw', ...kept };
    },
  },
  [ATTRIBUTE.AS4_AGGREGATOR]: {
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'AttributeDiscard',
    fits: exactly(8),
    unwanted: betweenNewSpeakers,
  },
  [ATTRIBUTE.IPV6_EXTENDED_COMMUNITIES]: {
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'TreatAsWithdraw',
    fits: multipleOf(20),
  },
  [ATTRIBUTE.LARGE_COMMUNITY]: {
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'TreatAsWithdraw',
    fits: multipleOf(12),
    decode: (value) => ({ name: 'LARGE_COMMUNITY', communities: largeCommunitiesOf(value) }),
  },
};

/** RFC 4271 section 6.3: a NEXT_HOP is a valid IP host address. */
function isHostAddress(address: number): boolean {
  const MULTICAST = 0xe0000000;
  return address !== 0 && address < MULTICAST;
}

/** RFC 8092 section 3: the receiver removes duplicates silently. */
function largeCommunitiesOf(value: Uint8Array): readonly LargeCommunity[] {
  const unique = new Map<string, LargeCommunity>();
  for (let offset = 0; offset < value.byteLength; offset += 12) {
    const community: LargeCommunity = [
      uint32At(value, offset),
      uint32At(value, offset + 4),
      uint32At(value, offset + 8),
    ];
    unique.set(community.join(':'), community);
  }
  return [...unique.values()];
}
