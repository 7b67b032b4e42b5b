import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../test/lab/network.ts';

/** What a client saw. */
export interface Watch {
  readonly sent: number;
  readonly lost: number;
  /** Datagrams that another node answered than the first one. */
  readonly moved: number;
  /** The longest time from a datagram that was lost to the next one that was answered, or to the end, ms. */
  readonly outage: number;
  /** The longest time between two datagrams, ms: far above 1, the client itself did not get to run. */
  readonly slack: number;
  /** The nodes that answered. */
  readonly nodes: readonly string[];
}

/** A client behind the router, which sends a datagram every millisecond: `probe-process.ts`, as seen from here. */
export class Probe {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor(member: Member, programs: string, address: string, port: number) {
    const file = join(programs, 'probe-process.mjs');
    this.#child = member.spawn(process.execPath, [file, address, `${port}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#child.stdout === null) throw new Error('bench: a probe without output');
    this.#lines = createInterface({ input: this.#child.stdout });
  }

  /** Sends from this port while something happens. */
  async watch(port: number, during: () => Promise<void>): Promise<Watch> {
    this.#child.stdin?.write(`begin ${port}\n`);
    try {
      await during();
    } catch (error) {
      await this.#end();
      throw error;
    }
    return await this.#end();
  }

  async #end(): Promise<Watch> {
    const told = once(this.#lines, 'line') as Promise<[string]>;
    this.#child.stdin?.write('end\n');
    return JSON.parse((await told)[0]) as Watch;
  }

  /** For each node, a port whose flow goes there. */
  async ports(nodes: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const ports = new Map<string, number>();
    for (let port = 20_000; ports.size < nodes.length && port < 20_200; port++) {
      const { nodes: answered } = await this.watch(port, () => sleep(20));
      const [node] = answered;
      if (node !== undefined && answered.length === 1 && !ports.has(node)) ports.set(node, port);
    }
    if (ports.size < nodes.length) throw new Error(`bench: flows reach ${[...ports.keys()].join(', ')} alone`);
    return ports;
  }
}
