import { eventually } from '../../test/lab/eventually.ts';
import type { Narrator } from '../narrator.ts';
import { assert, show } from './show.ts';
import type { ClusterStage } from './stage.ts';

/** One thing that people come for, after a pool was applied. Rejects where it is not as it should be. */
export type Scene = (stage: ClusterStage, tell: Narrator) => Promise<void>;

const CLIENT = '192.0.2.100';

export const basicIngress: Scene = async (stage, tell) => {
  tell.scene('basic-ingress: an Ingress of class cilium');
  tell.say('/details goes to the Service details, / to productpage. An nginx stands in for Cilium’s own proxy.');
  const [address] = await addresses(stage, tell, 'default', 'cilium-ingress-basic-ingress');
  const table = await show(stage, tell, 'get', 'ingress', 'basic-ingress');
  assert(table.includes(address), 'the Ingress has the address of its Service');
  assert((await fetch(stage, tell, `http://${address}/details`)).startsWith('This is details'), 'details answers');
  assert((await fetch(stage, tell, `http://${address}/`)).startsWith('This is productpage'), 'productpage answers');
  tell.fact('a client outside fetches both paths, through kube-proxy and the ingress proxy');
};

export const ingressNginx: Scene = async (stage, tell) => {
  tell.scene('ingress-nginx-controller: externalTrafficPolicy Local, three ports');
  tell.say('With this policy a node passes on only to its own pods, and leaves the client’s address as it is. So the');
  tell.say(
    'node on which the pod runs has to answer. An nginx stands in for the controller; its page says whom it saw.',
  );
  const [address] = await addresses(stage, tell, 'ingress-nginx', 'ingress-nginx-controller');
  const where = ['-n', 'ingress-nginx', '-o', 'custom-columns=POD:.metadata.name,NODE:.spec.nodeName'] as const;
  const pods = await show(stage, tell, 'get', 'pods', ...where);
  for (const port of [80, 443, 3306]) {
    const page = await fetch(stage, tell, `http://${address}:${port}/`);
    assert(page === `port ${port}, client ${CLIENT}\n`, `the pod sees the client itself, not: ${page}`);
  }
  const node = stage.cluster.node(pods.trim().split(/\s+/).at(-1) ?? '');
  const neighbour = ['ip', 'neighbour', 'show', address] as const;
  const entry = await stage.cluster.machine('client').run(...neighbour);
  tell.command('client', neighbour, entry);
  assert(entry.includes(node.on.mac), `${node.name}, where the pod is, answers for the address`);
  tell.fact(`the node with the pod, ${node.name} (${node.on.mac}), answers for the address`);
  tell.fact(`on all three ports the pod sees the client’s own address, ${CLIENT}`);
};

export const handMadeIngress: Scene = async (stage, tell) => {
  tell.scene('A hand-made ingress controller that never writes status');
  tell.say('Nobody would fill in the Ingress’ ADDRESS. Its annotation tells Berth which Service stands for it.');
  const [address] = await addresses(stage, tell, 'default', 'hand-made-nginx');
  const annotation = 'jsonpath={.metadata.annotations.berth\\.dev/service}';
  await show(stage, tell, 'get', 'ingress', 'shop', '-o', annotation);
  const table = await show(stage, tell, 'get', 'ingress', 'shop');
  assert(table.includes(address), 'the Ingress has the address of the Service that its annotation names');
  const page = await fetch(stage, tell, `http://${address}/`, '-H', 'Host: shop.example');
  assert(page === 'This is the shop.\n', `the shop answers, not: ${page}`);
  tell.fact('the Ingress has an ADDRESS, and the shop answers there');
};

export const externalIPs: Scene = async (stage, tell) => {
  tell.scene('spec.externalIPs set by hand');
  tell.say(
    'Somebody typed 192.0.2.200 into the Service. kubectl shows it as if it worked, beside the one from the pool:',
  );
  const [address] = await addresses(stage, tell, 'default', 'external-ips');
  const dead = ['curl', '-sS', '--max-time', '2', 'http://192.0.2.200/'] as const;
  const { status, stderr } = await stage.cluster.machine('client').try(...dead);
  tell.command('client', dead, stderr);
  assert(status !== 0, 'nobody answers for what was set by hand');
  assert((await fetch(stage, tell, `http://${address}/`)).startsWith('external-ips'), 'the Service answers');
  const kept = await show(stage, tell, 'get', 'service', 'external-ips', '-o', 'jsonpath={.spec.externalIPs}');
  assert(kept === '["192.0.2.200"]', 'externalIPs are as they were');
  tell.fact('no node answers for the address typed in by hand, and it is left alone; the one from the pool works');
};

