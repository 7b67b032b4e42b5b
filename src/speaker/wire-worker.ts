import { parentPort } from 'node:worker_threads';
import { ARP_FILTER } from '../os/bpf.ts';
import { putLoopbackAddress, removeLoopbackAddress } from '../os/loopback-address.ts';
import { openPacketSocket } from '../os/packet-socket.ts';
import { systemClock } from './clock.ts';
import type { ToWire } from './wire-messages.ts';
import { WireSession } from './wire-session.ts';

const port = parentPort;
if (port === null) throw new Error('wire-worker is the entry of a worker thread: start it from the speaker');

const session = new WireSession(
  {
    clock: systemClock,
    openSocket: (interfaceIndex, { onFrame, onError }) =>
      openPacketSocket({ interfaceIndex, filter: ARP_FILTER, onFrame, onError }),
    putLoopbackAddress,
    removeLoopbackAddress,
    send: (message) => port.postMessage(message),
  },
  () => port.close(),
);

port.on('message', (message: ToWire) => session.receive(message));
