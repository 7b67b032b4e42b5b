import { randomInt } from 'node:crypto';
import { ARP_FILTER, NDP_FILTER, ROUTER_DISCOVERY_FILTER } from '../../os/bpf.ts';
import { putLoopbackAddress, removeLoopbackAddress } from '../../os/loopback-address.ts';
import { openMulticastGroups } from '../../os/multicast-groups.ts';
import { openMulticastListener } from '../../os/multicast-listener.ts';
import { openPacketSocket } from '../../os/packet-socket.ts';
import { connectTcp } from '../../os/tcp-connection.ts';
import { listenTcp } from '../../os/tcp-listener.ts';
import { tcpDrops } from '../../os/tcp-statistics.ts';
import { openUdpSocket } from '../../os/udp-socket.ts';
import { systemClock } from './clock.ts';
import type { WirePorts } from './ports.ts';

/** What node:crypto draws from at most. */
const RANDOM_RANGE = 2 ** 48 - 1;

/** The wire's outside world as this machine has it. @param send where the wire's messages go */
export function systemPorts(send: WirePorts['send']): WirePorts {
  return {
    clock: systemClock,
    random: () => randomInt(RANDOM_RANGE) / RANDOM_RANGE,
    openSocket: (family, interfaceIndex, { onFrame, onError }) =>
      openPacketSocket({ interfaceIndex, filter: family === 'IPv4' ? ARP_FILTER : NDP_FILTER, onFrame, onError }),
    openRouterSocket: (interfaceIndex, { onFrame, onError }) =>
      openPacketSocket({ interfaceIndex, filter: ROUTER_DISCOVERY_FILTER, onFrame, onError }),
    openGroups: (interfaceIndex) => {
      const groups = openMulticastGroups(interfaceIndex);
      return {
        join: (value) => groups.join({ family: 'IPv6', value }),
        leave: (value) => groups.leave({ family: 'IPv6', value }),
        close: () => groups.close(),
      };
    },
    openListener: (interfaceIndex, { onFrame, onError }) => {
      const listener = openMulticastListener({ interfaceIndex, onQuery: onFrame, onError });
      return {
        send: (message, value) => listener.send(message, { family: 'IPv6', value }),
        close: () => listener.close(),
      };
    },
    openUdpSocket,
    connectTcp,
    listenTcp,
    tcpDrops,
    putLoopbackAddress,
    removeLoopbackAddress,
    send,
  };
}
