import { type Address, formatAddress } from '../../src/ip/address.ts';
import type { UdpSocket, UdpSocketOptions } from '../../src/os/udp-socket.ts';

interface Port {
  readonly host: readonly string[];
  readonly options: UdpSocketOptions;
  /** What it is on; elsewhere nothing of it arrives. */
  readonly link: string | undefined;
  /** What waits, when the host is slow to read. */
  readonly queue: (() => void)[];
}

/** A network in memory that carries UDP datagrams between hosts, each known by its addresses. */
export class MemoryDatagrams {
  readonly #ports = new Set<Port>();
  /** TTL of everything that is carried. */
  hopLimit = 255;
  /** Datagrams of these senders are lost. */
  readonly cut = new Set<string>();
  /** Nor does anything arrive at these ports. */
  readonly cutPorts = new Set<number>();
  /** These hosts read only when they drain their sockets. */
  readonly slow = new Set<string>();
  /** Everything carried so far. */
  readonly carried: {
    readonly from: string;
    readonly to: string;
    readonly port: number;
    readonly payload: Uint8Array;
  }[] = [];

  /**
   * Opens a socket of the host that has these addresses. Where no link is named, interfaces of one name are one link, and
   * VRFs of one name one network.
   */
  open(host: readonly string[], options: UdpSocketOptions, link = options.interface?.name): UdpSocket {
    const place = ({ local, port, interface: link }: UdpSocketOptions) =>
      `${local === undefined ? '' : formatAddress(local)} ${port} ${link?.name}`;
    const taken = [...this.#ports].some((other) => other.host === host && place(other.options) === place(options));
    if (taken) throw Object.assign(new Error(`port ${options.port} is taken`), { code: 'EADDRINUSE' });
    const port: Port = { host, options, link, queue: [] };
    this.#ports.add(port);
    return {
      send: (payload, to, destination) => this.#carry(port, payload, formatAddress(to), destination),
      drain: () => {
        for (const deliver of port.queue.splice(0)) deliver();
      },
      close: () => void this.#ports.delete(port),
    };
  }

  /** Source ports of the sockets that are open. */
  get ports(): readonly number[] {
    return [...this.#ports].map(({ options }) => options.port);
  }

  /** Delivers octets to a host as they are, from wherever. */
  inject(to: string, source: Address, payload: Uint8Array, destination = 3784): void {
    for (const port of this.#receivers(to, destination)) this.#deliver(port, source, 50_000, payload);
  }

  #carry(from: Port, payload: Uint8Array, to: string, destination: number): void {
    const { local, port } = from.options;
    if (local === undefined) throw new Error('sent from a socket without an address');
    const source = formatAddress(local);
    this.carried.push({ from: source, to, port, payload });
    if (this.cut.has(source) || this.cutPorts.has(destination)) return;
    for (const receiver of this.#receivers(to, destination)) {
      if (receiver.link !== from.link) continue;
      this.#deliver(receiver, local, port, payload);
    }
  }

  #receivers(to: string, destination: number): readonly Port[] {
    return [...this.#ports].filter(({ host, options: { port, local } }) => {
      return host.includes(to) && port === destination && (local === undefined || formatAddress(local) === to);
    });
  }

  #deliver(port: Port, source: Address, sourcePort: number, payload: Uint8Array): void {
    const { options, queue, host } = port;
    const datagram = {
      payload: Buffer.from(payload),
      source,
      sourcePort,
      hopLimit: this.hopLimit,
      interfaceIndex: options.interface?.index ?? 2,
    };
    if (host.some((address) => this.slow.has(address))) queue.push(() => options.onDatagram(datagram));
    else queueMicrotask(() => this.#ports.has(port) && options.onDatagram(datagram));
  }
}
