import { createInterface } from 'node:readline';
import { parseAddress } from '../../src/ip/address.ts';
import { ARP_FILTER, NDP_FILTER } from '../../src/os/bpf.ts';
import { watchInterfaces } from '../../src/os/interfaces.ts';
import { openPacketSocket } from '../../src/os/packet-socket.ts';
import { BROADCAST_MAC, formatMac, parseMac, ZERO_MAC } from '../../src/speaker/arp/mac-address.ts';
import { decodeArp, encodeArp } from '../../src/speaker/arp/message.ts';
import { decodeNdp, encodeNdp } from '../../src/speaker/ndp/message.ts';
import { macOfGroup, solicitedNodeOf } from '../../src/speaker/ndp/solicited-node.ts';

/**
 * A process of its own on a machine of its own, so that what it learns helps no client. After `{"ask": [ADDRESS...]}` on a line
 * of its standard input it asks all who has each, every few milliseconds, and `{"end": true}` is answered by what was
 * seen of each. Times are of `process.hrtime`, which all processes of a machine share, in milliseconds.
 */
const INTERVAL = 5;

/** What was answered for one address. */
export interface AskedReport {
  readonly address: string;
  /** The longest time between two answers, or from the first question to the first answer, ms. */
  readonly gap: number;
  /** By MAC address, when it answered last. */
  readonly answers: Readonly<Record<string, number>>;
}

const interfaces = await watchInterfaces(() => {});
const own = interfaces.current().find(({ name }) => name === 'eth0');
interfaces.stop();
if (own === undefined) throw new Error('bench: this machine has no eth0');
const mac = parseMac(own.mac);
const texts = own.addresses.map((text) => text.replace(/\/.*/, ''));
const ownIPv4 = Number(parseAddress(texts.find((text) => !text.includes(':')) ?? '').value);
const ownIPv6 = BigInt(parseAddress(texts.find((text) => /^2.*:/.test(text)) ?? '').value);

const onError = (error: Error) => {
  throw error;
};
const arp = openPacketSocket({
  interfaceIndex: own.index,
  filter: ARP_FILTER,
  onError,
  onFrame: (frame) => {
    const decoded = decodeArp(frame);
    if (decoded.ok && decoded.message.operation === 'Reply')
      note(decoded.message.senderAddress, decoded.message.senderMac);
  },
});
const ndp = openPacketSocket({
  interfaceIndex: own.index,
  filter: NDP_FILTER,
  onError,
  onFrame: (frame) => {
    const decoded = decodeNdp(frame);
    if (!decoded.ok || decoded.message.type !== 'Advertisement' || !decoded.message.solicited) return;
    note(decoded.message.target, decoded.message.linkAddress ?? decoded.message.source);
  },
});

interface Asked {
  readonly address: string;
  readonly question: Uint8Array;
  readonly socket: typeof arp;
  lastAt: number;
  gap: number;
  readonly answers: Record<string, number>;
}
let asked = new Map<number | bigint, Asked>();
setInterval(() => {
  for (const { socket, question } of asked.values()) socket.send(question);
}, INTERVAL);
createInterface({ input: process.stdin }).on('line', (line) => obey(JSON.parse(line)));
console.log('{}');

function obey(order: { readonly ask?: readonly string[]; readonly end?: true }): void {
  if (order.ask === undefined) {
    const now = time();
    const reports: AskedReport[] = [...asked.values()].map(({ address, lastAt, gap, answers }) => {
      return { address, gap: Math.max(gap, now - lastAt), answers };
    });
    asked = new Map();
    console.log(JSON.stringify(reports));
  } else asked = new Map(order.ask.map((address) => [parseAddress(address).value, begin(address)]));
}

function begin(address: string): Asked {
  const isIPv6 = address.includes(':');
  const question = isIPv6
    ? solicitation(BigInt(parseAddress(address).value))
    : request(Number(parseAddress(address).value));
  return { address, question, socket: isIPv6 ? ndp : arp, lastAt: time(), gap: 0, answers: {} };
}

function request(address: number): Uint8Array {
  return encodeArp({
    destination: BROADCAST_MAC,
    source: mac,
    operation: 'Request',
    senderMac: mac,
    senderAddress: ownIPv4,
    targetMac: ZERO_MAC,
    targetAddress: address,
  });
}

function solicitation(address: bigint): Uint8Array {
  const group = solicitedNodeOf(address);
  return encodeNdp({
    type: 'Solicitation',
    destination: macOfGroup(group),
    source: mac,
    sourceAddress: ownIPv6,
    destinationAddress: group,
    target: address,
    linkAddress: mac,
  });
}

function note(address: number | bigint, from: number): void {
  const found = asked.get(address);
  if (found === undefined) return;
  const now = time();
  found.gap = Math.max(found.gap, now - found.lastAt);
  found.lastAt = now;
  found.answers[formatMac(from)] = now;
}

function time(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
