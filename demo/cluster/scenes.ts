import { eventually } from '../../test/lab/eventually.ts';
import type { Narrator } from '../narrator.ts';
import type { ClusterStage } from './stage.ts';

/** One thing that people come for, after a pool was applied. Rejects where it is not as it should be. */
export type Scene = (stage: ClusterStage, tell: Narrator) => Promise<void>;

const CLIENT = '192.0.2.100';

export const basicIngress: Scene = async (stage, tell) => {
  tell.scene('basic-ingress: an Ingress of class cilium');
  const [address] = await addresses(stage, tell, 'default', 'cilium-ingress-basic-ingress');
  const shown = ['get', 'ingress', 'basic-ingress'] as const;
  const table = await stage.cluster.kubectl(...shown);
  tell.command('', ['kubectl', ...shown], table);
  assert(table.includes(address), 'the Ingress has the address of its Service');
  assert((await fetch(stage, tell, `http://${address}/details`)).startsWith('This is details'), 'details answers');
  assert((await fetch(stage, tell, `http://${address}/`)).startsWith('This is productpage'), 'productpage answers');
  tell.fact('a client outside fetches both paths, through kube-proxy and the ingress proxy');
};

export const ingressNginx: Scene = async (stage, tell) => {
  tell.scene('ingress-nginx-controller: externalTrafficPolicy Local, three ports');
  const [address] = await addresses(stage, tell, 'ingress-nginx', 'ingress-nginx-controller');
  for (const port of [80, 443, 3306]) {
    const page = await fetch(stage, tell, `http://${address}:${port}/`);
    assert(page === `port ${port}, client ${CLIENT}\n`, `the pod sees the client itself, not: ${page}`);
  }
  const pods = ['get', 'pods', '-n', 'ingress-nginx', '-o', 'jsonpath={.items[0].spec.nodeName}'] as const;
  const node = stage.cluster.node(await stage.cluster.kubectl(...pods));
  const neighbour = ['ip', 'neighbour', 'show', address] as const;
  const entry = await stage.cluster.machine('client').run(...neighbour);
  tell.command('client', neighbour, entry);
  assert(entry.includes(node.on.mac), `${node.name}, where the pod is, answers for the address`);
  tell.fact(`the node with the endpoint, ${node.name}, answers; the pod sees the client’s own address ${CLIENT}`);
};

export const handMadeIngress: Scene = async (stage, tell) => {
  tell.scene('A hand-made ingress controller that never writes status');
  const [address] = await addresses(stage, tell, 'default', 'hand-made-nginx');
  const shown = ['get', 'ingress', 'shop'] as const;
  const table = await stage.cluster.kubectl(...shown);
  tell.command('', ['kubectl', ...shown], table);
  assert(table.includes(address), 'the Ingress has the address of the Service that its annotation names');
  const page = await fetch(stage, tell, `http://${address}/`, '-H', 'Host: shop.example');
  assert(page === 'This is the shop.\n', `the shop answers, not: ${page}`);
  tell.fact('its Ingress has an ADDRESS, by one annotation');
};

export const externalIPs: Scene = async (stage, tell) => {
  tell.scene('spec.externalIPs set by hand');
  const [address] = await addresses(stage, tell, 'default', 'external-ips');
  const dead = ['curl', '-sS', '--max-time', '2', 'http://192.0.2.200/'] as const;
  const { status, stderr } = await stage.cluster.machine('client').try(...dead);
  tell.command('client', dead, stderr);
  assert(status !== 0, 'nobody answers for what was set by hand');
  assert((await fetch(stage, tell, `http://${address}/`)).startsWith('external-ips'), 'the Service answers');
  const shown = ['get', 'service', 'external-ips', '-o', 'jsonpath={.spec.externalIPs}'] as const;
  assert((await stage.cluster.kubectl(...shown)) === '["192.0.2.200"]', 'externalIPs are as they were');
  tell.fact('nobody answers for the address set by hand, which is left alone; the one given by Berth works');
};

export const hostPortProxy: Scene = async (stage, tell) => {
  tell.scene('A DaemonSet on host ports behind one Service');
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
  tell.command('client', `(one UDP datagram to ${address} port 53)`, echo);
  assert(page.includes('port=8080') && echo.includes('port=8081'), 'both protocols answer');
  tell.fact('one address serves both');
};

export const dualStack: Scene = async (stage, tell) => {
  tell.scene('A dual-stack Service');
  const [IPv4, IPv6 = ''] = await addresses(stage, tell, 'default', 'dual-stack');
  assert(IPv4.includes('.') && IPv6.includes(':'), 'an address of each family');
  assert((await fetch(stage, tell, `http://${IPv4}/`)).startsWith('dual-stack'), 'the Service answers');
  tell.fact('the Service holds an address of each family');
};

/** Shows a Service as kubectl does, and gives its addresses. */
async function addresses(
  stage: ClusterStage,
  tell: Narrator,
  namespace: string,
  name: string,
): Promise<readonly [string, ...string[]]> {
  const shown = ['get', 'service', '-n', namespace, name] as const;
  tell.command('', ['kubectl', ...shown], await stage.cluster.kubectl(...shown));
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

function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}
