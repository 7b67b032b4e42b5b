import type { IPFamily } from '../../src/ip/family.ts';
import type { FrameSocket, FrameSocketListener } from '../../src/speaker/wire/ports.ts';

interface Port {
  readonly name: string;
  readonly listener: FrameSocketListener;
  /** What it receives; everything when absent. */
  readonly family: IPFamily | undefined;
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

  /** Plugs a station in, which receives ARP, neighbour discovery or, without a family, both. */
  open(name: string, listener: FrameSocketListener, family?: IPFamily): FrameSocket {
    const port: Port = { name, listener, family };
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

function hears({ family }: Port, frame: Uint8Array): boolean {
  return family === undefined || (family === 'IPv6') === (frame[12] === 0x86);
}
