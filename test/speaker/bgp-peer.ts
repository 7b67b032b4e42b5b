import type { AdvertisedAttributes } from '../../src/announcement/bgp/route-attributes.ts';
import { formatIPv4, parseAddress } from '../../src/ip/address.ts';
import { parsePrefix } from '../../src/ip/prefix.ts';
import type { TcpRequest } from '../../src/os/tcp-listener.ts';
import type { TcpDrops } from '../../src/os/tcp-statistics.ts';
import { packTable } from '../../src/speaker/bgp/adj-rib-out/route-run.ts';
import { decodeMessage, encodeMessage, type Message } from '../../src/speaker/bgp/message/message.ts';
import { MessageReader } from '../../src/speaker/bgp/message/message-reader.ts';
import { prefixesOf } from '../../src/speaker/bgp/message/nlri.ts';
import type { OpenMessage } from '../../src/speaker/bgp/message/open.ts';
import { WireBgp } from '../../src/speaker/wire/bgp.ts';
import type { AssignedInterface, AssignedPeer, SessionReport } from '../../src/speaker/wire/bgp-messages.ts';
import type { FromWire } from '../../src/speaker/wire/messages.ts';
import { ManualClock } from './manual-clock.ts';
import { MemorySegment } from './memory-segment.ts';
import { MemoryTcp, type MemoryTcpEnd, NO_TCP } from './memory-tcp.ts';

export const NODE = '192.0.2.11';
export const TOR = '192.0.2.1';

/** A peer as the speaker hands it to its worker. */
export function assignedPeer(more: Partial<AssignedPeer> = {}): AssignedPeer {
  return {
    ...{ peer: 'tor', address: TOR, port: 179, localAs: 64512, peerAs: 64513, bgpIdentifier: 0xc000020b },
    ...{ holdTime: 90, connectRetryTime: 10, passive: false, families: ['IPv4'], extendedNextHop: false },
    multihop: false,
    ...more,
  };
}

const NO_COMMUNITIES: AdvertisedAttributes = { communities: [], largeCommunities: [] };

export const INTERFACES = [
  {
    ...{ name: 'eth0', index: 2, mac: '02:00:00:00:00:11', up: true },
    addresses: ['192.0.2.11/24', '2001:db8::11/64', 'fe80::11/64'],
  },
];

/** A router in memory, that does what the test says and no more. */
export class MemoryRouter {
  /** Every message that came, over all connections. */
  readonly received: Message[] = [];
  /** How many octets came at a time. */
  readonly chunks: number[] = [];
  /** Prefixes that it was told and not untold. */
  readonly routes = new Set<string>();
  readonly requests: TcpRequest[] = [];
  end: MemoryTcpEnd | undefined;
  /** Answers an OPEN by one with this, and keeps the session alive; silent while undefined. */
  open: Partial<OpenMessage> | undefined = {};
  readonly #tcp: MemoryTcp;
  readonly #address: string;

  constructor(tcp: MemoryTcp, address: string = TOR) {
    this.#tcp = tcp;
    this.#address = address;
    this.listen();
  }

