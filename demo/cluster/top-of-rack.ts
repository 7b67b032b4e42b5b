import { ASN, TopOfRack } from '../../test/cluster/top-of-rack.ts';
import { eventually } from '../../test/lab/eventually.ts';
import type { Narrator } from '../narrator.ts';
import type { Scene } from './scenes.ts';
import { assert } from './show.ts';
import type { ClusterStage } from './stage.ts';

const OBJECTS = `apiVersion: berth.dev/v1beta1
kind: BGPPeer
metadata: {name: tor}
spec: {myASN: ${ASN.nodes}, peerASN: ${ASN.router}, peerAddress: 192.0.2.1, connectTime: 1s}
---
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: default}
`;

export const topOfRack: Scene = async (stage, tell) => {
  tell.scene('A top-of-rack router: the same addresses over BGP');
  const tor = await TopOfRack.create(stage.cluster.network);
  tell.say(
    `The router, 192.0.2.1, runs BIRD in AS ${ASN.router}. Behind it is a client that reaches the cluster through it`,
  );
  tell.say(`alone, ${tor.clientAddress}. Two objects, and every node peers with it:`);
  tell.command('', 'kubectl apply -f -', `${OBJECTS}\n${await stage.cluster.apply(OBJECTS)}`);
  const [address = ''] = await stage.addressesOf('default', 'cilium-ingress-basic-ingress');
  const all = stage.cluster.nodes.map(({ on }) => on.addresses.IPv4);
  await leadsTo(tor, tell, address, all);
  const page = await fetch(tor, tell, `http://${address}/details`);
  assert(page.startsWith('This is details'), 'details answers behind the router');
  tell.fact('the address of the Ingress has an equal way through every node, and the client fetches its page');
  await local(stage, tor, tell);
};

/** With externalTrafficPolicy Local only nodes with a pod are on the way. */
async function local(stage: ClusterStage, tor: TopOfRack, tell: Narrator): Promise<void> {
  const [address = ''] = await stage.addressesOf('ingress-nginx', 'ingress-nginx-controller');
  const where = ['get', 'pods', '-n', 'ingress-nginx', '-o', 'jsonpath={.items[*].spec.nodeName}'] as const;
  const node = stage.cluster.node(await stage.kubectl(...where));
  await leadsTo(tor, tell, address, [node.on.addresses.IPv4]);
  const page = await fetch(tor, tell, `http://${address}/`);
  assert(page === `port 80, client ${tor.clientAddress}\n`, `the pod sees the client itself, not: ${page}`);
  tell.fact(
    `externalTrafficPolicy Local: the one way leads to ${node.name}, where the pod is, and that sees the client`,
  );
}

/** Waits until BIRD and the kernel of the router lead to these addresses, and shows both. */
async function leadsTo(tor: TopOfRack, tell: Narrator, address: string, hops: readonly string[]): Promise<void> {
  await eventually(`the router leads to ${hops}`, async () => {
    const { bird, kernel } = await tor.waysTo(address);
    return (`${bird}` === `${hops}` && `${kernel}` === `${hops}`) || undefined;
  });
  const route = ['show', 'route', 'where', 'net', '=', `${address}/32`] as const;
  tell.command('router', ['birdc', ...route], await tor.bird.ask(...route));
  const installed = ['ip', 'route', 'show', address] as const;
  tell.command('router', installed, await tor.router.run(...installed));
}

/** Fetches a page as the client behind the router, once somebody answers, and tells it. */
async function fetch(tor: TopOfRack, tell: Narrator, url: string): Promise<string> {
  const page = await eventually(url, () => tor.fetch(url));
  tell.command('far client', ['curl', '-gsS', '--max-time', '2', url], page);
  return page;
}
