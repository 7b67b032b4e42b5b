import { Worker } from 'node:worker_threads';
import type { ToWire } from '../../src/speaker/wire/messages.ts';
import { WireSession } from '../../src/speaker/wire/session.ts';
import { systemPorts } from '../../src/speaker/wire/system-ports.ts';

/**
 * A speaker's main thread that does nothing but parse the list of 10,000 Services, again and again, while BGP and BFD run
 * in the worker, as shipped, or on this very thread. Arguments: `worker` or `main`, the assignment of the sessions.
 * Writes how long each parse took, ms, one a line.
 */
const [where = '', assignment = ''] = process.argv.slice(2);
const SERVICES = 10_000;

const list = JSON.stringify({
  kind: 'ServiceList',
  items: Array.from({ length: SERVICES }, (_, index) => ({
    metadata: {
      name: `service-${index}`,
      namespace: 'default',
      uid: `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
      labels: { app: `app-${index}`, tier: 'web' },
      managedFields: [
        { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': { 'f:ports': {}, 'f:type': {} } } },
      ],
    },
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.1',
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30_000 }],
      selector: { app: `app-${index}` },
    },
    status: { loadBalancer: { ingress: [{ ip: '198.51.100.1', ipMode: 'VIP' }] } },
  })),
});

let receive: (message: ToWire) => void;
if (where === 'worker') {
  const worker = new Worker(new URL('./wire-worker.mjs', import.meta.url));
  receive = (message) => worker.postMessage(message);
} else {
  const session = new WireSession(
    systemPorts(() => {}),
    () => process.exit(),
  );
  receive = (message) => session.receive(message);
}
const sessions = JSON.parse(assignment) as Extract<ToWire, { type: 'sessions' }>;
receive({ type: 'begin', node: 'n1', held: [] });
receive(sessions);
receive({ type: 'routes', peer: sessions.peers[0]?.peer ?? '', complete: true, runs: [] });
setInterval(() => receive({ type: 'alive' }), 1000);

function parse(): void {
  const begun = performance.now();
  JSON.parse(list);
  process.stdout.write(`${performance.now() - begun}\n`);
  setImmediate(parse);
}
process.stdin.once('data', parse);
