import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../machine.ts';

const ASKER = fileURLToPath(new URL('wire-asker.ts', import.meta.url));

/** What came back of one kind of question. */
export interface Asked {
  /** For how long it was asked in a row without an answer, at most. Milliseconds, in which a pause of the asker does not count. */
  readonly inVainMs: number;
  /** How often each has answered: a MAC address, or a pod. */
  readonly from: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/** What a client saw of an address. */
export interface WireSeen {
  /** To who has the address. */
  readonly arp: Asked;
  /** Of a pod, through kube-proxy, to the datagrams of one flow. */
  readonly udp: Asked;
  /** Of a pod, each page over a connection of its own. */
  readonly http: Asked;
}

/** A client of the LAN that asks for an address without a pause: `wire-asker.ts`, as seen from here. */
export class WireWatch {
  readonly #lines: Interface;

  private constructor(readonly child: ChildProcess) {
    if (child.stdout === null) throw new Error('no pipe');
    this.#lines = createInterface({ input: child.stdout });
  }

  static async start(client: Machine, address: string, httpPort: number, udpPort: number): Promise<WireWatch> {
    const args = ['--import', 'tsx', ASKER, address, `${httpPort}`, `${udpPort}`];
    const watch = new WireWatch(client.spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    // It begins with a look at nothing.
    await watch.seen();
    return watch;
  }

  /** What was seen since the last call. */
  async seen(): Promise<WireSeen> {
    const line = once(this.#lines, 'line');
    this.child.stdin?.write('\n');
    return JSON.parse(String((await line)[0])) as WireSeen;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}
