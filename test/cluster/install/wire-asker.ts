import { createSocket } from 'node:dgram';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { parseAddress } from '../../../src/ip/address.ts';
import { ARP_FILTER } from '../../../src/os/bpf.ts';
import { watchInterfaces } from '../../../src/os/interfaces.ts';
import { openPacketSocket } from '../../../src/os/packet-socket.ts';
import { BROADCAST_MAC, formatMac, parseMac, ZERO_MAC } from '../../../src/speaker/arp/mac-address.ts';
import { decodeArp, encodeArp } from '../../../src/speaker/arp/message.ts';
import type { Asked } from './wire-watch.ts';

/**
 * A process on the client's machine: `ADDRESS HTTP-PORT UDP-PORT`. It asks who has the address and sends a datagram of
 * one flow every 5 ms, and fetches a page over a connection of its own every 50 ms. Each line of its standard input is
 * answered by what was seen since the last one.
 */
const [address = '', httpPort = '', udpPort = ''] = process.argv.slice(2);
const [ASK_MS, FETCH_MS] = [5, 50];
/** What is not answered by then is lost. */
const PATIENCE_MS = 5_000;

/** Follows one kind of question. */
class Answers {
  /** Questions since the last answer. */
  #inVain = 0;
  #mostInVain = 0;
  readonly #from: Record<string, number> = {};
  readonly #faults: string[] = [];

  constructor(readonly intervalMs: number) {}

  asked(): void {
    this.#inVain++;
    this.#mostInVain = Math.max(this.#mostInVain, this.#inVain);
  }

  note(from: string): void {
    this.#inVain = 0;
    this.#from[from] = (this.#from[from] ?? 0) + 1;
  }

  fail(fault: string): void {
    this.#faults.push(fault);
  }

  get seen(): Asked {
    return { inVainMs: this.#mostInVain * this.intervalMs, from: this.#from, faults: this.#faults };
  }
}

const none = () => [new Answers(ASK_MS), new Answers(ASK_MS), new Answers(FETCH_MS)] as const;
let [arp, udp, http] = none();

const interfaces = await watchInterfaces(() => {});
const eth0 = interfaces.current().find(({ name }) => name === 'eth0');
interfaces.stop();
if (eth0 === undefined) throw new Error('this machine has no eth0');
const own = eth0.addresses.find((text) => !text.includes(':')) ?? '';
const mac = parseMac(eth0.mac);
const wanted = Number(parseAddress(address).value);
const socket = openPacketSocket({
  interfaceIndex: eth0.index,
  filter: ARP_FILTER,
  onFrame: (frame) => {
    const decoded = decodeArp(frame);
    if (!decoded.ok || decoded.message.operation !== 'Reply' || decoded.message.senderAddress !== wanted) return;
    arp.note(formatMac(decoded.message.senderMac));
  },
  onError: (error) => arp.fail(error.message),
});
const question = encodeArp({
  destination: BROADCAST_MAC,
  source: mac,
  operation: 'Request',
  senderMac: mac,
  senderAddress: Number(parseAddress(own.replace(/\/.*/, '')).value),
  targetMac: ZERO_MAC,
  targetAddress: wanted,
});
setInterval(() => {
  socket.send(question);
  arp.asked();
}, ASK_MS);

const flow = createSocket('udp4');
flow.on('message', (text) => udp.note(podOf(text)));
flow.on('error', (error) => udp.fail(error.message));
setInterval(() => {
  flow.send('?', Number(udpPort), address);
  udp.asked();
}, ASK_MS);

setInterval(() => {
  http.asked();
  const request = get({ host: address, port: httpPort, agent: false, timeout: PATIENCE_MS }, (response) => {
    response.on('data', (text: Buffer) => http.note(podOf(text)));
    response.on('error', (error) => http.fail(error.message));
  });
  request.on('timeout', () => request.destroy(new Error(`no page within ${PATIENCE_MS} ms`)));
  request.on('error', (error) => http.fail(error.message));
}, FETCH_MS);

createInterface({ input: process.stdin }).on('line', () => {
  process.stdout.write(`${JSON.stringify({ arp: arp.seen, udp: udp.seen, http: http.seen })}\n`);
  [arp, udp, http] = none();
});

/** Who says it, as `web.mjs` does: its name comes first. */
function podOf(text: Buffer): string {
  return String(text).split(' ')[0] ?? '';
}
