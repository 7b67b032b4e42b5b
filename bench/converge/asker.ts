import type { ChildProcess } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundleInto } from '../../test/bundle.ts';
import type { Machine } from '../../test/cluster/machine.ts';

const ADDON = fileURLToPath(new URL('../../dist/native.node', import.meta.url));
const PROGRAM = fileURLToPath(new URL('asker-process.ts', import.meta.url));
/** How long an answer is waited for, in milliseconds. */
const PATIENCE = 30_000;

/** When an address was answered for first, in the milliseconds of {@link Asker.now}. */
export interface Answers {
  /** By a speaker, to an ARP request. */
  readonly arpAt: number;
  /** By a pod, to a UDP datagram. */
  readonly echoAt: number;
}

/** A client of the LAN that asks for addresses until they are answered for: `asker-process.ts`, as seen from here. */
export class Asker {
  readonly #waiting = new Map<string, (at: number) => void>();
  #errors = '';

  private constructor(readonly child: ChildProcess) {
    if (child.stdout === null || child.stderr === null) throw new Error('bench: the asker has no output');
    child.stderr.on('data', (chunk: Buffer) => (this.#errors += String(chunk)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [what, address, at] = line.split(' ');
      this.#waiting.get(`${what} ${address}`)?.(Number(at));
    });
  }

  /** @param folder where its program is put */
  static async start(machine: Machine, folder: string, port: number): Promise<Asker> {
    const file = await bundleInto(folder, PROGRAM);
    await copyFile(ADDON, join(folder, 'native.node'));
    return new Asker(machine.spawn(process.execPath, [file, `${port}`], { stdio: 'pipe' }));
  }

  /** The time on the clock that all processes of a machine share. */
  static now(): number {
    return Number(process.hrtime.bigint()) / 1e6;
  }

  /** Asks for an address. Rejects where it is not answered for within half a minute. */
  async ask(address: string): Promise<Answers> {
    const answers = Promise.all([this.#told(`arp ${address}`), this.#told(`echo ${address}`)]);
    this.child.stdin?.write(`${address}\n`);
    const [arpAt, echoAt] = await answers;
    return { arpAt, echoAt };
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  #told(fact: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`bench: no ${fact} came: ${this.#errors}`)), PATIENCE);
      this.#waiting.set(fact, (at) => {
        clearTimeout(timer);
        this.#waiting.delete(fact);
        resolve(at);
      });
    });
  }
}
