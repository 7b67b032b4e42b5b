import { createSocket } from 'node:dgram';

/** Answers each datagram with its own octets and the name of the node. Arguments: address, port, name. */
const [address = '', port = '0', name = ''] = process.argv.slice(2);
const socket = createSocket('udp4');
socket.on('message', (message, { port: from, address: to }) => {
  socket.send(Buffer.concat([message, Buffer.from(name)]), from, to);
});
socket.bind(Number(port), address, () => process.stdout.write('ready\n'));
