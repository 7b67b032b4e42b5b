import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Prefix } from '../../../src/ip/prefix.ts';
import type { RouteAttributes } from '../../../src/speaker/bgp/adj-rib-out/route-attributes.ts';
import { packChanges } from '../../../src/speaker/bgp/adj-rib-out/route-run.ts';
import type { ToWire } from '../../../src/speaker/wire/messages.ts';

/** Routes of a peer one by one, before they are packed. */
interface Told {
  readonly type: 'routes';
  readonly routes: readonly (readonly [Prefix, RouteAttributes | undefined])[];
}

/**
 * Stands for the speaker's main thread in a lab: each line of standard input is a message for the real worker, each
 * line of standard output one that it sent. Integers too great for JSON are text ending in `n`, and null stands for
 * undefined. Ends with the worker.
 */
const worker = new Worker(new URL('./wire-worker.js', import.meta.url));
worker.on('message', (message) => process.stdout.write(`${JSON.stringify(message)}\n`));
worker.on('error', (error) => process.stdout.write(`${JSON.stringify({ type: 'crash', message: String(error) })}\n`));
worker.on('exit', () => process.exit(0));
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line, revived) as ToWire | Told;
  worker.postMessage(isTold(message) ? { ...message, runs: packChanges(message.routes) } : message);
});

function isTold(message: ToWire | Told): message is Told {
  return 'routes' in message;
}

function revived(_key: string, value: unknown): unknown {
  if (value === null) return undefined;
  return typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
}
