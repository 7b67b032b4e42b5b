import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { parsePrefix } from '../../src/ip/prefix.ts';
import { packChanges, packTable } from '../../src/speaker/bgp/adj-rib-out/route-run.ts';
import type { ToWire } from '../../src/speaker/wire/messages.ts';
import { prefixes } from './prefixes.ts';

/**
 * Stands for the speaker's main thread: tells the real worker of one peer and of so many routes, then takes `add PREFIX`
 * and `withdraw` from standard input. Arguments: the assignment of the sessions as JSON, the number of routes.
 */
const [assignment = '', count = '0'] = process.argv.slice(2);
const sessions = JSON.parse(assignment) as Extract<ToWire, { type: 'sessions' }>;
const peer = sessions.peers[0]?.peer ?? '';
const attributes = { communities: [], largeCommunities: [] };
const worker = new Worker(new URL('./wire-worker.mjs', import.meta.url));
const tell = (message: ToWire) => worker.postMessage(message);

worker.on('error', (error) => {
  throw error;
});
worker.on('message', (message) => process.stdout.write(`${JSON.stringify(message)}\n`));
tell({ type: 'begin', node: 'n1', held: [] });
tell(sessions);
const routes = prefixes(Number(count)).map((prefix) => [prefix, attributes] as const);
tell({ type: 'routes', peer, complete: true, runs: packTable(routes) });
setInterval(() => tell({ type: 'alive' }), 1000);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, prefix = ''] = line.split(' ');
  if (command === 'add') {
    tell({ type: 'routes', peer, complete: false, runs: packChanges([[parsePrefix(prefix), attributes]]) });
  } else {
    tell({ type: 'routes', peer, complete: true, runs: [] });
  }
});
