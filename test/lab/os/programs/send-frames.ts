import { ARP_FILTER } from '../../../../src/os/bpf.ts';
import { openPacketSocket } from '../../../../src/os/packet-socket.ts';

/** send-frames INDEX FRAME COUNT: sends a frame, given in hexadecimal, that many times out of the interface. */
const [index = '', hexadecimal = '', count = ''] = process.argv.slice(2);
const socket = openPacketSocket({
  interfaceIndex: Number(index),
  filter: ARP_FILTER,
  onFrame: () => {},
  onError: (error) => {
    throw error;
  },
});
const frame = Buffer.from(hexadecimal, 'hex');
for (let sent = 0; sent < Number(count); sent++) socket.send(frame);
socket.close();
