// The program of a pod: node web.mjs NAME PORT[/udp]... Tells each client its name, the port, and who it took it for.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';

const [name, ...ports] = process.argv.slice(2);
const plain = (address) => address.replace(/^::ffff:/, '');
const answer = (port, client) => `${name} port=${port} from=${plain(client)}\n`;

for (const text of ports) {
  const port = Number.parseInt(text, 10);
  if (text.endsWith('/udp')) {
    const socket = createSocket('udp6');
    socket.on('message', (_message, client) => socket.send(answer(port, client.address), client.port, client.address));
    socket.bind(port);
    continue;
  }
  createServer((request, response) => {
    response.setHeader('Connection', 'close');
    response.end(answer(port, request.socket.remoteAddress ?? ''));
  }).listen(port, '::');
}
