import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Member } from '../network.ts';

/** A program of the lab's own on one of its machines, spoken with in lines. */
export class LineProcess {
  /** Every line that it has written so far. */
  readonly lines: string[] = [];
  readonly #child: ChildProcess;

  constructor(member: Member, script: string) {
    this.#child = member.spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    // One that was killed takes nothing any more.
    this.#child.stdin?.on('error', () => {});
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(line));
    }
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends it as `kill` does. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get exited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
