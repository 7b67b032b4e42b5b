import { createInterface } from 'node:readline';
import { parseAddress } from '../../src/ip/address.ts';
import { ARP_FILTER, NDP_FILTER } from '../../src/os/bpf.ts';
import { watchInterfaces } from '../../src/os/interfaces.ts';
import { openPacketSocket } from '../../src/os/packet-socket.ts';
import { parseMac } from '../../src/speaker/arp/mac-address.ts';
import { decodeArp } from '../../src/speaker/arp/message.ts';
import { decodeNdp } from '../../src/speaker/ndp/message.ts';
import { whoHasIPv4, whoHasIPv6 } from '../who-has.ts';

/**
 * A process of its own on a client. For each line of its standard input, `{"first": ADDRESS, "count": N, "window": W,
 * "millis": M}`, it asks all who has addresses from there on, with so many questions under way, and prints what came of it.
 */
export interface AskedRate {
  /** Replies that came. */
  readonly replies: number;
  readonly millis: number;
  /** From each question to its reply, us; empty with more than one under way. */
  readonly latencies: readonly number[];
}

interface Order {
  readonly first: string;
  readonly count: number;
  readonly window: number;
  readonly millis: number;
}

/** Questions that are written beforehand; the addresses are spread over all that are held. */
const QUESTIONS = 512;
/** Milliseconds after which a window without a reply is sent anew. */
const LOST = 50;

const interfaces = await watchInterfaces(() => {});
const own = interfaces.current().find(({ name }) => name === 'eth0');
interfaces.stop();
if (own === undefined) throw new Error('bench: this machine has no eth0');
const ownAddress = (pattern: RegExp) => {
  const text = own.addresses.find((each) => pattern.test(each)) ?? '';
  return parseAddress(text.replace(/\/.*/, '')).value;
};
const asker = {
  mac: parseMac(own.mac),
  ipv4: Number(ownAddress(/^[^:]+$/)),
  ipv6: BigInt(ownAddress(/^2.*:/)),
};

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await measure(JSON.parse(line) as Order)));
}

function measure({ first, count, window, millis }: Order): Promise<AskedRate> {
  const questions = questionsFor(first, count);
  const isIPv6 = first.includes(':');
  return new Promise((resolve) => {
    const latencies: number[] = [];
    let replies = 0;
    let asked = 0;
    let lastReply = performance.now();
    let sentAt = 0;
    const ask = () => {
      sentAt = performance.now();
      socket.send(questions[asked++ % questions.length] ?? new Uint8Array());
    };
    const socket = openPacketSocket({
      interfaceIndex: own?.index ?? 0,
      filter: isIPv6 ? NDP_FILTER : ARP_FILTER,
      onFrame: (frame) => {
        if (!(isIPv6 ? isAdvertisement(frame) : isReply(frame))) return;
        lastReply = performance.now();
        if (window === 1) latencies.push((lastReply - sentAt) * 1000);
        replies++;
        ask();
      },
      onError: (error) => {
        throw error;
      },
    });
    const refill = () => {
      for (let under = 0; under < window; under++) ask();
    };
    const guard = setInterval(() => {
      if (performance.now() - lastReply > LOST) refill();
    }, LOST);
    const begun = performance.now();
    refill();
    setTimeout(() => {
      clearInterval(guard);
      socket.close();
      resolve({ replies, millis: performance.now() - begun, latencies });
    }, millis);
  });
}

function questionsFor(first: string, count: number): readonly Uint8Array[] {
  const start = parseAddress(first);
  const total = Math.min(QUESTIONS, count);
  return Array.from({ length: total }, (_, index) => {
    const offset = Math.floor((index * count) / total);
    return start.family === 'IPv4'
      ? whoHasIPv4(asker, start.value + offset)
      : whoHasIPv6(asker, start.value + BigInt(offset));
  });
}

function isReply(frame: Uint8Array): boolean {
  const decoded = decodeArp(frame);
  return decoded.ok && decoded.message.operation === 'Reply';
}

function isAdvertisement(frame: Uint8Array): boolean {
  const decoded = decodeNdp(frame);
  return decoded.ok && decoded.message.type === 'Advertisement' && decoded.message.solicited;
}
