import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frame, ipv4 } from './arp/frame-bytes.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryDatagrams } from './memory-datagrams.ts';
import { MemoryNode } from './memory-node.ts';
import { MemorySegment } from './memory-segment.ts';
import { MemoryObjects } from './memory-store.ts';
import { advertisement, pool } from './objects.ts';

/** Nodes with a speaker each on one segment in memory, a store that they share, and one manual clock for all. */
export class MemoryCluster {
  readonly clock = new ManualClock();
  readonly objects = new MemoryObjects();
  readonly segment = new MemorySegment();
  readonly datagrams = new MemoryDatagrams();
  readonly #runDirectory = mkdtempSync(join(tmpdir(), 'speakers-'));
  readonly #nodes: MemoryNode[] = [];

  /** Begins with the pool 192.0.2.48/28, 2001:db8::/120 and the advertisement that the install brings. */
  constructor() {
    this.objects.put(pool('public', ['192.0.2.48/28', '2001:db8::/120']));
    this.objects.put(advertisement());
  }

  /** Adds a node whose eth0 is 192.0.2.NUMBER; its speaker is not started yet. */
  add(name: string, number: number): MemoryNode {
    const added = new MemoryNode(
      name,
      number,
      this.objects,
      this.segment,
      this.datagrams,
      this.clock,
      this.#runDirectory,
    );
    this.#nodes.push(added);
    return added;
  }

  /** The kernel of a node, which answers for the node's own address whether its speaker runs or not. */
  kernel({ name, mac, number }: Pick<MemoryNode, 'name' | 'mac' | 'number'>): { close(): void } {
    const own = `192.0.2.${number}`;
    const asked = ipv4(own);
    const port = this.segment.open(`kernel of ${name}`, {
      onFrame: (received) => {
        if (received[21] !== 1 || Buffer.compare(received.subarray(38, 42), asked) !== 0) return;
        const source = macText(received.subarray(22, 28));
        const reply = { destination: source, source: mac, operation: 2, senderAddress: own, targetMac: source };
        port.send(frame(reply));
      },
      onError: () => {},
    });
    return port;
  }

  /** MAC addresses of all that answer a client's question for the address. */
  answerers(address: string): readonly string[] {
    const client = this.segment.open('client', { onFrame: () => {}, onError: () => {} });
    this.segment.take();
    client.send(frame({ targetAddress: address }));
    const replies = this.segment.take().filter(({ frame }) => frame[21] === 2);
    client.close();
    return replies.map(({ frame }) => macText(frame.subarray(22, 28)));
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
    for (const each of this.#nodes) await each.stop();
    rmSync(this.#runDirectory, { recursive: true });
  }
}

function macText(octets: Uint8Array): string {
  return Buffer.from(octets)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:');
}
