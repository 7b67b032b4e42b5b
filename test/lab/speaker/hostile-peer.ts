import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { encodeMessage } from '../../../src/speaker/bgp/message/message.ts';
import { MessageReader } from '../../../src/speaker/bgp/message/message-reader.ts';
import { encodeNlri } from '../../../src/speaker/bgp/message/nlri.ts';
import { OctetWriter } from '../../../src/speaker/bgp/message/octet-writer.ts';

/**
 * A peer that means no good, at 192.0.2.66 in AS 64666. Takes from standard input `table COUNT`, `deaf` and
 * `storm COUNT ADDRESS`, and tells on standard output when it has done that.
 */
const SPEAKER = '192.0.2.11';
const ADDRESS = '192.0.2.66';
const AS = 64_666;
const IDENTIFIER = 0xc0000242;
const ROUTES_IN_A_MESSAGE = 10;
/** Connections of a storm that are open at a time. */
const AT_ONCE = 64;
/** AS numbers that paths end in, so that paths differ. */
const ORIGINS = 50_000;
/** Milliseconds until a refused attempt is made again. */
const RETRY = 100;
const NONE = new Uint8Array();

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const capabilities = [
  { capability: 'Multiprotocol', afi: 1, safi: 1 } as const,
  { capability: 'FourOctetAsNumber', asNumber: AS } as const,
];
const OPEN = encodeMessage({ type: 'OPEN', asNumber: AS, holdTime: 90, bgpIdentifier: IDENTIFIER, capabilities });
const KEEPALIVE = encodeMessage({ type: 'KEEPALIVE' });

/** Comes to Established, however often it is refused before, and calls back. Reads on unless that pauses it. */
function open(onEstablished: (socket: Socket) => void): void {
  const socket = connect({ host: SPEAKER, port: 179, localAddress: ADDRESS });
  const reader = new MessageReader();
  let isUp = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!isUp) setTimeout(() => open(onEstablished), RETRY);
  });
  socket.on('connect', () => socket.write(OPEN));
  socket.on('data', (octets) => {
    reader.push(octets);
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      if (!frame.ok) continue;
      if (frame.type === 'OPEN') socket.write(KEEPALIVE);
      if (frame.type !== 'KEEPALIVE' || isUp) continue;
      isUp = true;
      onEstablished(socket);
    }
  });
}

/** An UPDATE with /24s from this one on. */
function update(first: number): Uint8Array {
  const writer = new OctetWriter();
  for (let number = first; number < first + ROUTES_IN_A_MESSAGE; number++) {
    encodeNlri(writer, { address: { family: 'IPv4', value: 0x01000000 + number * 256 }, length: 24 });
  }
  const asNumbers = [AS, 3_000_000_000, 100_000 + (first % ORIGINS)];
  return encodeMessage({
    type: 'UPDATE',
    withdrawn: NONE,
    attributes: [
      { name: 'ORIGIN', origin: 'IGP' },
      { name: 'AS_PATH', segments: [{ type: 'AS_SEQUENCE', asNumbers }] },
      { name: 'NEXT_HOP', address: IDENTIFIER },
    ],
    nlri: writer.finish(),
  });
}

/** Tells so many routes as fast as they are taken, and leaves. */
async function table(socket: Socket, count: number): Promise<void> {
  for (let first = 0; first < count; first += ROUTES_IN_A_MESSAGE) {
    if (socket.write(update(first))) continue;
    await new Promise((resolve) => socket.once('drain', resolve));
  }
  socket.end(encodeMessage({ type: 'NOTIFICATION', code: 6, subcode: 2, data: NONE }));
  socket.once('close', () => say('told'));
}

/** Reads nothing any more, and says that it lives. */
function turnDeaf(socket: Socket): void {
  socket.pause();
  setInterval(() => socket.write(KEEPALIVE), 1000);
  say('deaf');
}

/** What is done with a connection as soon as it stands. */
const CRUELTIES: readonly ((socket: Socket) => void)[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.end(),
  (socket) => socket.end(OPEN),
  (socket) => socket.end(Buffer.concat([OPEN, KEEPALIVE, OPEN])),
  (socket) => socket.end(Buffer.alloc(64, 0x5a)),
];

function storm(count: number, localAddress: string): void {
  let begun = 0;
  let ended = 0;
  const next = (): void => {
    if (begun === count) return;
    const cruelty = CRUELTIES[begun % CRUELTIES.length];
    begun += 1;
    const socket = connect({ host: SPEAKER, port: 179, localAddress });
    socket.on('error', () => {});
    socket.on('connect', () => cruelty?.(socket));
    socket.resume();
    socket.on('close', () => {
      ended += 1;
      if (ended === count) say('stormed');
      else next();
    });
  };
  for (let connection = 0; connection < AT_ONCE; connection++) next();
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, count, address = ADDRESS] = line.split(' ');
  if (command === 'storm') storm(Number(count), address);
  if (command === 'table') open((socket) => table(socket, Number(count)));
  if (command === 'deaf') open(turnDeaf);
});
say('ready');
