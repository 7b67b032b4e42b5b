/** Error codes of a NOTIFICATION (RFC 4271 section 4.5; IANA "BGP Error (Notification) Codes"). */
export const ERROR = {
  messageHeader: 1,
  openMessage: 2,
  updateMessage: 3,
  holdTimerExpired: 4,
  finiteStateMachine: 5,
  cease: 6,
  /** RFC 7313 section 5. */
  routeRefreshMessage: 7,
  /** RFC 9687 section 5. */
  sendHoldTimerExpired: 8,
} as const;

/** Subcodes of Message Header Error (RFC 4271 section 6.1). */
export const HEADER_ERROR = { connectionNotSynchronized: 1, badMessageLength: 2, badMessageType: 3 } as const;

/** Subcodes of OPEN Message Error (RFC 4271 section 6.2, RFC 5492 section 5). 0 is unspecific. */
export const OPEN_ERROR = {
  unspecific: 0,
  unsupportedVersionNumber: 1,
  badPeerAs: 2,
  badBgpIdentifier: 3,
  unsupportedOptionalParameter: 4,
  unacceptableHoldTime: 6,
  unsupportedCapability: 7,
} as const;

/** Subcodes of UPDATE Message Error (RFC 4271 section 6.3). */
export const UPDATE_ERROR = {
  malformedAttributeList: 1,
  unrecognizedWellKnownAttribute: 2,
  missingWellKnownAttribute: 3,
  attributeFlagsError: 4,
  attributeLengthError: 5,
  invalidOriginAttribute: 6,
  invalidNextHopAttribute: 8,
  optionalAttributeError: 9,
  invalidNetworkField: 10,
  malformedAsPath: 11,
} as const;

/** Subcodes of Finite State Machine Error (RFC 6608 section 3). 0 is unspecified. */
export const FSM_ERROR = { unspecified: 0, openSent: 1, openConfirm: 2, established: 3 } as const;

/** Subcodes of Cease (RFC 4486 section 3, RFC 8538 section 3, RFC 9384 section 3). */
export const CEASE = {
  maximumNumberOfPrefixesReached: 1,
  administrativeShutdown: 2,
  peerDeconfigured: 3,
  administrativeReset: 4,
  connectionRejected: 5,
  otherConfigurationChange: 6,
  connectionCollisionResolution: 7,
  outOfResources: 8,
  hardReset: 9,
  bfdDown: 10,
} as const;

/** Subcodes of ROUTE-REFRESH Message Error (RFC 7313 section 5). */
export const ROUTE_REFRESH_ERROR = { invalidMessageLength: 1 } as const;

interface Words {
  readonly name: string;
  readonly subcodes: Readonly<Record<number, string>>;
}

/** The registries in words, deprecated subcodes included: old routers still send them. */
const WORDS: Readonly<Record<number, Words>> = {
  [ERROR.messageHeader]: {
    name: 'Message Header Error',
    subcodes: { 1: 'Connection Not Synchronized', 2: 'Bad Message Length', 3: 'Bad Message Type' },
  },
  [ERROR.openMessage]: {
    name: 'OPEN Message Error',
    subcodes: {
      1: 'Unsupported Version Number',
      2: 'Bad Peer AS',
      3: 'Bad BGP Identifier',
      4: 'Unsupported Optional Parameter',
      5: 'Authentication Failure (deprecated)',
      6: 'Unacceptable Hold Time',
      7: 'Unsupported Capability',
      11: 'Role Mismatch',
    },
  },
  [ERROR.updateMessage]: {
    name: 'UPDATE Message Error',
    subcodes: {
      1: 'Malformed Attribute List',
      2: 'Unrecognized Well-known Attribute',
      3: 'Missing Well-known Attribute',
      4: 'Attribute Flags Error',
      5: 'Attribute Length Error',
      6: 'Invalid ORIGIN Attribute',
      7: 'AS Routing Loop (deprecated)',
      8: 'Invalid NEXT_HOP Attribute',
      9: 'Optional Attribute Error',
      10: 'Invalid Network Field',
      11: 'Malformed AS_PATH',
    },
  },
  [ERROR.holdTimerExpired]: { name: 'Hold Timer Expired', subcodes: {} },
  [ERROR.finiteStateMachine]: {
    name: 'Finite State Machine Error',
    subcodes: {
      1: 'Receive Unexpected Message in OpenSent State',
      2: 'Receive Unexpected Message in OpenConfirm State',
      3: 'Receive Unexpected Message in Established State',
    },
  },
  [ERROR.cease]: {
    name: 'Cease',
    subcodes: {
      1: 'Maximum Number of Prefixes Reached',
      2: 'Administrative Shutdown',
      3: 'Peer De-configured',
      4: 'Administrative Reset',
      5: 'Connection Rejected',
      6: 'Other Configuration Change',
      7: 'Connection Collision Resolution',
      8: 'Out of Resources',
      9: 'Hard Reset',
      10: 'BFD Down',
    },
  },
  [ERROR.routeRefreshMessage]: { name: 'ROUTE-REFRESH Message Error', subcodes: { 1: 'Invalid Message Length' } },
  [ERROR.sendHoldTimerExpired]: { name: 'Send Hold Timer Expired', subcodes: {} },
};

/** Code and subcode in the words of the registries, such as `Cease / Administrative Shutdown`. */
export function errorWords(code: number, subcode: number): string {
  const words = WORDS[code];
  if (words === undefined) return `unknown error ${code}/${subcode}`;
  if (subcode === 0) return words.name;
  return `${words.name} / ${words.subcodes[subcode] ?? `unknown subcode ${subcode}`}`;
}
