import type { Address } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import type { TcpPort, TcpRequest } from '../../os/tcp-listener.ts';
import type { Device } from './bgp-messages.ts';
import type { WirePorts } from './ports.ts';

/** TCP port of BGP (RFC 4271 section 8.2.1). */
export const BGP_PORT = 179;

/** A peer that may connect, and by which key. */
export interface ExpectedPeer {
  readonly address: Address;
  readonly password: string | undefined;
  /** The VRF that it is reached in. */
  readonly vrf: Device | undefined;
}

/** Where a port is: for one family, in one VRF or in none. */
interface Place {
  readonly family: IPFamily;
  readonly vrf: Device | undefined;
}

interface Listener extends Place {
  port: TcpPort | undefined;
  /** The failure reported last, so that one that lasts is reported once. */
  fault: string;
  /** The keys that the port has, by address. */
  readonly keys: Map<string, { readonly address: Address; readonly password: string }>;
}

/** Port 179, of each family that has a peer, in each VRF that has one. Where it cannot be had, sessions come up by our own connections alone. */
export class BgpListeners {
  readonly #ports: WirePorts;
  readonly #onRequest: (request: TcpRequest, vrf: Device | undefined) => void;
  readonly #listeners = new Map<string, Listener>();
  #expected: readonly ExpectedPeer[] = [];

  constructor(ports: WirePorts, onRequest: (request: TcpRequest, vrf: Device | undefined) => void) {
    this.#ports = ports;
    this.#onRequest = onRequest;
  }

  /** Makes these the peers. */
  align(expected: readonly ExpectedPeer[]): void {
    this.#expected = expected;
    const wanted = new Map(
      expected.map(({ address: { family }, vrf }) => [placeText({ family, vrf }), { family, vrf }] as const),
    );
    for (const [key, { port }] of this.#listeners) {
      if (wanted.has(key)) continue;
      port?.close();
      this.#listeners.delete(key);
    }
    for (const [key, place] of wanted) {
      if (!this.#listeners.has(key)) {
        this.#listeners.set(key, { ...place, port: undefined, fault: '', keys: new Map() });
      }
    }
    this.open();
  }

  /** Opens what could not be opened before, and sets the keys that could not be set. */
  open(): void {
    for (const [key, listener] of this.#listeners) {
      const { family, vrf } = listener;
      try {
        listener.port ??= this.#ports.listenTcp({
          family,
          port: BGP_PORT,
          device: vrf?.name,
          onRequest: (request) => this.#onRequest(request, vrf),
          onError: (error) => this.#ports.send({ type: 'fault', message: `BGP: ${error.message}` }),
        });
        this.#setKeys(key, listener, listener.port);
        listener.fault = '';
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== listener.fault) this.#ports.send({ type: 'fault', message: `BGP: ${reason}` });
        listener.fault = reason;
      }
    }
  }

  /** Why nobody can connect there; undefined where somebody can. */
  faultOf(place: Place): string | undefined {
    const listener = this.#listeners.get(placeText(place));
    return listener === undefined || listener.port !== undefined ? undefined : listener.fault || undefined;
  }

  #setKeys(place: string, { keys }: Listener, port: TcpPort): void {
    const wanted = new Map<string, { readonly address: Address; readonly password: string }>();
    for (const { address, password, vrf } of this.#expected) {
      if (placeText({ family: address.family, vrf }) !== place || password === undefined) continue;
      // Peers of one address have one password, but for unnumbered ones: of these one has the port.
      const key = String(address.value);
      if (!wanted.has(key)) wanted.set(key, { address, password });
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

/** A VRF that was made anew is another one. */
function placeText({ family, vrf }: Place): string {
  return vrf === undefined ? family : `${family} ${vrf.index} ${vrf.name}`;
}