export const hostPortProxy: Scene = async (stage, tell) => {
  tell.scene('A DaemonSet on host ports behind one Service');
  tell.say('An nginx listens on port 8080 of every node. Each page says which node served it.');
  const [address] = await addresses(stage, tell, 'default', 'host-port-proxy');
  const pages = new Set<string>();
  await eventually('pages of every node', async () => {
    pages.add(await stage.cluster.fetchFrom('client', `http://${address}/`));
    return pages.size === stage.cluster.nodes.length || undefined;
  });
  tell.command('client', `curl -sS http://${address}/   (several times)`, [...pages].sort().join(''));
  tell.fact('one address leads to the proxies of all nodes');
};

export const udpAndTcp: Scene = async (stage, tell) => {
  tell.scene('UDP and TCP on one port');
  const [address] = await addresses(stage, tell, 'default', 'udp-and-tcp');
  const page = await fetch(stage, tell, `http://${address}:53/`);
  const script = `
    const socket = require('node:dgram').createSocket('udp4');
    socket.on('message', (text) => { process.stdout.write(text); process.exit(); });
    socket.send('hello', 53, '${address}'); setTimeout(() => process.exit(1), 2000);`;
  const echo = await stage.cluster.machine('client').run(process.execPath, '-e', script);
  tell.command('client', `(a UDP datagram to ${address} port 53, and what came back)`, echo);
  assert(page.includes('port=8080') && echo.includes('port=8081'), 'both protocols answer');
  tell.fact('one address serves TCP (the pod’s port 8080) and UDP (its port 8081)');
};

export const dualStack: Scene = async (stage, tell) => {
  tell.scene('A dual-stack Service');
  const [IPv4, IPv6 = ''] = await addresses(stage, tell, 'default', 'dual-stack');
  assert(IPv4.includes('.') && IPv6.includes(':'), 'an address of each family');
  for (const host of [IPv4, `[${IPv6}]`]) {
    assert((await fetch(stage, tell, `http://${host}/`)).startsWith('dual-stack'), `the Service answers at ${host}`);
  }
  tell.fact(
    'the Service holds an address of each family, and the client reaches both: by ARP and by neighbour discovery',
  );
};

export const commands: Scene = async (stage, tell) => {
  tell.scene('What Berth has to say: kubectl berth');
  const get = (...what: readonly string[]) => show(stage, tell, 'berth', 'get', ...what);
  assert(/^public +True /m.test(await get('pools')), 'the pool is ready');
  assert(!(await get('services', '-A')).includes('<pending>'), 'no Service is pending');
  const [address] = await stage.addressesOf('default', 'cilium-ingress-basic-ingress');
  const owned = new RegExp(`^${address} .* Owner `, 'm');
  assert(owned.test(await get('addresses')), 'a node reports that it answers');
  assert((await get('speakers')).match(/^n[123] +True /gm)?.length === 3, 'every speaker reports');
  tell.fact('which pool has room, who has which address, and which node answers for it');
};

/** Shows a Service as kubectl does, and gives its addresses. */
async function addresses(
  stage: ClusterStage,
  tell: Narrator,
  namespace: string,
  name: string,
): Promise<readonly [string, ...string[]]> {
  await show(stage, tell, 'get', 'service', '-n', namespace, name);
  const [first, ...others] = await stage.addressesOf(namespace, name);
  if (first === undefined) throw new Error(`not so: ${namespace}/${name} has an address`);
  return [first, ...others];
}

/** Fetches a page as the client, once somebody answers, and tells it. */
async function fetch(stage: ClusterStage, tell: Narrator, url: string, ...args: readonly string[]): Promise<string> {
  const command = ['curl', '-gsS', '--max-time', '2', ...args, url] as const;
  const page = await eventually(url, async () => await stage.cluster.machine('client').run(...command));
  tell.command('client', command, page);
  return page;
}
