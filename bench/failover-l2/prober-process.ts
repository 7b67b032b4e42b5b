import { createInterface } from 'node:readline';
import { parseAddress } from '../../src/ip/address.ts';
import { encodeSocketAddress } from '../../src/os/socket-address.ts';
import { DatagramSocket } from './datagram-socket.ts';
import { Flow } from './flow.ts';

/**
 * A process of its own on a client: `{"probe": [ADDRESS...]}` on a line of its standard input begins a flow of one
 * probe a millisecond and a TCP connection to each, `{"untilAnswered": true}` is answered `{}` when all are answered
 * again or have not been for long, and `{"end": true}` by the reports of all flows.
 *
 * One loop sends, sleeps and reads, so that nothing else of this process comes between: Node's timers are late by
 * up to a millisecond each time.
 */
const PORT = Number(process.argv[2]);
const LOCAL_PORT = 7001;
const INTERVAL = 1;
/** What has not been answered for so long is lost, ms. */
const PATIENCE = 250;
/** All is answered again when nothing has been lost for so long, ms. */
const CALM = 60;
/** An outage is watched for so long at most, ms. */
const OUTAGE = 15_000;

const sockets = { IPv4: new DatagramSocket('IPv4', LOCAL_PORT), IPv6: new DatagramSocket('IPv6', LOCAL_PORT) };
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const payload = Buffer.alloc(6);
let flows: readonly Flow[] = [];
let targets: readonly { readonly flow: Flow; readonly socket: DatagramSocket; readonly to: Uint8Array }[] = [];
let isSending = false;
let next = 0;
let endAt = Number.POSITIVE_INFINITY;
/** By when it has to be said whether all are answered again; infinite while nobody asks. */
let answerBy = Number.POSITIVE_INFINITY;

for (const socket of Object.values(sockets)) socket.onReadable(() => read(socket));
createInterface({ input: process.stdin }).on('line', (line) => obey(JSON.parse(line)));
console.log('{}');

function obey(order: { readonly probe?: readonly string[]; readonly untilAnswered?: true; readonly end?: true }): void {
  if (order.probe !== undefined) begin(order.probe);
  else if (order.untilAnswered) answerBy = performance.now() + OUTAGE;
  else {
    isSending = false;
    endAt = performance.now() + PATIENCE;
  }
}

function begin(addresses: readonly string[]): void {
  flows = addresses.map((address) => new Flow(address, PORT));
  targets = flows.map((flow) => {
    const address = parseAddress(flow.address);
    return { flow, socket: sockets[address.family], to: encodeSocketAddress({ address, port: PORT }) };
  });
  isSending = true;
  next = performance.now();
  turn();
}

function turn(): void {
  if (isSending && performance.now() >= next) send();
  for (const socket of Object.values(sockets)) read(socket);
  const now = performance.now();
  if (now > answerBy || (answerBy < Number.POSITIVE_INFINITY && flows.every((flow) => flow.isAnswered(now, CALM)))) {
    answerBy = Number.POSITIVE_INFINITY;
    console.log('{}');
  }
  if (now >= endAt) {
    endAt = Number.POSITIVE_INFINITY;
    console.log(JSON.stringify(flows.map((flow) => flow.end())));
    flows = [];
    return;
  }
  Atomics.wait(sleeper, 0, 0, Math.max(0.05, isSending ? next - now : INTERVAL));
  setImmediate(turn);
}

function send(): void {
  for (const [index, { flow, socket, to }] of targets.entries()) {
    const now = performance.now();
    payload[0] = index;
    payload.writeUInt32BE(flow.sent(now), 1);
    socket.send(payload, to);
  }
  // What is late by much is not made up for: a burst would say nothing.
  next = Math.max(next + INTERVAL, performance.now() - 2 * INTERVAL);
}

function read(socket: DatagramSocket): void {
  socket.drain((answer) => {
    const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
    flows[view.getUint8(0)]?.answered(view.getUint32(1), view.getUint8(5));
  });
}
