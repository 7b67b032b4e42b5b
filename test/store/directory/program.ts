import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundleInto } from '../../bundle.ts';

/** A program of the folder `programs`, as one file that Node runs without a loader. */
export class Program {
  readonly #running = new Set<ChildProcess>();

  private constructor(private readonly path: string) {}

  /** Bundles `programs/NAME.ts` into a folder. */
  static async build(name: string, folder: string): Promise<Program> {
    return new Program(await bundleInto(folder, fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))));
  }

  start(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [this.path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#running.add(child);
    child.on('close', () => this.#running.delete(child));
    return child;
  }

  /** Ends whatever still runs. */
  async stop(): Promise<void> {
    const ended = [...this.#running].map((child) => new Promise((resolve) => child.on('close', resolve)));
    for (const child of this.#running) child.kill('SIGKILL');
    await Promise.all(ended);
  }
}

/** Waits until a child has written a line; rejects when it ends before. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error(`ended after writing: ${text}`);
}
