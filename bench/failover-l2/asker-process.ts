import { createInterface } from 'node:readline';
import { parseAddress } from '../../src/ip/address.ts';
import { ARP_FILTER, NDP_FILTER } from '../../src/os/bpf.ts';
import { watchInterfaces } from '../../src/os/interfaces.ts';
import { openPacketSocket } from '../../src/os/packet-socket.ts';
import { formatMac, parseMac } from '../../src/speaker/arp/mac-address.ts';
import { decodeArp } from '../../src/speaker/arp/message.ts';
import { decodeNdp } from '../../src/speaker/ndp/message.ts';
import { whoHasIPv4, whoHasIPv6 } from '../who-has.ts';

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
const texts = own.addresses.map((text) => text.replace(/\/.*/, ''));
const asker = {
  mac: parseMac(own.mac),
  ipv4: Number(parseAddress(texts.find((text) => !text.includes(':')) ?? '').value),
  ipv6: BigInt(parseAddress(texts.find((text) => /^2.*:/.test(text)) ?? '').value),
};

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
    ? whoHasIPv6(asker, BigInt(parseAddress(address).value))
    : whoHasIPv4(asker, Number(parseAddress(address).value));
  return { address, question, socket: isIPv6 ? ndp : arp, lastAt: time(), gap: 0, answers: {} };
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
