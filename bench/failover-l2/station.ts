import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Member } from '../../test/lab/network.ts';

/** A program of the bench on one machine of the lab: an order is a line of JSON, and so is its answer. */
export class Station {
  readonly #child: ChildProcess;
  readonly #waiting: { resolve(answer: unknown): void; reject(reason: Error): void }[] = [];
  #errors = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error('bench: a station has no output');
    child.stderr?.on('data', (chunk: Buffer) => (this.#errors += String(chunk)));
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
    child.on('exit', () => {
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error(`bench: a station has ended: ${this.#errors}`));
    });
  }

  /** Resolves when it has said that it runs. */
  static async start(member: Member, program: string, ...args: readonly string[]): Promise<Station> {
    const station = new Station(member.spawn(process.execPath, [program, ...args], { stdio: 'pipe' }));
    await station.#answer();
    return station;
  }

  tell(order: object): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** @throws when it ends first */
  async ask<T>(order: object): Promise<T> {
    this.tell(order);
    return (await this.#answer()) as T;
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}
