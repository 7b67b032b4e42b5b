import { type Address, formatAddress, parseAddress } from '../../src/ip/address.ts';
import type { TcpConnection, TcpConnectOptions, TcpListenerOfOne } from '../../src/os/tcp-connection.ts';
import type { TcpPort, TcpPortOptions } from '../../src/os/tcp-listener.ts';
import type { TcpOptions } from '../../src/os/tcp-options.ts';
import type { Clock } from '../../src/speaker/wire/clock.ts';
import type { WirePorts } from '../../src/speaker/wire/ports.ts';

/** What a node without TCP has in its place. */
export const NO_TCP: Pick<WirePorts, 'connectTcp' | 'listenTcp' | 'tcpDrops'> = {
  connectTcp: () => {
    throw new Error('no TCP here');
  },
  listenTcp: () => {
    throw new Error('no TCP here');
  },
  tcpDrops: () => ({ md5: 0, hopLimit: 0 }),
};

/** Milliseconds that anything is under way. */
const LATENCY = 1;

/** One end of a connection in memory. */
export class MemoryTcpEnd implements TcpConnection {
  other: MemoryTcpEnd | undefined;
  listener: TcpListenerOfOne | undefined;
  /** While true nothing that is written is taken. */
  stuck = false;
  /** All that was written and not yet taken. */
  readonly untaken: { readonly octets: Uint8Array; readonly onTaken: () => void }[] = [];
  readonly passwords: (string | undefined)[] = [];
  open = true;
  readonly #clock: Clock;

  constructor(
    clock: Clock,
    readonly local: Address,
    readonly options: TcpOptions,
  ) {
    this.#clock = clock;
    this.passwords.push(options.password);
  }

  write(octets: Uint8Array, onTaken: () => void): void {
    if (!this.open) return;
    this.untaken.push({ octets: octets.slice(), onTaken });
    if (!this.stuck) this.flush();
  }

  /** Hands over what was written. */
  flush(): void {
    for (const { octets, onTaken } of this.untaken.splice(0)) {
      const { other } = this;
      this.#clock.after(0, () => this.open && onTaken());
      this.#clock.after(LATENCY, () => other?.open && other.listener?.onData(octets));
    }
  }

  end(): void {
    this.#close('closed by the peer');
  }

  destroy(): void {
    this.#close('connection reset by the peer');
  }

  /** Closes the connection as the kernel of the other side does when its process dies. */
  fail(reason: string): void {
    if (!this.open) return;
    this.open = false;
    this.listener?.onClosed(reason);
  }

  setPassword(password: string | undefined): void {
    this.passwords.push(password);
  }

  #close(reason: string): void {
    if (!this.open) return;
    this.open = false;
    const { other } = this;
    this.#clock.after(LATENCY, () => other?.fail(reason));
  }
}

/** A port in memory, with what it was told. */
export interface MemoryPort {
  readonly options: TcpPortOptions;
  /** By address. */
  readonly keys: Map<string, string>;
}

function portKey(address: string, port: number, device = ''): string {
  return `${address} ${port} ${device}`;
}

/** Hosts that connect to one another over TCP, on one clock. */
export class MemoryTcp {
  readonly #clock: Clock;
  readonly #ports = new Map<string, MemoryPort>();
  /** Every connection end that was made, in order. */
  readonly ends: MemoryTcpEnd[] = [];
  /** Addresses that give no answer. */
  readonly silent = new Set<string>();
  /** Why no port can be had at present. */
  broken: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The ports that a host listens on, in a VRF or in none. */
  port(address: string, port: number, device?: string): MemoryPort | undefined {
    return this.#ports.get(portKey(address, port, device));
  }

  /** What a host at this address has of TCP. */
  host(address: string): Pick<WirePorts, 'connectTcp' | 'listenTcp' | 'tcpDrops'> {
    const family = parseAddress(address).family;
    return {
      connectTcp: (options, listener) => this.#connect(address, options, listener),
      listenTcp: (options) => {
        if (this.broken !== undefined) throw new Error(this.broken);
        return options.family === family ? this.listen(address, options) : { setPassword: () => {}, close: () => {} };
      },
      tcpDrops: () => ({ md5: 0, hopLimit: 0 }),
    };
  }

  listen(address: string, options: TcpPortOptions): TcpPort {
    const key = portKey(address, options.port, options.device);
    const keys = new Map<string, string>();
    this.#ports.set(key, { options, keys });
    return {
      setPassword: (peer, password) => {
        if (password === undefined) keys.delete(formatAddress(peer));
        else keys.set(formatAddress(peer), password);
      },
      close: () => void this.#ports.delete(key),
    };
  }

  #connect(from: string, options: TcpConnectOptions, listener: TcpListenerOfOne): TcpConnection {
    const local = parseAddress(from);
    const end = new MemoryTcpEnd(this.#clock, local, options);
    end.listener = listener;
    this.ends.push(end);
    this.#clock.after(LATENCY, () => this.#arrive(end, options));
    return end;
  }

  #arrive(end: MemoryTcpEnd, { remote, device }: TcpConnectOptions): void {
    const to = formatAddress(remote.address);
    if (!end.open || this.silent.has(to)) return;
    const port = this.port(to, remote.port, device);
    if (port === undefined) {
      this.#clock.after(LATENCY, () => end.fail('connection refused'));
      return;
    }
    port.options.onRequest({
      remote: end.local,
      interfaceIndex: 0,
      accept: (options, listener) => {
        const other = new MemoryTcpEnd(this.#clock, remote.address, options);
        other.listener = listener;
        other.other = end;
        end.other = other;
        this.ends.push(other);
        this.#clock.after(LATENCY, () => end.open && end.listener?.onConnected());
        return other;
      },
      refuse: () => void this.#clock.after(LATENCY, () => end.fail('connection reset by the peer')),
    });
  }
}
