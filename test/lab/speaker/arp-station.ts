import { createInterface } from 'node:readline';
import { ARP_FILTER } from '../../../src/os/bpf.ts';
import { watchInterfaces } from '../../../src/os/interfaces.ts';
import { openPacketSocket } from '../../../src/os/packet-socket.ts';

/**
 * A station that speaks raw ARP on `eth0`: each line of standard input is a frame to send, each line of standard output
 * one that was received, in hexadecimal. The first line of output says that it listens.
 */
const watch = await watchInterfaces(() => {});
const eth0 = watch.current().find(({ name }) => name === 'eth0');
if (eth0 === undefined) throw new Error('this machine has no eth0');
const socket = openPacketSocket({
  interfaceIndex: eth0.index,
  filter: ARP_FILTER,
  onFrame: (frame) => process.stdout.write(`${frame.toString('hex')}\n`),
  onError: (error) => process.stderr.write(`${error.message}\n`),
});
process.stdout.write(`listening on ${eth0.mac}\n`);
createInterface({ input: process.stdin }).on('line', (line) => socket.send(Buffer.from(line, 'hex')));
