import { eventually } from '../../test/lab/eventually.ts';
import { Narrator } from '../narrator.ts';
import { INGRESSES, nothingFilled, onePool, SERVICES } from './one-pool.ts';
import {
  basicIngress,
  commands,
  dualStack,
  externalIPs,
  handMadeIngress,
  hostPortProxy,
  ingressNginx,
  type Scene,
  udpAndTcp,
} from './scenes.ts';
import { assert, show } from './show.ts';
import { ClusterStage } from './stage.ts';
import { topOfRack } from './top-of-rack.ts';

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
  topOfRack,
  commands,
];

const tell = new Narrator();

async function theCluster(): Promise<ClusterStage> {
  const stage = await ClusterStage.set();
  tell.scene('A Kubernetes cluster without a cloud');
  tell.say('Real Kubernetes programs, in network namespaces of this machine. A pod is a program in one of these.');
  tell.lines(DRAWING);
  await show(stage, tell, 'get', 'nodes', '-o', 'wide');
  return stage;
}

async function theInstall(stage: ClusterStage): Promise<void> {
  tell.scene('Berth is installed');
  tell.say('Its kinds, what its daemons may do, and that every address is announced by ARP:');
  const crds = 'manifests/crds';
  await show(stage, tell, 'apply', '--server-side', '-f', crds, '-f', 'manifests/rbac.yaml');
  await stage.kubectl('wait', '--for=condition=Established', '-f', crds);
  await show(stage, tell, 'apply', '-f', 'manifests/samples/l2-advertisement.yaml');
  tell.say(
    '\nTwo replicas of the controller, of which one leads, and a speaker on every node. In each kubeconfig is the',
  );
  tell.say('token of its own ServiceAccount, so a daemon can do what its role allows and nothing else:');
  const [n1, n2] = stage.cluster.nodes;
  for (const node of [n1, n2]) {
    if (node !== undefined) tell.command(`pod on ${node.name}`, `${await stage.startController(node)} &`, '');
  }
  for (const node of stage.cluster.nodes) tell.command(node.name, `${await stage.startSpeaker(node)} &`, '');
}

async function whatPeopleHave(stage: ClusterStage): Promise<void> {
  tell.scene('What people come with');
  tell.say('Seven sample manifests, each a thing that people run on bare metal. There is no pool of addresses yet.');
  for (const file of SAMPLES) await show(stage, tell, 'apply', '-f', `manifests/samples/${file}`);
  await stage.kubectl('wait', 'pods', '-A', '--all', '--for=condition=Ready', '--timeout=20s');
  const reason = ['-o', 'jsonpath={.status.conditions[?(@.type=="berth.dev/Allocated")].message}'];
  const why = ['get', 'service', 'cilium-ingress-basic-ingress', ...reason] as const;
  await eventually('a reason on the Service', async () => {
    await stage.assertRunning();
    return (await stage.kubectl(...why)) || undefined;
  });
  tell.say('\nAll pods are ready, and nobody outside can reach them. Before:');
  await show(stage, tell, ...SERVICES);
  await show(stage, tell, ...INGRESSES);
  tell.say('\nBerth says why, in a condition and an event of each Service:');
  await show(stage, tell, ...why);
  assert(await nothingFilled(stage), 'no Service and no Ingress has an address');
  tell.fact('no Service has been given an address (the one shown was typed in by hand), and no Ingress has an ADDRESS');
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
  await theInstall(stage);
  await whatPeopleHave(stage);
  await onePool(stage, tell);
  for (const scene of SCENES) await scene(stage, tell);
  await stage.assertRunning();
  tell.close('That was all. Every process, link and file of it ends here.');
  process.exit(0);
} catch (error) {
  const logs = await stage?.logs();
  process.stderr.write(`\n${logs ?? ''}\n\nThe demo failed: ${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
}
