import { frame } from './arp/frame-bytes.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryNode } from './memory-node.ts';
import { MemorySegment } from './memory-segment.ts';
import { MemoryObjects } from './memory-store.ts';
import { advertisement, pool } from './objects.ts';

/** Nodes with a speaker each on one segment in memory, a store that they share, and one manual clock for all. */
export class MemoryCluster {
  readonly clock = new ManualClock();
  readonly objects = new MemoryObjects();
  readonly segment = new MemorySegment();
  readonly #nodes: MemoryNode[] = [];

  /** Begins with the pool 192.0.2.48/28, 2001:db8::/120 and the advertisement that the install brings. */
  constructor() {
    this.objects.put(pool('public', ['192.0.2.48/28', '2001:db8::/120']));
    this.objects.put(advertisement());
  }

  /** Adds a node whose eth0 is 192.0.2.NUMBER; its speaker is not started yet. */
  add(name: string, number: number): MemoryNode {
    const added = new MemoryNode(name, number, this.objects, this.segment, this.clock);
    this.#nodes.push(added);
    return added;
  }

  /** MAC addresses of all that answer a client's question for the address. */
  answerers(address: string): readonly string[] {
    const client = this.segment.open('client', { onFrame: () => {}, onError: () => {} });
    this.segment.take();
    client.send(frame({ targetAddress: address }));
    const replies = this.segment.take().filter(({ frame }) => frame[21] === 2);
    client.close();
    return replies.map(({ frame }) =>
      Buffer.from(frame.subarray(22, 28))
        .toString('hex')
        .replace(/..(?=.)/g, '$&:'),
    );
  }

  /** The stations that sent a gratuitous request of late. */
  announcers(): readonly string[] {
    const requests = this.segment.take().filter(({ frame }) => frame[21] === 1);
    const gratuitous = requests.filter(
      ({ frame }) => Buffer.compare(frame.subarray(28, 32), frame.subarray(38, 42)) === 0,
    );
    return [...new Set(gratuitous.map(({ from }) => from))];
  }

  async stop(): Promise<void> {
    const stopped = Promise.all(this.#nodes.map((each) => each.stop()));
    await this.clock.run(5000, 100);
    await stopped;
  }
}
