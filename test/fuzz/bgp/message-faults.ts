import type { Random } from '../../sim/random.ts';
import { framed, join, uint16 } from '../../speaker/bgp/octets.ts';
import type { Fault, Made, Stage } from './fault.ts';
import {
  capabilities,
  counted,
  KEEPALIVE,
  octets,
  open,
  TYPE,
  update,
  usualCapabilities,
  withLength,
  withOctet,
} from './octets.ts';
import { anyOctets, anyOpen, anyUpdate, OURS, STRANGER } from './valid.ts';

const ALL: readonly Stage[] = ['OpenSent', 'OpenConfirm', 'Established'];

/** Any message that is well-formed. */
function anyMessage(random: Random): Uint8Array {
  return random.pick([KEEPALIVE, open(anyOpen(random)), update(anyUpdate(1, random))]);
}

/** A message whose Length field is in error: that is what the answer holds. */
function badLength(message: Uint8Array, length: number): Made {
  return { message: withLength(message, length), data: uint16(length) };
}

const header = (name: string, subcode: number, make: Fault['make']): Fault => {
  return { name, source: 'RFC 4271 section 6.1', stages: ALL, treatment: { reset: [1, subcode] }, make };
};

const HEADER: readonly Fault[] = [
  header('a Marker that is not all ones', 1, (random) => ({
    message: withOctet(anyMessage(random), random.whole(0, 15), random.whole(0, 254)),
  })),
  header('a Length below 19', 2, (random) => badLength(anyMessage(random), random.whole(0, 18))),
  header('a Length above 4096', 2, (random) => badLength(anyMessage(random), random.whole(4097, 65_535))),
  header('an OPEN below its minimum length', 2, (random) => badLength(open(anyOpen(random)), random.whole(19, 28))),
  header('an UPDATE below its minimum length', 2, (random) => {
    return badLength(update(anyUpdate(1, random)), random.whole(19, 22));
  }),
  header('a KEEPALIVE that is not 19 octets long', 2, (random) => {
    const message = framed(TYPE.keepalive, anyOctets(random.whole(1, 200), random));
    return { message, data: message.slice(16, 18) };
  }),
  header('a NOTIFICATION below its minimum length', 2, (random) => {
    return badLength(framed(TYPE.notification, octets(6, 2)), random.whole(19, 20));
  }),
  header('a Type that is not known', 3, (random) => {
    const type = random.pick([0, random.whole(6, 255)]);
    return { message: framed(type, anyOctets(random.whole(0, 60), random)), data: octets(type) };
  }),
];

const inOpen = (name: string, subcode: number, source: string, make: Fault['make']): Fault => {
  return { name, source, stages: ['OpenSent'], treatment: { reset: [2, subcode] }, make };
};

