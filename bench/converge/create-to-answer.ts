import { setTimeout as pass } from 'node:timers/promises';
import type { Cluster } from '../../test/cluster/cluster.ts';
import { Installation } from '../../test/cluster/commands/installation.ts';
import { type Result, summarise } from '../measure.ts';
import { Asker } from './asker.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: bench}
spec: {addresses: [192.0.2.128/25]}
`;
const NODES = ['n1', 'n2', 'n3'];
const SERVICES = '/api/v1/namespaces/default/services';
const PORT = 53;
const POD_PORT = 8053;
/** How many Services. */
const COUNT = 50;
/** Between one Service and the next, in milliseconds. */
const PAUSE = 300;

/**
 * From a Service's creation until its address is answered for: by a speaker, to a client's ARP request, and through
 * kube-proxy, by the pod. One at a time on an idle cluster of three nodes, each with a speaker and a kube-proxy.
 */
export async function createToAnswer(): Promise<readonly Result[]> {
  const berth = await Installation.start({ nodes: NODES.length });
  try {
    await berth.cluster.apply(POOL);
    const daemons = [await berth.startController('n1', 'controller')];
    for (const node of NODES) daemons.push(await berth.startSpeaker(node));
    for (const daemon of daemons) await berth.ready(daemon);
    return await oneByOne(berth.cluster, COUNT);
  } finally {
    await berth.dispose();
  }
}

async function oneByOne(cluster: Cluster, count: number): Promise<readonly Result[]> {
  const ports = [{ name: 'dns', containerPort: POD_PORT, protocol: 'UDP' }] as const;
  const pod = await cluster.startPod({ name: 'echo', node: 'n3', ports });
  const asker = await Asker.start(cluster.machine('client'), cluster.folder, PORT);
  const arp: number[] = [];
  const echo: number[] = [];
  // The first finds cold caches and code that has not run.
  for (let index = 0; index <= count; index++) {
    const service = `s${index}`;
    const address = `192.0.2.${128 + index}`;
    await cluster.setEndpoints({ service, pods: [pod], ports });
    await pass(PAUSE);
    const begun = Asker.now();
    const answers = asker.ask(address);
    await cluster.api.call('POST', SERVICES, serviceAt(service, address));
    const { arpAt, echoAt } = await answers;
    if (index === 0) continue;
    arp.push(arpAt - begun);
    echo.push(echoAt - begun);
  }
  asker.stop();
  return [summarise('create-to-arp', 1, 'ms', arp), summarise('create-to-answer', 1, 'ms', echo)];
}

function serviceAt(name: string, address: string): object {
  return {
    metadata: { name },
    spec: {
      type: 'LoadBalancer',
      loadBalancerIP: address,
      ports: [{ name: 'dns', port: PORT, targetPort: POD_PORT, protocol: 'UDP' }],
    },
  };
}
