import { parentPort } from 'node:worker_threads';
import { prepareRehearsal, REHEARSALS } from '../bgp/session/rehearsal.ts';
import { systemClock } from './clock.ts';
import type { ToWire } from './messages.ts';
import { WireSession } from './session.ts';
import { systemPorts } from './system-ports.ts';

const port = parentPort;
if (port === null) throw new Error('wire-worker is the entry of a worker thread: start it from the speaker');

const session = new WireSession(
  systemPorts((message) => port.postMessage(message)),
  () => port.close(),
);

/** Milliseconds between rehearsals: everything else of the worker goes first, and the engine compiles meanwhile. */
const REHEARSAL_PACE = 2;
let rehearsed = false;

function rehearseOn(rehearse: () => number, left: number): void {
  rehearse();
  if (left > 1) systemClock.after(REHEARSAL_PACE, () => rehearseOn(rehearse, left - 1));
}

port.on('message', (message: ToWire) => {
  session.receive(message);
  if (rehearsed || message.type !== 'sessions' || message.peers.length === 0) return;
  rehearsed = true;
  rehearseOn(prepareRehearsal(), REHEARSALS);
});
