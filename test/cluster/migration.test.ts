import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClusterStore } from '../../src/store/cluster/cluster-store.ts';
import { kubeconfigCredentials } from '../../src/store/cluster/kubeconfig.ts';
import { eventually } from '../lab/eventually.ts';
import { type Block, blocksOf, TypedShell } from '../lab/typed-shell.ts';
import { silentLogger } from '../store/cluster/silent-logger.ts';
import { Installation } from './commands/installation.ts';
import { AddressHistory } from './faults/address-history.ts';
import { CRDS, held, INSTALLATION, OBJECTS, SERVICES } from './metallb-objects.ts';

const GUIDE = fileURLToPath(new URL('../../docs/migrating-from-metallb.md', import.meta.url));

let berth: Installation;
let shell: TypedShell;
let store: ClusterStore;
let history: AddressHistory;
beforeAll(async () => {
  berth = await Installation.start({ nodes: 1, kubeProxy: false }, false);
  const { cluster } = berth;
  await cluster.apply(CRDS);
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all');
  await cluster.apply(INSTALLATION);
  await cluster.apply(OBJECTS);
  await cluster.apply(SERVICES.map(({ text }) => text).join('---\n'));
  for (const { namespace, name, addresses } of SERVICES) {
    const status = { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) } };
    const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
    await cluster.kubectl('patch', 'service', name, '-n', namespace, ...patch);
  }
  shell = await TypedShell.start(berth.env);
  const credentials = await kubeconfigCredentials({ path: cluster.env.KUBECONFIG, context: undefined });
  store = new ClusterStore({ credentials, logger: silentLogger, namespace: 'berth-system' });
  history = new AddressHistory(store);
});
afterAll(async () => {
  history?.stop();
  await store?.close();
  await shell?.dispose();
  await berth?.dispose();
});

/** The two that share an address because they say so. */
const SHARED = /^192\.0\.2\.110: held by (default\/dns-tcp and team-a\/dns-udp|team-a\/dns-udp and default\/dns-tcp)$/;

/** Every Service with what it shows. */
async function shown(): Promise<readonly string[]> {
  const { items } = JSON.parse(await berth.cluster.kubectl('get', 'services', '-A', '-o', 'json')) as {
    items: {
      metadata: { namespace: string; name: string };
      status: { loadBalancer: { ingress?: { ip: string }[] } };
    }[];
  };
  return items.flatMap(({ metadata, status }) => {
    const addresses = (status.loadBalancer.ingress ?? []).map(({ ip }) => ip);
    return addresses.length > 0 ? [held(metadata.namespace, metadata.name, addresses)] : [];
  });
}

it('the steps of docs/migrating-from-metallb.md move no address', async () => {
  const { cluster } = berth;
  const blocks = blocksOf(await readFile(GUIDE, 'utf8'));
  expect(blocks).toHaveLength(9);
  const [kinds, translate, plan, apply, stop, controlled, speakers, announced, away] = blocks as [
    ...[Block, Block, Block, Block, Block],
    ...[Block, Block, Block, Block],
  ];
  const before = await shown();
  expect(before).toEqual(SERVICES.map(({ namespace, name, addresses }) => held(namespace, name, addresses)).sort());

  await shell.type(kinds.script);
  expect(await shell.type(translate.script)).toContain(
    'translated into 4 IPAddressPool, 1 L2Advertisement, 1 BGPAdvertisement, 1 BGPPeer, 1 BFDProfile, 1 Community',
  );
  // A status other than 0 would end the shell: a Service whose address would change.
  await shell.type(plan.script);
  const planned = await berth.output('berth', 'plan', '--cluster', '-f', join(shell.home, 'pools.yaml'), '-o', 'json');
  const { services } = JSON.parse(planned) as { services: { change: string; pool: string; name: string }[] };
  expect(services.map(({ change }) => change)).toEqual(SERVICES.map(() => 'none'));
  expect(new Map(services.map(({ name, pool }) => [name, pool]))).toEqual(
    new Map(SERVICES.map(({ name, pool }) => [name, pool])),
  );
  await shell.type(apply.script);
  await shell.type(stop.script);
  expect(await shown()).toEqual(before);

  // Nobody decides at present: this one waits.
  await cluster.kubectl('create', 'service', 'loadbalancer', 'new', '--tcp=80:80');
  await berth.ready(await berth.startController('n1', 'controller'));
  const controlledText = await shell.type(controlled.script);
  expect(controlledText.match(/condition met/g)).toHaveLength(SERVICES.length + 1);
  expect(SERVICES.flatMap(({ addresses }) => addresses)).not.toContain(await berth.addressOf('new'));

  await shell.type(speakers.script);
  await berth.ready(await berth.startSpeaker('n1'));
  expect(await shell.type(announced.script)).toMatch(/192\.0\.2\.117 .*n1/);

  await shell.type(away.script);
  const mark = 'jsonpath={.items[*].metadata.annotations.metallb\\.io/ip-allocated-from-pool}';
  expect(await cluster.kubectl('get', 'services', '-A', '-o', mark)).toBe('');
  await eventually('no kinds of MetalLB', async () => {
    return (await cluster.kubectl('api-resources', '--api-group=metallb.io', '-o', 'name')) === '' || undefined;
  });
  expect(await shown()).toEqual(expect.arrayContaining([...before]));
  expect(history.violations.filter((text) => !SHARED.test(text))).toEqual([]);
});