  /** @param device a VRF, of the same name on both sides */
  listen(device?: string): void {
    this.#tcp.listen(this.#address, {
      family: parseAddress(this.#address).family,
      port: 179,
      device,
      onError: () => {},
      onRequest: (request) => {
        const listener = this.#listener();
        listener.end = request.accept({}, listener) as MemoryTcpEnd;
        this.end = listener.end;
      },
    });
  }

  /** Connects to the node. @param device a VRF, of the same name on both sides */
  connect(device?: string): void {
    const { connectTcp } = this.#tcp.host(this.#address);
    const remote = { address: { family: 'IPv4', value: 0xc000020b }, port: 179 } as const;
    const listener = this.#listener();
    listener.end = connectTcp({ remote, device }, listener) as MemoryTcpEnd;
    this.end = listener.end;
  }

  send(message: Message, over = this.end): void {
    over?.write(encodeMessage(message), () => {});
  }

  /** The messages of one type. */
  of<T extends Message['type']>(type: T): readonly Extract<Message, { type: T }>[] {
    return this.received.filter((message): message is Extract<Message, { type: T }> => message.type === type);
  }

  #listener() {
    const reader = new MessageReader();
    const listener = {
      end: undefined as MemoryTcpEnd | undefined,
      onConnected: () => {},
      onData: (octets: Uint8Array) => {
        this.chunks.push(octets.length);
        reader.push(octets);
        for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
          const context = { fourOctetAs: true, internal: false, families: ['IPv4', 'IPv6'], extendedNextHop: false };
          const decoded = decodeMessage(frame, context as Parameters<typeof decodeMessage>[1]);
          if (decoded.ok) this.#take(decoded.message, listener.end);
        }
      },
      onClosed: () => {},
    };
    return listener;
  }

  #take(message: Message, over: MemoryTcpEnd | undefined): void {
    this.received.push(message);
    if (message.type === 'UPDATE') {
      for (const { address, length } of prefixesOf(message.withdrawn, 'IPv4') ?? []) {
        this.routes.delete(`${formatIPv4(Number(address.value))}/${length}`);
      }
      for (const { address, length } of prefixesOf(message.nlri, 'IPv4') ?? []) {
        this.routes.add(`${formatIPv4(Number(address.value))}/${length}`);
      }
    }
    if (this.open === undefined) return;
    if (message.type === 'OPEN') {
      const capabilities = [
        { capability: 'Multiprotocol', afi: 1, safi: 1 },
        { capability: 'FourOctetAsNumber', asNumber: 64513 },
      ] as const;
      this.send(
        {
          ...{ type: 'OPEN', asNumber: 64513, holdTime: 90, bgpIdentifier: 0xc0000201, capabilities },
          ...this.open,
        },
        over,
      );
      this.send({ type: 'KEEPALIVE' }, over);
    } else if (message.type === 'KEEPALIVE') this.send({ type: 'KEEPALIVE' }, over);
  }
}

/** The BGP sessions of one node, and a router beside it. */
export class BgpScene {
  readonly clock = new ManualClock();
  readonly tcp = new MemoryTcp(this.clock);
  readonly router = new MemoryRouter(this.tcp);
  readonly segment = new MemorySegment();
  readonly sent: FromWire[] = [];
  /** Why frames of router discovery came to nothing. */
  readonly dropped: string[] = [];
  readonly bgp: WireBgp;
  /** What the kernel of the node says that it has dropped; undefined where it does not say. */
  drops: TcpDrops | undefined = { md5: 0, hopLimit: 0 };
  watched = 0;

  constructor() {
    const nothing = () => {
      throw new Error('not in this scene');
    };
    this.bgp = new WireBgp(
      {
        ...NO_TCP,
        ...this.tcp.host(NODE),
        tcpDrops: () => this.drops,
        clock: this.clock,
        random: () => 0.999,
        ...{ openSocket: nothing, openListener: nothing, openUdpSocket: nothing },
        openGroups: () => ({ join: () => {}, leave: () => {}, close: () => {} }),
        openRouterSocket: (index, listener) => this.segment.open(`node-${index}`, listener),
        ...{ putLoopbackAddress: nothing, removeLoopbackAddress: nothing },
        send: (message) => this.sent.push(message),
      },
      () => {
        this.watched += 1;
      },
      (reason) => this.dropped.push(reason),
    );
  }

  assign(...peers: readonly AssignedPeer[]): void {
    this.assignOn(INTERFACES, ...peers);
  }

  /** With other interfaces than usual. */
  assignOn(interfaces: readonly AssignedInterface[], ...peers: readonly AssignedPeer[]): void {
    this.bgp.assign({ peers, interfaces });
  }

  /** Tells the worker all routes of a peer. */
  advertise(prefixes: readonly string[], peer = 'tor', attributes = NO_COMMUNITIES): void {
    const routes = prefixes.map((text) => [parsePrefix(text), attributes] as const);
    this.bgp.tell({ peer, complete: true, runs: packTable(routes) });
  }

  /** Brings a session up with these routes. */
  up(peer = assignedPeer(), prefixes: readonly string[] = ['198.51.100.1/32']): void {
    this.assign(peer);
    this.advertise(prefixes);
    this.clock.advance(50);
  }

  session(peer = 'tor'): SessionReport | undefined {
    const last = this.sent.findLast((message) => message.type === 'sessions');
    return last?.sessions.find((each) => each.peer === peer);
  }

  faults(): readonly string[] {
    return this.sent.flatMap((message) => (message.type === 'fault' ? [message.message] : []));
  }
}
