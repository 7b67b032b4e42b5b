import { randomInt } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { ARP_FILTER, NDP_FILTER } from '../../os/bpf.ts';
import { putLoopbackAddress, removeLoopbackAddress } from '../../os/loopback-address.ts';
import { openMulticastGroups } from '../../os/multicast-groups.ts';
import { openPacketSocket } from '../../os/packet-socket.ts';
import { connectTcp } from '../../os/tcp-connection.ts';
import { listenTcp } from '../../os/tcp-listener.ts';
import { tcpDrops } from '../../os/tcp-statistics.ts';
import { openUdpSocket } from '../../os/udp-socket.ts';
import { prepareRehearsal, REHEARSALS } from '../bgp/adj-rib-out/rehearsal.ts';
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
    tcpDrops,
    putLoopbackAddress,
    removeLoopbackAddress,
    send: (message) => port.postMessage(message),
  },
  () => port.close(),
);

/** Milliseconds between rehearsals: everything else of the worker goes first, and the engine compiles meanwhile. */
const REHEARSAL_PACE = 2;
let rehearsed = false;

function rehearseOn(rehearse: () => number, left: number): void {
  rehearse();
  if (left > 1) systemClock.after(REHEARSAL_PACE, () => rehearseOn(rehearse, left - 1));
}

port.on('message', (message: ToWire) => {
  session.receive(message);
  if (rehearsed || message.type !== 'sessions' || message.peers.length === 0) return;
  rehearsed = true;
  rehearseOn(prepareRehearsal(), REHEARSALS);
});
