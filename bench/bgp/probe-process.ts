import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import type { Watch } from './probe.ts';

/**
 * A client that sends a datagram every millisecond from one port, so that a router with equal paths always takes the same.
 * Arguments: address and port of the server. Takes `begin PORT` and `end` from standard input, and tells after `end` what
 * it saw, as JSON: see `Watch`.
 */
const [address = '', port = '0'] = process.argv.slice(2);
/** What is under way when the end comes still has so long, ms, and is looked for so often. */
const GRACE = 500;
const LOOK = 10;

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
  socket.bind(from, () => {
    // What a late timer owes is not sent: all at once it would not fit into the buffer of who answers.
    timer = setInterval(() => {
      const message = Buffer.alloc(4);
      message.writeUInt32BE(sent.length);
      sent.push(performance.now());
      socket.send(message, Number(port), address, () => {});
    }, 1);
  });
  return {
    sent,
    answered,
    stop() {
      clearInterval(timer);
      const ended = performance.now();
      const look = setInterval(() => {
        if (answered.size < sent.length && performance.now() - ended < GRACE) return;
        clearInterval(look);
        socket.close();
        process.stdout.write(`${JSON.stringify(summary(sent, answered))}\n`);
      }, LOOK);
    },
  };
}

function summary(sent: readonly number[], answered: ReadonlyMap<number, string>): Watch {
  let outage = 0;
  let slack = 0;
  let lostSince: number | undefined;
  for (const [number, at] of sent.entries()) {
    slack = Math.max(slack, at - (sent[number - 1] ?? at));
    if (!answered.has(number)) lostSince ??= at;
    if (lostSince !== undefined) outage = Math.max(outage, at - lostSince);
    if (answered.has(number)) lostSince = undefined;
  }
  const nodes = [...answered.values()];
  const moved = nodes.filter((node) => node !== nodes[0]).length;
  return { sent: sent.length, lost: sent.length - answered.size, moved, outage, slack, nodes: [...new Set(nodes)] };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, from] = line.split(' ');
  if (command === 'begin') run = begin(Number(from));
  else run?.stop();
});
