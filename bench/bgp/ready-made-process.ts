import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parsePrefix } from '../../src/ip/prefix.ts';
import { encodeMessage, type Message } from '../../src/speaker/bgp/message/message.ts';
import { encodeNlri } from '../../src/speaker/bgp/message/nlri.ts';
import { OctetWriter } from '../../src/speaker/bgp/message/octet-writer.ts';
import type { PathAttribute } from '../../src/speaker/bgp/message/path-attribute.ts';
import { prefixTexts } from './prefixes.ts';

/**
 * Sends UPDATEs that were encoded before anybody connected, in one write, and knows nothing else of BGP: what no speaker
 * can do better. Arguments: the local AS number, the next hop as a number, the number of routes. Takes `add PREFIX` and
 * `withdraw` from standard input.
 */
const [as = 0, address = 0, count = 0] = process.argv.slice(2).map(Number);
const attributes: readonly PathAttribute[] = [
  { name: 'ORIGIN', origin: 'IGP' },
  { name: 'AS_PATH', segments: [{ type: 'AS_SEQUENCE', asNumbers: [as] }] },
  { name: 'NEXT_HOP', address },
];
/** Prefixes of length 32 in a message: 5 octets each, beside 43 of header, lengths and attributes. */
const IN_A_MESSAGE = 800;
const NONE = new Uint8Array();

function octetsOf(message: Message): Uint8Array {
  return encodeMessage(message);
}

function updates(prefixes: readonly string[], isWithdrawal: boolean): Uint8Array {
  const messages: Uint8Array[] = [];
  for (let from = 0; from < prefixes.length; from += IN_A_MESSAGE) {
    const writer = new OctetWriter();
    for (const prefix of prefixes.slice(from, from + IN_A_MESSAGE)) encodeNlri(writer, parsePrefix(prefix));
    const nlri = writer.finish();
    messages.push(
      isWithdrawal
        ? octetsOf({ type: 'UPDATE', withdrawn: nlri, attributes: [], nlri: NONE })
        : octetsOf({ type: 'UPDATE', withdrawn: NONE, attributes, nlri }),
    );
  }
  return Buffer.concat(messages);
}

const all = prefixTexts(count);
const routes = updates(all, false);
const withdrawals = updates(all, true);
const opening = octetsOf({
  type: 'OPEN',
  asNumber: as,
  holdTime: 240,
  bgpIdentifier: address,
  capabilities: [
    { capability: 'Multiprotocol', afi: 1, safi: 1 },
    { capability: 'FourOctetAsNumber', asNumber: as },
  ],
});
const keepalive = octetsOf({ type: 'KEEPALIVE' });
const KEEPALIVE_LENGTH = 19;
const KEEPALIVE_TYPE = 4;

const added: string[] = [];
let peer: Socket | undefined;
let isUp = false;
createServer((socket) => {
  peer = socket;
  socket.setNoDelay(true);
  socket.on('error', () => process.exit(1));
  socket.write(opening);
  socket.once('data', (received) => {
    socket.write(keepalive);
    const begin = () => {
      if (isUp) return;
      isUp = true;
      socket.write(routes);
    };
    const isKeepalive = (octets: Buffer) => octets.at(-1) === KEEPALIVE_TYPE && octets.length >= KEEPALIVE_LENGTH;
    if (received.length > KEEPALIVE_LENGTH && isKeepalive(received)) begin();
    socket.on('data', (more: Buffer) => {
      if (isKeepalive(more)) begin();
    });
  });
}).listen(179, () => process.stdout.write('ready\n'));

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, prefix = ''] = line.split(' ');
  if (command === 'add') {
    added.push(prefix);
    peer?.write(updates([prefix], false));
  } else {
    peer?.write(withdrawals);
    peer?.write(updates(added, true));
  }
});
