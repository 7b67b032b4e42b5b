import { formatIPv6 } from '../../src/ip/address.ts';
import { Wire } from '../../src/speaker/wire.ts';
import type { AssignedAddress, Assignment, FromWire, WireState } from '../../src/speaker/wire-messages.ts';
import type { WirePorts } from '../../src/speaker/wire-ports.ts';
import { CLIENT, frame, NODE, OTHER_NODE, STRANGER } from './arp/frame-bytes.ts';
import { ManualClock } from './manual-clock.ts';
import { MemorySegment } from './memory-segment.ts';

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

/** An assignment of {@link ADDRESS} on {@link ETH0} for each entry, which may say otherwise. */
export function assignment(addresses: readonly Partial<AssignedAddress>[], more: Partial<Assignment> = {}): Assignment {
  return {
    ownMacs: [NODE],
    speakerMacs: [NODE, OTHER_NODE],
    loopback: false,
    peers: [],
    addresses: addresses.map((each) => ({ address: ADDRESS, interfaces: [ETH0], firstPlacement: false, ...each })),
    ...more,
  };
}

export const takenOver = assignment([{}]);
export const placed = assignment([{ firstPlacement: true }]);

/** A wire and a client on one segment in memory. */
export class MemoryWire {
  readonly clock = new ManualClock();
  readonly segment = new MemorySegment();
  /** The addresses on lo and when the kernel will remove them. */
  readonly loopback = new Map<string, number>();
  /** The multicast groups joined, as `interface group`. */
  readonly groups = new Set<string>();
  /** No group can be joined at present. */
  groupsFull = false;
  /** Every message to the main thread. */
  readonly sent: FromWire[] = [];
  /** Why no socket can be opened at present. */
  broken: string | undefined;
  readonly ports: WirePorts;
  readonly wire: Wire;
  readonly client: { send(frame: Uint8Array): void };

  constructor() {
    this.ports = {
      clock: this.clock,
      random: () => 0.5,
      openSocket: (family, index, listener) => {
        if (this.broken !== undefined) throw new Error(this.broken);
        return this.segment.open(`node-${index}`, listener, family);
      },
      openGroups: (index) => ({
        join: (group) => {
          if (this.groupsFull) throw new Error('ENOMEM');
          this.groups.add(`${index} ${formatIPv6(group)}`);
        },
        leave: (group) => void this.groups.delete(`${index} ${formatIPv6(group)}`),
        close: () => this.groups.clear(),
      }),
      openUdpSocket: () => ({ send: () => {}, drain: () => {}, close: () => {} }),
      putLoopbackAddress: (address, seconds) => {
        this.loopback.set(address, this.clock.monotonic() + seconds * 1000);
      },
      removeLoopbackAddress: (address) => {
        this.loopback.delete(address);
      },
      send: (message) => this.sent.push(message),
    };
    this.wire = new Wire(this.ports);
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

  /** The state last reported of each address. */
  states(): ReadonlyMap<string, WireState | undefined> {
    return new Map(this.sent.flatMap((message) => (message.type === 'report' ? message.states : [])));
  }
}
