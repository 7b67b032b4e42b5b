import { createServer } from 'node:net';
import { DatagramSocket } from './datagram-socket.ts';

/**
 * A process of its own on each node: sends back every datagram with the number of the node as its last octet, and
 * everything that comes over TCP, by both families.
 */
const PORT = Number(process.argv[2]);
const NODE = Number(process.argv[3]);

for (const family of ['IPv4', 'IPv6'] as const) {
  const socket = new DatagramSocket(family, PORT);
  socket.onReadable(() =>
    socket.drain((payload, source) => {
      payload[payload.length - 1] = NODE;
      socket.send(payload, source);
    }),
  );
}
const server = createServer((connection) =>
  connection
    .setNoDelay(true)
    .on('error', () => {})
    .pipe(connection),
);
server.listen(PORT, '::', () => console.log('{}'));
