import { eventually } from '../../test/lab/eventually.ts';
import { Narrator } from '../narrator.ts';
import {
  basicIngress,
  dualStack,
  externalIPs,
  handMadeIngress,
  hostPortProxy,
  ingressNginx,
  type Scene,
  udpAndTcp,
} from './scenes.ts';
import { ClusterStage } from './stage.ts';

const DRAWING = `
  kube-apiserver, etcd,
  kube-controller-manager           client 192.0.2.100
         |                              |
   ------+------------ switch ----------+------
         |                |             |
   n1 192.0.2.11    n2 192.0.2.12    n3 192.0.2.13
   kube-proxy       kube-proxy       kube-proxy
   berth speaker    berth speaker    berth speaker
   pods: berth controller (2), nginx, …`;

const SAMPLES = [
  'basic-ingress.yaml',
  'ingress-nginx.yaml',
  'hand-made-ingress.yaml',
  'external-ips.yaml',
  'host-port-proxy.yaml',
  'udp-and-tcp.yaml',
  'dual-stack.yaml',
];
const SCENES: readonly Scene[] = [
  basicIngress,
  ingressNginx,
  handMadeIngress,
  externalIPs,
  hostPortProxy,
  udpAndTcp,
  dualStack,
];
const LOAD_BALANCERS = ['get', 'services', '-A', '--field-selector', 'spec.type=LoadBalancer'] as const;
const INGRESSES = ['get', 'ingresses', '-A'] as const;

const tell = new Narrator();

async function theCluster(): Promise<ClusterStage> {
  tell.scene('A cluster');
  const stage = await ClusterStage.set();
  tell.lines(DRAWING);
  await show(stage, 'get', 'nodes', '-o', 'wide');
  const [n1, n2] = stage.cluster.nodes;
  tell.say('\nBerth is installed. Each daemon has the token of its own ServiceAccount, and may do what its role says:');
  for (const node of [n1, n2]) {
    if (node !== undefined) tell.command(`pod on ${node.name}`, `${await stage.startController(node)} &`, '');
  }
  for (const node of stage.cluster.nodes) tell.command(node.name, `${await stage.startSpeaker(node)} &`, '');
  return stage;
}

async function whatPeopleHave(stage: ClusterStage): Promise<void> {
  tell.scene('What people come with');
  tell.say('Seven manifests of manifests/samples, and no pool.');
  for (const file of SAMPLES) tell.command('', `kubectl apply -f ${file}`, await stage.applySample(file));
  await stage.cluster.kubectl('wait', 'pods', '-A', '--all', '--for=condition=Ready', '--timeout=20s');
  const reason = ['-o', 'jsonpath={.status.conditions[?(@.type=="berth.dev/Allocated")].message}'];
  const why = ['get', 'service', 'cilium-ingress-basic-ingress', ...reason] as const;
  await eventually('a reason on the Service', async () => {
    await stage.assertRunning();
    return (await stage.cluster.kubectl(...why)) || undefined;
  });
  await show(stage, ...LOAD_BALANCERS);
  await show(stage, ...INGRESSES);
  await show(stage, ...why);
  for (const list of [LOAD_BALANCERS, INGRESSES]) {
    if ((await served(stage, list)) !== 'none')
      throw new Error(`not so: nothing in "kubectl ${list.join(' ')}" is given`);
  }
  tell.fact('no Service has been given an address, every Ingress is without ADDRESS, and Berth says why');
}

async function onePool(stage: ClusterStage): Promise<void> {
  tell.scene('One kubectl apply');
  const start = performance.now();
  tell.command('', 'kubectl apply -f pool.yaml', await stage.applySample('pool.yaml'));
  await eventually(
    'an address on each Service',
    async () => (await served(stage, LOAD_BALANCERS)) === 'all' || undefined,
  );
  const given = performance.now() - start;
  await eventually('an ADDRESS on each Ingress', async () => (await served(stage, INGRESSES)) === 'all' || undefined);
  await stage.cluster.kubectl('wait', '--for=condition=Ready', 'bpool/public', '--timeout=5s');
  await show(stage, 'get', 'bpool');
  await show(stage, ...LOAD_BALANCERS);
  await show(stage, ...INGRESSES);
  tell.fact(`every Service has its address ${given.toFixed(0)} ms after the command was typed, and every Ingress too`);
}

/** How many of the objects that kubectl lists have an address in their status. */
async function served(stage: ClusterStage, list: readonly string[]): Promise<'all' | 'some' | 'none'> {
  const { items } = JSON.parse(await stage.cluster.kubectl(...list, '-o', 'json')) as AddressedList;
  const count = items.filter(({ status }) => status.loadBalancer.ingress !== undefined).length;
  if (count === 0) return 'none';
  return count === items.length ? 'all' : 'some';
}

interface AddressedList {
  readonly items: readonly { readonly status: { readonly loadBalancer: { readonly ingress?: unknown } } }[];
}

/** Runs kubectl and tells what it printed. */
async function show(stage: ClusterStage, ...args: readonly string[]): Promise<void> {
  tell.command('', ['kubectl', ...args], await stage.cluster.kubectl(...args));
}

for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(signal, () => process.exit(128 + number));
}

let stage: ClusterStage | undefined;
try {
  stage = await theCluster();
  await whatPeopleHave(stage);
  await onePool(stage);
  for (const scene of SCENES) await scene(stage, tell);
  await stage.assertRunning();
  tell.close('That was all. Every process, link and file of it ends here.');
  process.exit(0);
} catch (error) {
  const logs = await stage?.logs();
  process.stderr.write(`\n${logs ?? ''}\n\nThe demo failed: ${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
}
