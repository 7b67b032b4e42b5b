import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ARP_FILTER } from '../../../../src/os/bpf.ts';
import { openPacketSocket } from '../../../../src/os/packet-socket.ts';
import { who } from '../arp-frame.ts';

/**
 * terminate-workers INDEX PEER COUNT: opens a packet socket on the interface in each of that many workers, and ends them
 * in the middle of frames that arrive through the peer. Writes how many descriptors were open before and after.
 */
function open(interfaceIndex: number, onFrame: () => void) {
  return openPacketSocket({ interfaceIndex, filter: ARP_FILTER, onFrame, onError: () => {} });
}

const descriptors = () => readdirSync('/proc/self/fd').length;

async function main(): Promise<void> {
  const [interfaceIndex = 0, peer = 0, count = 0] = process.argv.slice(2).map(Number);
  const socket = open(peer, () => {});
  const frame = who('192.0.2.50', { mac: '02:00:00:00:00:02', ip: '192.0.2.2' });
  let frames = 0;
  let before = 0;
  // The first worker makes Node open a descriptor that it keeps.
  for (let number = 0; number <= count; number++) {
    if (number === 1) before = descriptors();
    const worker = new Worker(new URL(import.meta.url), { workerData: interfaceIndex });
    worker.on('message', (message) => (frames += message === 'frame' ? 1 : 0));
    await once(worker, 'message');
    for (let sent = 0; sent < 50; sent++) socket.send(frame);
    // One is ended while it takes the frames, the next perhaps before it has begun.
    if (number % 2 === 0) await once(worker, 'message');
    await worker.terminate();
  }
  process.stdout.write(`${JSON.stringify({ before, after: descriptors(), frames })}\n`);
  socket.close();
}

if (isMainThread) await main();
else {
  open(workerData as number, () => parentPort?.postMessage('frame'));
  parentPort?.postMessage('open');
}
