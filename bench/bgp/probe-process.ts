import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';

/**
 * A client that sends a datagram every millisecond from one port, so that a router with equal paths always takes the same.
 * Arguments: address and port of the server. Takes `begin PORT` and `end` from standard input, and tells after `end` what
 * it saw, as JSON: see `Watch`.
 */
const [address = '', port = '0'] = process.argv.slice(2);
/** What is under way when the end comes still has so long, ms. */
const GRACE = 100;

interface Run {
  /** When each datagram was sent. */
  readonly sent: number[];
  /** By number, who answered it. */
  readonly answered: Map<number, string>;
  stop(): void;
}
let run: Run | undefined;

function begin(from: number): Run {
  const socket = createSocket('udp4');
  const sent: number[] = [];
  const answered = new Map<number, string>();
  socket.on('message', (message) => answered.set(message.readUInt32BE(0), message.subarray(4).toString()));
  // A node without a route back, or a router without one there, may say so.
  socket.on('error', () => {});
  let timer: NodeJS.Timeout | undefined;
  const begun = performance.now();
  socket.bind(from, () => {
    timer = setInterval(() => {
      // A timer that was late sends what it owes.
      while (sent.length < performance.now() - begun) {
        const message = Buffer.alloc(4);
        message.writeUInt32BE(sent.length);
        sent.push(performance.now());
        socket.send(message, Number(port), address, () => {});
      }
    }, 1);
  });
  return {
    sent,
    answered,
    stop() {
      clearInterval(timer);
      setTimeout(() => {
        socket.close();
        process.stdout.write(`${JSON.stringify(summary(sent, answered))}\n`);
      }, GRACE);
    },
  };
}

function summary(sent: readonly number[], answered: ReadonlyMap<number, string>) {
  let outage = 0;
  let last: number | undefined;
  for (const [number, at] of sent.entries()) {
    if (!answered.has(number)) continue;
    if (last !== undefined) outage = Math.max(outage, at - last);
    last = at;
  }
  return { sent: sent.length, lost: sent.length - answered.size, outage, nodes: [...new Set(answered.values())] };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, from] = line.split(' ');
  if (command === 'begin') run = begin(Number(from));
  else run?.stop();
});
