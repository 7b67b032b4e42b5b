import type { Address } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import { errorCode } from '../../os/system-error.ts';
import type { Datagram, UdpSocket } from '../../os/udp-socket.ts';
import type { WireInterface } from './messages.ts';
import type { WirePorts } from './ports.ts';

/** UDP port of single-hop BFD Control packets (RFC 5881 section 4). */
export const BFD_PORT = 3784;
/** UDP port of multihop BFD Control packets (RFC 5883 section 5). */
export const MULTIHOP_PORT = 4784;
/** Source ports (RFC 5881 section 4): one for each session. */
const FIRST_SOURCE_PORT = 49_152;
const SOURCE_PORTS = 65_536 - FIRST_SOURCE_PORT;
/** Draws of a source port before it waits for the next round. */
const DRAWS = 8;

/** A session, as far as its sockets go. */
export interface BfdEndpoint {
  readonly key: string;
  /** Absent for a session over several hops. */
  readonly interface?: Pick<WireInterface, 'name' | 'index'> | undefined;
  /** The VRF that a session over several hops is in. */
  readonly vrf?: Pick<WireInterface, 'name' | 'index'> | undefined;
  readonly local: Address;
}

/** One socket that is wanted, and open when it can be. */
class Slot {
  socket: UdpSocket | undefined;
  /** The failure reported last, so that one that lasts is reported once. */
  fault = '';

  constructor(readonly open: () => UdpSocket) {}
}

/**
 * The sockets of all sessions: one to receive for each interface and family, and one for each VRF and family over several
 * hops; one to send for each session.
 */
export class BfdSockets {
  readonly #ports: WirePorts;
  readonly #onDatagram: (datagram: Datagram, endpoint: Pick<BfdEndpoint, 'interface' | 'vrf'>) => void;
  readonly #slots = new Map<string, Slot>();
  /** By session, the slot that it sends from, and the port that it sends to. */
  #senders: ReadonlyMap<string, { readonly id: string; readonly port: number }> = new Map();
  readonly #told = new Set<string>();

  constructor(
    ports: WirePorts,
    onDatagram: (datagram: Datagram, endpoint: Pick<BfdEndpoint, 'interface' | 'vrf'>) => void,
  ) {
    this.#ports = ports;
    this.#onDatagram = onDatagram;
  }

  /** Makes these the sessions: opens and closes what that takes. */
  align(endpoints: readonly BfdEndpoint[]): void {
    const wanted = new Map<string, () => UdpSocket>();
    for (const endpoint of endpoints) {
      const { local } = endpoint;
      wanted.set(`${placeOf(endpoint)} ${local.family}`, () => this.#openReceiver(endpoint, local.family));
      wanted.set(senderId(endpoint), () => this.#openSender(endpoint));
    }
    for (const [id, slot] of this.#slots) {
      if (wanted.has(id)) continue;
      slot.socket?.close();
      this.#slots.delete(id);
    }
    for (const [id, open] of wanted) if (!this.#slots.has(id)) this.#slots.set(id, new Slot(open));
    this.#senders = new Map(
      endpoints.map((endpoint) => [endpoint.key, { id: senderId(endpoint), port: portOf(endpoint.interface) }]),
    );
    this.open();
  }

  /** Opens what is closed; a failure is reported once and can be tried again. */
  open(): void {
    for (const slot of this.#slots.values()) {
      if (slot.socket !== undefined) continue;
      try {
        slot.socket = slot.open();
        slot.fault = '';
      } catch (error) {
        this.#report(slot, error);
      }
    }
  }

  /** Hands over what waits in all queues. */
  drain(): void {
    for (const { socket } of this.#slots.values()) socket?.drain();
  }

  /** Sends a packet of a session. Returns false where its socket is not open. */
  send(key: string, payload: Uint8Array, to: Address): boolean {
    const sender = this.#senders.get(key);
    if (sender === undefined) return false;
    const slot = this.#slots.get(sender.id);
    slot?.socket?.send(payload, to, sender.port);
    return slot?.socket !== undefined;
  }

  #openReceiver({ interface: link, vrf }: BfdEndpoint, family: IPFamily): UdpSocket {
    return this.#ports.openUdpSocket({
      interface: link ?? vrf,
      family,
      port: portOf(link),
      onDatagram: (datagram) => this.#onDatagram(datagram, { interface: link, vrf }),
      onError: (error) => this.#fault(error),
    });
  }

  #openSender({ interface: link, vrf, local }: BfdEndpoint): UdpSocket {
    for (let draw = 1; ; draw++) {
      try {
        return this.#ports.openUdpSocket({
          interface: link ?? vrf,
          family: local.family,
          local,
          port: FIRST_SOURCE_PORT + Math.floor(this.#ports.random() * SOURCE_PORTS),
          // Nobody sends to where we send from; what comes is not read as BFD.
          onDatagram: () => {},
          onError: (error) => this.#fault(error),
        });
      } catch (error) {
        if (errorCode(error) !== 'EADDRINUSE' || draw === DRAWS) throw error;
      }
    }
  }

  /** What a socket says of a packet that it could not send comes with every packet: it is told once. */
  #fault(error: Error): void {
    if (this.#told.has(error.message)) return;
    this.#told.add(error.message);
    this.#ports.send({ type: 'fault', message: `BFD: ${error.message}` });
  }

  #report(slot: Slot, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === slot.fault) return;
    slot.fault = reason;
    this.#ports.send({ type: 'fault', message: `BFD: ${reason}` });
  }
}

function senderId(endpoint: BfdEndpoint): string {
  return `${endpoint.key} ${placeOf(endpoint)} from ${endpoint.local.value}`;
}

/** What the sockets of a session are bound to, as text. */
function placeOf({ interface: link, vrf }: BfdEndpoint): string {
  if (link !== undefined) return `${link.index} ${link.name}`;
  return vrf === undefined ? 'multihop' : `multihop ${vrf.index} ${vrf.name}`;
}

function portOf(link: BfdEndpoint['interface']): number {
  return link === undefined ? MULTIHOP_PORT : BFD_PORT;
}
