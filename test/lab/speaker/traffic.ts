import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Member } from '../network.ts';

/** On each node: says its name to every datagram, and sends back what comes over TCP. */
const SERVER = `
const name = process.argv[1];
const { createSocket } = require('node:dgram');
const udp = createSocket('udp4');
udp.on('message', (text, { address, port }) => udp.send(text + ' ' + name, port, address));
udp.bind(7000);
require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(7000, () => console.log());
`;

/** Sends a datagram every 5 ms and a line over one TCP connection every 20 ms; tells of both when it is asked. */
const CLIENT = `
const address = process.argv[1];
const open = new Map();
let count = 0, last = performance.now(), gap = 0, names = {}, broken = null, sent = 0, got = 0;
const udp = require('node:dgram').createSocket('udp4');
udp.on('message', (text) => {
  const [number, name] = String(text).split(' ');
  const at = open.get(Number(number));
  if (!open.delete(Number(number))) return;
  gap = Math.max(gap, at - last);
  last = Math.max(last, at);
  names[name] = (names[name] ?? 0) + 1;
});
udp.on('error', () => {});
setInterval(() => { open.set(++count, performance.now()); udp.send(String(count), 7000, address, () => {}); }, 5);
const tcp = require('node:net').connect(7000, address);
tcp.setNoDelay(true);
tcp.on('error', (error) => { broken = error.code; });
tcp.on('data', (data) => { got += data.length; });
tcp.on('close', () => { broken ??= 'closed'; });
setInterval(() => { if (!broken) { tcp.write('.'); sent++; } }, 20);
require('node:readline').createInterface({ input: process.stdin }).on('line', () => {
  const lost = [...open.keys()].filter((number) => number < count - 20);
  for (const number of lost) open.delete(number);
  console.log(JSON.stringify({ names, gap, lost: lost.length, broken, sent, got }));
  names = {}; gap = 0; sent -= got; got = 0;
});
`;

/** What the client has seen since the last look. */
export interface Seen {
  /** How many datagrams each node answered. */
  readonly names: Readonly<Record<string, number>>;
  /** The longest time between two datagrams that were answered, ms. */
  readonly gap: number;
  readonly lost: number;
  /** Why the connection is broken; null while it stands. */
  readonly broken: string | null;
  /** Octets sent and come back. */
  readonly sent: number;
  readonly got: number;
}

/** Serves on a node whatever address a client uses. */
export async function serve(node: Pick<Member, 'name' | 'spawn'>): Promise<void> {
  const { stdout } = node.spawn(process.execPath, ['-e', SERVER, node.name], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (stdout !== null) await once(stdout, 'data');
}

/** A client that talks to one address without a pause. */
export class Traffic {
  readonly #lines: Interface;
  readonly #ask: () => void;

  constructor(client: Member, address: string) {
    const options = { stdio: ['pipe', 'pipe', 'inherit'] } as const;
    const child = client.spawn(process.execPath, ['-e', CLIENT, address], { stdio: [...options.stdio] });
    if (child.stdout === null) throw new Error('no pipe');
    this.#lines = createInterface({ input: child.stdout });
    this.#ask = () => child.stdin?.write('\n');
  }

  /** What was seen since the last call. */
  async seen(): Promise<Seen> {
    const line = once(this.#lines, 'line');
    this.#ask();
    return JSON.parse(String((await line)[0])) as Seen;
  }
}
