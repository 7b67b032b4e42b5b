import type { GratuitousOptions } from './arp/gratuitous.ts';
import type { Clock } from './clock.ts';
import type { FromWire } from './wire-messages.ts';

/** An open socket for the ARP frames of one interface. */
export interface ArpSocket {
  /** Sends one frame, or loses it and tells {@link ArpSocketListener.onError} before it returns. */
  send(frame: Uint8Array): void;
  close(): void;
}

/** Who hears what an {@link ArpSocket} receives. */
export interface ArpSocketListener {
  onFrame(frame: Uint8Array): void;
  /** `code` is the name of the errno. The socket goes on, if its interface does. */
  onError(error: Error & { readonly code?: string | undefined }): void;
}

/** All that the wire touches of the outside world. */
export interface WirePorts {
  readonly clock: Clock;
  /** @throws when the interface is gone or the right CAP_NET_RAW is missing. */
  openSocket(interfaceIndex: number, listener: ArpSocketListener): ArpSocket;
  /** Adds the address to `lo`, or renews it; the kernel removes it `validSeconds` later. @throws without CAP_NET_ADMIN. */
  putLoopbackAddress(address: string, validSeconds: number): void;
  /** Succeeds when the address is not there. @throws without CAP_NET_ADMIN. */
  removeLoopbackAddress(address: string): void;
  send(message: FromWire): void;
  readonly gratuitous?: GratuitousOptions;
}
