import { formatIPv6 } from '../../src/ip/address.ts';
import type { UdpSocketOptions } from '../../src/os/udp-socket.ts';
import type { MessageSecret } from '../../src/speaker/ownership/message-codec.ts';
import type { Role } from '../../src/speaker/ownership/protocol.ts';
import type { AssignedSegment, Assignment, FromWire, SegmentPeer } from '../../src/speaker/wire/messages.ts';
import type { FrameSocketListener, WirePorts } from '../../src/speaker/wire/ports.ts';
import { Wire } from '../../src/speaker/wire/wire.ts';
import { CLIENT, frame, NODE, OTHER_NODE, STRANGER } from './arp/frame-bytes.ts';
import { ManualClock } from './manual-clock.ts';
import { MemorySegment } from './memory-segment.ts';
import { NO_TCP } from './memory-tcp.ts';

/** The one address of most tests, and the interface that it is answered on. */
export const ADDRESS = '192.0.2.50';
export const ETH0 = { name: 'eth0', index: 2, mac: NODE };

export const question = frame({ targetAddress: ADDRESS });
export const gratuitous = frame({ source: NODE, senderAddress: ADDRESS });
export const probe = frame({ source: NODE, senderAddress: '0.0.0.0' });
export const claim = frame({ source: STRANGER, operation: 2, senderAddress: ADDRESS, targetAddress: ADDRESS });
export const reply = frame({
  destination: CLIENT,
  source: NODE,
  operation: 2,
  senderAddress: ADDRESS,
  targetMac: CLIENT,
  targetAddress: '192.0.2.1',
});

/** What a test may say otherwise of an {@link assignment}. */
export interface AssignmentOptions {
  readonly interface?: typeof ETH0;
  readonly up?: boolean;
  readonly loopback?: boolean;
  readonly peers?: readonly SegmentPeer[];
  /** In line for every address, best first. */
  readonly candidates?: readonly string[];
}

const SUBNETS = [
  { key: '192.0.2.0/24', local: '192.0.2.11', isOf: (address: string) => !address.includes(':') },
  { key: '2001:db8::/64', local: '2001:db8::11', isOf: (address: string) => address.includes(':') },
];

/** Has n1 answer for these addresses on {@link ETH0}, in the subnet of their family. */
export function assignment(addresses: readonly string[], options: AssignmentOptions = {}): Assignment {
  const { interface: link = ETH0, up = true, loopback = false, peers = [], candidates = ['n1'] } = options;
  return {
    ownMacs: [link.mac],
    speakerMacs: [[OTHER_NODE, 'n2']],
    loopback,
    alone: peers.length === 0,
    segments: SUBNETS.map(({ key, local, isOf }): AssignedSegment => {
      const planned = addresses.filter(isOf).map((address) => ({ address, candidates, holdOff: 0, draining: false }));
      const here = peers.filter(({ remote }) => isOf(remote));
      return { key, interface: link, up, local, peers: here, addresses: planned };
    }),
  };
}

export const placed = assignment([ADDRESS]);

/** A wire and a client on one segment in memory. */
export class MemoryWire {
  readonly clock = new ManualClock();
  readonly segment = new MemorySegment();
  /** The addresses on lo and when the kernel will remove them. */
  readonly loopback = new Map<string, number>();
  /** The multicast groups joined, as `interface group`. */
  readonly groups = new Set<string>();
  /** What was sent by MLD, and to whom, as hexadecimal and text. */
  readonly told: { readonly bytes: string; readonly to: string }[] = [];
  /** What waits in the queues of UDP sockets until one of them is drained. */
  readonly waiting: (() => void)[] = [];
  /** Who hears queries, where all groups are let in. */
  listener: FrameSocketListener | undefined;
  /** No MLD message can be sent at present. */
  mldBroken = false;
  /** No group can be joined at present. */
  groupsFull = false;
  /** Every message to the main thread. */
  readonly sent: FromWire[] = [];
  /** Why no socket can be opened at present. */
  broken: string | undefined;
  readonly ports: WirePorts;
  readonly wire: Wire;
  readonly client: { send(frame: Uint8Array): void };

  /** The UDP sockets that were opened: nothing comes in by them but what a test hands over. */
  readonly udp: UdpSocketOptions[] = [];

  /**
   * @param held what n1 answered for in its last life
   * @param secrets how ownership messages are signed
   */
  constructor(held: readonly string[] = [], secrets?: readonly MessageSecret[]) {
    this.ports = {
      clock: this.clock,
      random: () => 0.5,
      openSocket: (family, index, listener) => {
        if (this.broken !== undefined) throw new Error(this.broken);
        return this.segment.open(`node-${index}`, listener, family);
      },
      openRouterSocket: (index, listener) => this.segment.open(`node-${index}`, listener, 'RouterDiscovery'),
      openGroups: (index) => ({
        join: (group) => {
          if (this.groupsFull) throw new Error('ENOMEM');
          this.groups.add(`${index} ${formatIPv6(group)}`);
        },
        leave: (group) => void this.groups.delete(`${index} ${formatIPv6(group)}`),
        close: () => this.groups.clear(),
      }),
      openListener: (_index, listener) => {
        if (this.groupsFull) throw new Error('EPERM');
        this.listener = listener;
        return {
          send: (message, group) => {
            if (this.mldBroken) listener.onError(new Error('EADDRNOTAVAIL'));
            else this.told.push({ bytes: Buffer.from(message).toString('hex'), to: formatIPv6(group) });
          },
          close: () => {
            this.listener = undefined;
          },
        };
      },
      ...NO_TCP,
      openUdpSocket: (options) => {
        this.udp.push(options);
        const drain = (): void => {
          for (const deliver of this.waiting.splice(0)) deliver();
        };
        return { send: () => {}, drain, close: () => void this.udp.splice(this.udp.indexOf(options), 1) };
      },
      putLoopbackAddress: (address, seconds) => {
        this.loopback.set(address, this.clock.monotonic() + seconds * 1000);
      },
      removeLoopbackAddress: (address) => {
        this.loopback.delete(address);
      },
      send: (message) => this.sent.push(message),
    };
    const segments = SUBNETS.map(({ key, isOf }) => {
      return { segment: key, addresses: held.filter(isOf).map((address) => ({ address, moves: [] })) };
    });
    this.wire = new Wire(this.ports, { node: 'n1', held: segments, secrets });
    this.client = this.segment.open('client', { onFrame: () => {}, onError: () => {} });
  }

  /** What the node sent since the last look. */
  fromNode(): readonly Uint8Array[] {
    return this.segment.take().flatMap(({ from, frame }) => (from.startsWith('node') ? [frame] : []));
  }

  /** Asks, and gives what the node sent thereupon. */
  ask(asked = question): readonly Uint8Array[] {
    this.fromNode();
    this.client.send(asked);
    return this.fromNode();
  }

  /** The role last reported of each address. */
  roles(): ReadonlyMap<string, Role> {
    const reports = this.sent.flatMap((message) => (message.type === 'report' ? message.roles : []));
    return new Map(reports.map(({ address, role }) => [address, role]));
  }
}
