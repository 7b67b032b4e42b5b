import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { ToWire } from '../../../src/speaker/wire-messages.ts';

/**
 * Stands for the speaker's main thread in a lab: each line of standard input is a message for the real worker, each
 * line of standard output one that it sent. Ends with the worker.
 */
const worker = new Worker(new URL('./wire-worker.js', import.meta.url));
worker.on('message', (message) => process.stdout.write(`${JSON.stringify(message)}\n`));
worker.on('error', (error) => process.stdout.write(`${JSON.stringify({ type: 'crash', message: String(error) })}\n`));
worker.on('exit', () => process.exit(0));
createInterface({ input: process.stdin }).on('line', (line) => worker.postMessage(JSON.parse(line) as ToWire));
