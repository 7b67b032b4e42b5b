import type { Address } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import type { TcpPort, TcpRequest } from '../../os/tcp-listener.ts';
import type { WirePorts } from './ports.ts';

/** TCP port of BGP (RFC 4271 section 8.2.1). */
export const BGP_PORT = 179;

/** A peer that may connect, and by which key. */
export interface ExpectedPeer {
  readonly address: Address;
  readonly password: string | undefined;
}

interface Listener {
  port: TcpPort | undefined;
  /** The failure reported last, so that one that lasts is reported once. */
  fault: string;
  /** The keys that the port has, by address. */
  readonly keys: Map<string, { readonly address: Address; readonly password: string }>;
}

/** Port 179, of each family that has a peer. Where it cannot be had, sessions come up by our own connections alone. */
export class BgpListeners {
  readonly #ports: WirePorts;
  readonly #onRequest: (request: TcpRequest) => void;
  readonly #listeners = new Map<IPFamily, Listener>();
  #expected: readonly ExpectedPeer[] = [];

  constructor(ports: WirePorts, onRequest: (request: TcpRequest) => void) {
    this.#ports = ports;
    this.#onRequest = onRequest;
  }

  /** Makes these the peers. */
  align(expected: readonly ExpectedPeer[]): void {
    this.#expected = expected;
    const wanted = new Set(expected.map(({ address }) => address.family));
    for (const [family, { port }] of this.#listeners) {
      if (wanted.has(family)) continue;
      port?.close();
      this.#listeners.delete(family);
    }
    for (const family of wanted) {
      if (!this.#listeners.has(family)) this.#listeners.set(family, { port: undefined, fault: '', keys: new Map() });
    }
    this.open();
  }

  /** Opens what could not be opened before, and sets the keys that could not be set. */
  open(): void {
    for (const [family, listener] of this.#listeners) {
      try {
        listener.port ??= this.#ports.listenTcp({
          family,
          port: BGP_PORT,
          onRequest: this.#onRequest,
          onError: (error) => this.#ports.send({ type: 'fault', message: `BGP: ${error.message}` }),
        });
        this.#setKeys(family, listener, listener.port);
        listener.fault = '';
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== listener.fault) this.#ports.send({ type: 'fault', message: `BGP: ${reason}` });
        listener.fault = reason;
      }
    }
  }

  #setKeys(family: IPFamily, { keys }: Listener, port: TcpPort): void {
    const wanted = new Map<string, { readonly address: Address; readonly password: string }>();
    for (const { address, password } of this.#expected) {
      if (address.family !== family || password === undefined) continue;
      wanted.set(String(address.value), { address, password });
    }
    for (const [key, { address }] of keys) {
      if (wanted.has(key)) continue;
      port.setPassword(address, undefined);
      keys.delete(key);
    }
    for (const [key, next] of wanted) {
      if (keys.get(key)?.password === next.password) continue;
      port.setPassword(next.address, next.password);
      keys.set(key, next);
    }
  }
}
