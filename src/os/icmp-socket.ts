import { createRequire } from 'node:module';
import type { IPFamily } from '../ip/family.ts';
import { describeError, type SystemError } from './system-error.ts';

/** ICMP at IP level, through the optional package raw-socket. */
export interface IcmpSocket {
  /** Sends one ICMP message, whose checksum is written into it, with that TTL or Hop Limit. */
  send(message: Buffer, to: string, hopLimit: number): void;
  /** Closes it: no callback is called after this returns. */
  close(): void;
}

export interface IcmpSocketOptions {
  readonly family: IPFamily;
  /** Called for every ICMP message that reaches this host, without its IP header. */
  readonly onMessage: (message: Buffer, from: string) => void;
  /** Called for a message that could not be sent, and for an error of the socket, which goes on. */
  readonly onError: (error: SystemError) => void;
}

/** The package raw-socket is not there. The message says why and what to do. */
export class RawSocketMissingError extends Error {
  override readonly name = 'RawSocketMissingError';
}

/** What is used of raw-socket 1.8, which brings no types. */
interface RawSocketPackage {
  createSocket(options: { readonly protocol: number; readonly addressFamily: number }): RawSocket;
  createChecksum(buffer: Buffer): number;
  writeChecksum(buffer: Buffer, offset: number, checksum: number): void;
}

interface RawSocket {
  on(event: 'message', listener: (buffer: Buffer, source: string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  setOption(level: number, option: number, value: number): void;
  send(
    buffer: Buffer,
    offset: number,
    length: number,
    address: string,
    before: () => void,
    after: (error: Error | null) => void,
  ): void;
  close(): void;
}

/** Numbers of the package for the families; IP protocol numbers; and the options of ip(7) and ipv6(7). */
const OPTIONS = {
  IPv4: { addressFamily: 1, protocol: 1, level: 0, hopLimit: 2 },
  IPv6: { addressFamily: 2, protocol: 58, level: 41, hopLimit: 16 },
} as const;
const CHECKSUM_OFFSET = 2;

/**
 * Opens a socket for ICMP, or ICMPv6.
 *
 * @throws RawSocketMissingError where the package is not installed, or was not built for this Node.js.
 * @throws SystemError `EPERM` without CAP_NET_RAW.
 */
export function openIcmpSocket({ family, onMessage, onError }: IcmpSocketOptions): IcmpSocket {
  const raw = load();
  const { addressFamily, protocol, level, hopLimit: hopLimitOption } = OPTIONS[family];
  let socket: RawSocket;
  try {
    socket = raw.createSocket({ addressFamily, protocol });
  } catch (error) {
    throw describeError(error, 'cannot open an ICMP socket', { EPERM: 'run as root or grant CAP_NET_RAW' });
  }
  let isOpen = true;
  socket.on('message', (buffer, source) => {
    if (isOpen) onMessage(family === 'IPv4' ? withoutHeader(buffer) : buffer, source);
  });
  socket.on('error', (error) => {
    if (isOpen) onError(describeError(error, 'the ICMP socket failed'));
  });
  return {
    send: (message, to, hopLimit) => {
      // The kernel writes that of ICMPv6 itself (RFC 3542 section 3.1).
      if (family === 'IPv4') {
        message.writeUInt16BE(0, CHECKSUM_OFFSET);
        raw.writeChecksum(message, CHECKSUM_OFFSET, raw.createChecksum(message));
      }
      const before = () => socket.setOption(level, hopLimitOption, hopLimit);
      socket.send(message, 0, message.length, to, before, (error) => {
        if (error && isOpen) onError(describeError(error, `cannot send to ${to}`));
      });
    },
    close: () => {
      isOpen = false;
      socket.close();
    },
  };
}

/** Loaded when it is needed and not before: most installations run without it. */
function load(): RawSocketPackage {
  try {
    return createRequire(import.meta.url)('raw-socket') as RawSocketPackage;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new RawSocketMissingError(
      `the optional package raw-socket is not here (${reason}): with a C++ compiler, make and Python at hand, "npm install --omit=dev" in "$(npm root --global)/berth-lb" builds it`,
      { cause },
    );
  }
}

/** The kernel hands over IPv4 packets with their headers (raw(7)), whose length is in 32-bit words (RFC 791). */
function withoutHeader(packet: Buffer): Buffer {
  return packet.subarray(((packet[0] ?? 0) & 0x0f) * 4);
}
