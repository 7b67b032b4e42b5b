import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { ToWire } from '../../../src/speaker/wire/messages.ts';

/**
 * Stands for the speaker's main thread in a lab: each line of standard input is a message for the real worker, each
 * line of standard output one that it sent. Integers too great for JSON are text ending in `n`, and null stands for
 * undefined. Ends with the worker.
 */
const worker = new Worker(new URL('./wire-worker.js', import.meta.url));
worker.on('message', (message) => process.stdout.write(`${JSON.stringify(message)}\n`));
worker.on('error', (error) => process.stdout.write(`${JSON.stringify({ type: 'crash', message: String(error) })}\n`));
worker.on('exit', () => process.exit(0));
createInterface({ input: process.stdin }).on('line', (line) => worker.postMessage(JSON.parse(line, revived) as ToWire));

function revived(_key: string, value: unknown): unknown {
  if (value === null) return undefined;
  return typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
}