const OPEN: readonly Fault[] = [
  {
    name: 'a valid OPEN',
    source: 'RFC 4271 section 4.2, RFC 5492 section 4',
    stages: ['OpenSent'],
    treatment: 'accepted',
    make: (random) => ({ message: open(anyOpen(random)) }),
  },
  inOpen('another version', 1, 'RFC 4271 section 6.2', (random) => ({
    message: open({ ...anyOpen(random), version: random.pick([0, 3, random.whole(5, 255)]) }),
    // The one version that there is.
    data: octets(0, 4),
  })),
  inOpen('another AS', 2, 'RFC 4271 section 6.2', (random) => {
    const asNumber = random.whole(1, STRANGER.asNumber - 1);
    const parameters = random.pick([octets(), capabilities(...usualCapabilities(asNumber))]);
    return { message: open({ ...anyOpen(random), asNumber, parameters }) };
  }),
  inOpen('AS 0', 2, 'RFC 7607 section 2', (random) => {
    const parameters = random.pick([octets(), capabilities(...usualCapabilities(0))]);
    return { message: open({ ...anyOpen(random), asNumber: 0, parameters }) };
  }),
  inOpen('a Hold Time of one or two seconds', 6, 'RFC 4271 section 6.2', (random) => ({
    message: open({ ...anyOpen(random), holdTime: random.whole(1, 2) }),
  })),
  inOpen('a BGP Identifier of 0', 3, 'RFC 6286 section 2.2', (random) => ({
    message: open({ ...anyOpen(random), identifier: 0 }),
  })),
  {
    ...inOpen('our own BGP Identifier in our AS', 3, 'RFC 6286 section 2.2', (random) => ({
      message: open({ ...anyOpen(random, OURS.asNumber), identifier: OURS.identifier }),
    })),
    isInternal: true,
  },
  inOpen('an Optional Parameter that is not known', 4, 'RFC 4271 section 6.2', (random) => {
    const type = random.pick([0, 1, random.whole(3, 254)]);
    const unknown = counted(type, anyOctets(random.whole(0, 20), random));
    // Were it first and of type 255, it would mean RFC 9072.
    return { message: open({ ...anyOpen(random), parameters: join(capabilities(octets(2, 0)), unknown) }) };
  }),
  inOpen('a capability that overruns its parameter', 0, 'RFC 4271 section 6.2', (random) => {
    const parameters = capabilities(octets(random.whole(1, 100), random.whole(4, 255), 0, 1, 0));
    return { message: open({ ...anyOpen(random), parameters }) };
  }),
  inOpen('a Capabilities parameter that overruns the message', 0, 'RFC 4271 section 6.2', (random) => {
    const parameters = octets(2, random.whole(7, 255), 1, 4, 0, 1, 0, 1);
    return { message: open({ ...anyOpen(random), parameters }) };
  }),
  inOpen('a capability of which a single octet is there', 0, 'RFC 4271 section 6.2', (random) => ({
    message: open({ ...anyOpen(random), parameters: capabilities(octets(random.whole(1, 100))) }),
  })),
  inOpen('a 4-octet AS capability of another length', 0, 'RFC 4271 section 6.2, RFC 6793 section 3', (random) => {
    const length = random.pick([0, 1, 2, 3, 5, 6, 8]);
    return { message: open({ ...anyOpen(random), parameters: capabilities(counted(65, anyOctets(length, random))) }) };
  }),
  inOpen('no family that we speak', 7, 'RFC 5492 section 5', (random) => {
    const family = counted(1, octets(0, random.whole(3, 30), 0, 1));
    return { message: open({ ...anyOpen(random), parameters: capabilities(family) }) };
  }),
];

const unexpected = (
  name: string,
  stage: Stage,
  subcode: number,
  type: number,
  make: (random: Random) => Uint8Array,
) => {
  const reset: readonly [number, number] = [5, subcode];
  const stages = [stage];
  const made = (random: Random) => ({ message: make(random), data: octets(type) });
  return { name, source: 'RFC 6608 section 4', stages, treatment: { reset }, make: made };
};

const refresh = (subtype: number, rest: Uint8Array) => framed(TYPE.routeRefresh, join(octets(0, 1, subtype, 1), rest));

/** A message that does not belong where it comes. */
const UNEXPECTED: readonly Fault[] = [
  unexpected('a KEEPALIVE', 'OpenSent', 1, TYPE.keepalive, () => KEEPALIVE),
  unexpected('an UPDATE', 'OpenSent', 1, TYPE.update, (random) => update(anyUpdate(1, random))),
  unexpected('a ROUTE-REFRESH', 'OpenSent', 1, TYPE.routeRefresh, () => refresh(0, octets())),
  unexpected('an OPEN', 'OpenConfirm', 2, TYPE.open, (random) => open(anyOpen(random))),
  unexpected('an UPDATE', 'OpenConfirm', 2, TYPE.update, (random) => update(anyUpdate(1, random))),
  unexpected('a ROUTE-REFRESH', 'OpenConfirm', 2, TYPE.routeRefresh, () => refresh(0, octets())),
  unexpected('an OPEN', 'Established', 3, TYPE.open, (random) => open(anyOpen(random))),
];

const REFRESH: readonly Fault[] = [
  {
    name: 'a beginning or an end of a refresh of another length',
    source: 'RFC 7313 section 5',
    stages: ['Established'],
    treatment: { reset: [7, 1] },
    make(random) {
      const message = refresh(random.whole(1, 2), anyOctets(random.whole(1, 40), random));
      return { message, data: message };
    },
  },
  {
    name: 'a ROUTE-REFRESH of a subtype that is not known',
    source: 'RFC 7313 section 5: "MUST ignore"',
    stages: ['Established'],
    treatment: 'accepted',
    make: (random) => ({ message: refresh(random.whole(3, 255), octets()) }),
  },
];

/** Whatever may be wrong with messages other than UPDATEs. */
export const MESSAGE_FAULTS: readonly Fault[] = [...HEADER, ...OPEN, ...UNEXPECTED, ...REFRESH];
