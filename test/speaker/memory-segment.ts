import type { IPFamily } from '../../src/ip/family.ts';
import type { FrameSocket, FrameSocketListener } from '../../src/speaker/wire/ports.ts';

/** ARP and neighbour discovery by their family. */
type MemoryProtocol = IPFamily | 'RouterDiscovery';

interface Port {
  readonly name: string;
  readonly listener: FrameSocketListener;
  /** What it receives; everything when absent. */
  readonly protocol: MemoryProtocol | undefined;
}

/** A frame that was on a {@link MemorySegment}, and from which port. */
export interface SegmentFrame {
  readonly from: string;
  readonly frame: Uint8Array;
}

/** An Ethernet segment in memory: a hub that hands every frame to all ports but its own, at once. */
export class MemorySegment {
  readonly #ports = new Set<Port>();
  /** Everything sent so far, oldest first. */
  readonly frames: SegmentFrame[] = [];
  /** Nothing reaches these stations, nor does anything that they send reach others. */
  readonly cut = new Set<string>();

  /** Plugs a station in, which receives one protocol or, where none is named, all. */
  open(name: string, listener: FrameSocketListener, protocol?: MemoryProtocol): FrameSocket {
    const port: Port = { name, listener, protocol };
    this.#ports.add(port);
    return {
      send: (frame) => {
        if (!this.#ports.has(port)) throw new Error('sent on a closed socket');
        if (this.cut.has(name)) return;
        this.frames.push({ from: name, frame });
        const others = [...this.#ports].filter((other) => other !== port && !this.cut.has(other.name));
        for (const other of others) if (hears(other, frame)) other.listener.onFrame(frame);
      },
      close: () => this.#ports.delete(port),
    };
  }

  /** Names of the stations that are plugged in. */
  get stations(): readonly string[] {
    return [...this.#ports].map(({ name }) => name);
  }

  /** Ends every socket of a station, as when its interface goes down. */
  fail(name: string, code: string): void {
    for (const port of [...this.#ports]) {
      if (port.name === name) port.listener.onError(Object.assign(new Error(`${name}: ${code}`), { code }));
    }
  }

  /** Takes the frames that were sent since the last call. */
  take(): readonly SegmentFrame[] {
    return this.frames.splice(0);
  }
}

/** ICMPv6 types of router discovery (RFC 4861 sections 4.1 and 4.2). */
const ROUTER_DISCOVERY: ReadonlySet<number | undefined> = new Set([133, 134]);

function hears({ protocol }: Port, frame: Uint8Array): boolean {
  if (protocol === undefined) return true;
  const family = frame[12] === 0x86 ? 'IPv6' : 'IPv4';
  return protocol === (family === 'IPv6' && ROUTER_DISCOVERY.has(frame[54]) ? 'RouterDiscovery' : family);
}
