import { type Message as BgpMessage, encodeMessage as encodeBgp } from '../../src/speaker/bgp/message/message.ts';
import type { Message, MessageBody } from '../../src/speaker/ownership/message.ts';
import { encodeMessage, type MessageKeys } from '../../src/speaker/ownership/message-codec.ts';
import { BROADCAST, CLIENT, frame, NODE, OTHER_NODE, STRANGER } from '../speaker/arp/frame-bytes.ts';
import { control } from '../speaker/bfd/packet-bytes.ts';
import { framed, hex, ROUTE, updateBody } from '../speaker/bgp/octets.ts';
import { ADDRESS } from '../speaker/memory-wire.ts';
import { ADDRESS6, advertisement, duplicateProbe, solicitation } from '../speaker/ndp/frame-bytes.ts';

/** Frames of those that ask, answer, probe and claim, friend and stranger. */
export const ARP_CORPUS: readonly Uint8Array[] = [
  frame(),
  frame({ destination: NODE }),
  frame({ senderAddress: '0.0.0.0' }),
  ...[STRANGER, OTHER_NODE, NODE].flatMap((source) => [
    frame({ source, senderAddress: ADDRESS }),
    frame({ source, operation: 2, senderAddress: ADDRESS, targetMac: BROADCAST }),
    frame({ source, operation: 2, destination: NODE, senderAddress: ADDRESS, targetMac: NODE }),
    frame({ source, operation: 2, senderAddress: '192.0.2.12' }),
    frame({ source, senderMac: CLIENT, senderAddress: ADDRESS }),
  ]),
];

export const NDP_CORPUS: readonly Uint8Array[] = [
  solicitation(),
  solicitation({ destination: NODE, to: ADDRESS6 }),
  duplicateProbe(),
  ...[CLIENT, STRANGER, OTHER_NODE, NODE].flatMap((source) => [
    advertisement({ source }),
    advertisement({ source, destination: NODE, to: '2001:db8::11', flags: 0x60 }),
    advertisement({ source, target: '2001:db8::12' }),
    solicitation({ source, from: ADDRESS6 }),
  ]),
];

export const BFD_CORPUS: readonly Uint8Array[] = [
  control(),
  control({ state: 2, yours: '00000001' }),
  control({ state: 3, yours: '00000001', flags: 0x20 }),
  control({ state: 3, flags: 0x10, multiplier: 255 }),
  control({ state: 0, diagnostic: 7 }),
  control({ flags: 0x04, length: 26, rest: '0102' }),
];

const MOVE = { id: 1, age: 1 };
const BODIES: readonly MessageBody[] = [
  { type: 'Hello', state: 'Running', mac: OTHER_NODE },
  { type: 'Hello', state: 'Leaving' },
  { type: 'Query' },
  {
    type: 'Claims',
    page: 0,
    pages: 1,
    claims: [{ address: ADDRESS, claim: { role: 'Owner' }, age: 9e9, moves: [MOVE] }],
  },
  {
    type: 'Changes',
    changes: [
      { address: ADDRESS, claim: { role: 'Owner' }, age: 99_999, moves: [] },
      { address: ADDRESS6, claim: { role: 'Caretaker', of: 'n1' }, age: 0, moves: [MOVE, { id: 0xffff_ffff, age: 2 }] },
      { address: ADDRESS, claim: null, age: 0, moves: [] },
    ],
  },
  { type: 'Offer', address: ADDRESS, cause: 'Draining', moves: [] },
  { type: 'Request', address: ADDRESS },
  { type: 'Refuse', address: ADDRESS6 },
  { type: 'Witness', addresses: [ADDRESS, ADDRESS6] },
];

/** What the other node could say, and would be believed, were it signed. */
export function ownershipCorpus(keys?: MessageKeys): readonly Uint8Array[] {
  return BODIES.map((body): Message => ({ from: 'n2', boot: 7, version: 3, body })).map((each) =>
    encodeMessage(each, keys),
  );
}

const BGP_MESSAGES: readonly BgpMessage[] = [
  { type: 'KEEPALIVE' },
  { type: 'ROUTE-REFRESH', afi: 1, safi: 1, subtype: 0 },
  { type: 'NOTIFICATION', code: 6, subcode: 2, data: hex('0568656c6c6f') },
];

export const BGP_CORPUS: readonly Uint8Array[] = [
  ...BGP_MESSAGES.map((each) => encodeBgp(each)),
  framed(1, hex('04 fc01 005a c0000201 16 02 14 0104 00010001 0200 4104 0000fc01 4002 0078 0600')),
  framed(2, updateBody('', ROUTE, '18 c63364')),
  framed(2, updateBody('18 c63364 20 c6336407', '', '')),
  framed(2, updateBody('', `${ROUTE} 80 0e 15 0002 01 10 20010db8000000000000000000000001 00 00`, '')),
  framed(2, updateBody('', `${ROUTE} c0 08 08 ffffff01 00010002 c0 20 0c 0000000100000002 00000003`, '20 c6336407')),
];
