import type { PacketFilter } from './bpf.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';
import { type Native, native } from './native.ts';
import { describeError, type SystemError } from './system-error.ts';

/** A socket that sends and receives whole Ethernet frames on one interface (packet(7)). */
export interface PacketSocket {
  /** Queues one frame, Ethernet header included. One that cannot be sent is lost and goes to `onError`. */
  send(frame: Uint8Array): void;
  /** Frames that passed the filter but found the receive queue full, since the socket was opened. */
  dropped(): number;
  /** Closes it: no callback is called after this returns. Calling it again does nothing. */
  close(): void;
}

export interface PacketSocketOptions {
  /** As the kernel numbers interfaces; see {@link NetworkInterface.index}. */
  readonly interfaceIndex: number;
  /** Which frames to receive, and of which EtherType. */
  readonly filter: PacketFilter;
  /** Has the interface let in the frames of all multicast groups, for whoever wants them, while the socket is open. */
  readonly allMulticast?: boolean;
  /** Called for each frame received; the buffer is the callee's to keep. */
  readonly onFrame: (frame: Buffer) => void;
  /**
   * Called for an error of the socket, which goes on. `ENETDOWN`: the interface went down; frames come again when it is
   * up again, but never when it was removed (`ENXIO` on sending): then close the socket.
   */
  readonly onError: (error: SystemError) => void;
}

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_STATISTICS = 6;
/** struct packet_mreq: i32 ifindex, u16 type, u16 length of the 8 bytes of address that follow. */
const MEMBERSHIP_LENGTH = 16;
const PACKET_MR_ALLMULTI = 2;
/** struct tpacket_stats: u32 packets, u32 drops. */
const STATISTICS_LENGTH = 8;
/** struct sockaddr_ll: u16 family, u16 protocol in network order, i32 ifindex, 12 bytes for what bind(2) ignores. */
const ADDRESS_LENGTH = 20;

/** Frames taken per wake-up, so that a flood of frames cannot keep timers of the same thread from running. */
const BATCH = 64;
/** More than any frame that a filter here lets pass; longer ones are cut by the kernel and dropped. */
const MAX_FRAME = 2048;

/**
 * Opens a packet socket on one interface. It does not put the interface into promiscuous mode.
 *
 * @throws SystemError `EPERM` without CAP_NET_RAW, `ENODEV` for an unknown interface.
 * @throws NativeAddonError when the addon is not built.
 */
export function openPacketSocket(options: PacketSocketOptions): PacketSocket {
  const addon = native();
  let fd: number;
  try {
    fd = openBound(addon, options);
  } catch (error) {
    throw describeError(error, `cannot open a packet socket on interface ${options.interfaceIndex}`, {
      EPERM: 'run as root or grant CAP_NET_RAW',
      ENODEV: 'no interface has this index any more',
    });
  }
  return new KernelPacketSocket(addon, fd, options);
}

function openBound(addon: Native, { interfaceIndex, filter, allMulticast }: PacketSocketOptions): number {
  // Protocol 0 receives nothing: between socket() and the filter no frame can be queued that the filter would drop.
  const fd = addon.socket(AF_PACKET, SOCK_RAW, 0);
  try {
    addon.attachFilter(fd, filter.program);
    addon.bind(fd, linkLayerAddress(interfaceIndex, filter.etherType));
    if (allMulticast) addon.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, allMulticastOf(interfaceIndex));
    return fd;
  } catch (error) {
    addon.close(fd);
    throw error;
  }
}

function linkLayerAddress(interfaceIndex: number, etherType: number): Uint8Array {
  const address = new Uint8Array(ADDRESS_LENGTH);
  const view = viewOf(address);
  view.setUint16(0, AF_PACKET, HOST_LITTLE_ENDIAN);
  view.setUint16(2, etherType);
  view.setInt32(4, interfaceIndex, HOST_LITTLE_ENDIAN);
  return address;
}

function allMulticastOf(interfaceIndex: number): Uint8Array {
  const membership = new Uint8Array(MEMBERSHIP_LENGTH);
  const view = viewOf(membership);
  view.setInt32(0, interfaceIndex, HOST_LITTLE_ENDIAN);
  view.setUint16(4, PACKET_MR_ALLMULTI, HOST_LITTLE_ENDIAN);
  return membership;
}

class KernelPacketSocket implements PacketSocket {
  readonly #addon: Native;
  readonly #fd: number;
  readonly #options: PacketSocketOptions;
  readonly #buffer = Buffer.alloc(MAX_FRAME);
  readonly #stopPolling: () => void;
  #open = true;
  #dropped = 0;

  constructor(addon: Native, fd: number, options: PacketSocketOptions) {
    this.#addon = addon;
    this.#fd = fd;
    this.#options = options;
    this.#stopPolling = addon.poll(fd, () => this.#receiveBatch());
  }

  send(frame: Uint8Array): void {
    if (!this.#open) return;
    try {
      this.#addon.send(this.#fd, frame);
    } catch (error) {
      this.#report('cannot send a frame', error);
    }
  }

  dropped(): number {
    if (this.#open) {
      const statistics = new Uint8Array(STATISTICS_LENGTH);
      this.#addon.getsockopt(this.#fd, SOL_PACKET, PACKET_STATISTICS, statistics);
      // The kernel starts again from 0 each time it is asked.
      this.#dropped += viewOf(statistics).getUint32(4, HOST_LITTLE_ENDIAN);
    }
    return this.#dropped;
  }

  close(): void {
    if (!this.#open) return;
    this.dropped();
    this.#open = false;
    this.#stopPolling();
  }

  #receiveBatch(): void {
    for (let taken = 0; taken < BATCH && this.#open; taken++) {
      let length: number;
      try {
        length = this.#addon.recv(this.#fd, this.#buffer);
      } catch (error) {
        this.#report('cannot receive', error);
        continue;
      }
      if (length < 0) return;
      if (length <= MAX_FRAME) this.#options.onFrame(Buffer.from(this.#buffer.subarray(0, length)));
    }
  }

  #report(doing: string, error: unknown): void {
    this.#options.onError(describeError(error, `interface ${this.#options.interfaceIndex}: ${doing}`));
  }
}
