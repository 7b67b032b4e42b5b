import { randomInt } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { ARP_FILTER, NDP_FILTER } from '../../os/bpf.ts';
import { isAcceptedAddress, putLoopbackAddress, removeLoopbackAddress } from '../../os/loopback-address.ts';
import { openMulticastGroups } from '../../os/multicast-groups.ts';
import { openPacketSocket } from '../../os/packet-socket.ts';
import { connectTcp } from '../../os/tcp-connection.ts';
import { listenTcp } from '../../os/tcp-listener.ts';
import { tcpMd5Failures } from '../../os/tcp-statistics.ts';
import { openUdpSocket } from '../../os/udp-socket.ts';
import { systemClock } from './clock.ts';
import type { ToWire } from './messages.ts';
import { WireSession } from './session.ts';

const port = parentPort;
if (port === null) throw new Error('wire-worker is the entry of a worker thread: start it from the speaker');

/** What node:crypto draws from at most. */
const RANDOM_RANGE = 2 ** 48 - 1;

const session = new WireSession(
  {
    clock: systemClock,
    random: () => randomInt(RANDOM_RANGE) / RANDOM_RANGE,
    openSocket: (family, interfaceIndex, { onFrame, onError }) =>
      openPacketSocket({ interfaceIndex, filter: family === 'IPv4' ? ARP_FILTER : NDP_FILTER, onFrame, onError }),
    openGroups: (interfaceIndex) => {
      const groups = openMulticastGroups(interfaceIndex);
      return {
        join: (value) => groups.join({ family: 'IPv6', value }),
        leave: (value) => groups.leave({ family: 'IPv6', value }),
        close: () => groups.close(),
      };
    },
    openUdpSocket,
    connectTcp,
    listenTcp,
    tcpMd5Failures,
    putLoopbackAddress,
    isAcceptedAddress,
    removeLoopbackAddress,
    send: (message) => port.postMessage(message),
  },
  () => port.close(),
);

port.on('message', (message: ToWire) => session.receive(message));
