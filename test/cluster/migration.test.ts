import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../lab/eventually.ts';
import { type Block, blocksOf, TypedShell } from '../lab/typed-shell.ts';
import { PodCluster } from './install/pod-cluster.ts';
import type { ProgramOf } from './kubelet.ts';
import { CONFIG_MAP, CRDS, held, INSTALLATION, OBJECTS, SERVICES } from './metallb-objects.ts';
import { MetalLBSpeakers } from './metallb-speakers.ts';
import { TopOfRack } from './top-of-rack.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GUIDE = join(ROOT, 'docs/migrating-from-metallb.md');
const PATIENCE = { timeoutMs: 40_000 };
/** What the router learns of. */
const ROUTED = '198.51.100.7';
let pods: PodCluster;
let tor: TopOfRack;
let shell: TypedShell;
let blocks: readonly Block[];

const metallb = new MetalLBSpeakers(ROUTED);
/** MetalLB's controller holds its peace. */
const PROGRAMS: Readonly<Record<string, ProgramOf>> = {
  'metallb-controller': async () => ['sleep', 'infinity'],
  'metallb-speaker': (pod) => metallb.programOf(pods.cluster)(pod),
};

beforeAll(async () => {
  blocks = blocksOf(await readFile(GUIDE, 'utf8'));
  pods = await PodCluster.start({ patienceMs: PATIENCE.timeoutMs, programs: PROGRAMS });
  const { cluster } = pods;
  tor = await TopOfRack.create(cluster.network);
  metallb.start(cluster);
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
  shell = await TypedShell.start(cluster.env);
  await symlink(join(ROOT, 'dist/berth.js'), join(shell.home, '.local/bin/kubectl-berth'));
  await leadsTo('n1', 'n2');
}, 150_000);
afterAll(async () => {
  metallb.stop();
  await shell?.dispose();
  await tor?.dispose();
  await pods?.dispose();
});

/** The two that share an address because they say so. */
const SHARED = /^192\.0\.2\.110: held by (default\/dns-tcp and team-a\/dns-udp|team-a\/dns-udp and default\/dns-tcp)$/;

/** Every Service with what it shows. */
async function shown(): Promise<readonly string[]> {
  const { items } = JSON.parse(await pods.kubectl('get', 'services', '-A', '-o', 'json')) as {
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

/** Types a block of the guide. */
async function type(index: number, change = (text: string) => text): Promise<string> {
  const script = blocks[index]?.script ?? 'false';
  return await shell.type(change(script).replaceAll('REGISTRY', 'registry.example')).catch((error: unknown) => {
    throw new Error(`${String(error)}; the kubelet: ${String(pods.kubelet.fault)}`);
  });
}

/** Waits until the router has a way to each of these nodes and to no other. */
async function leadsTo(...nodes: readonly string[]): Promise<void> {
  const hops = nodes.map((name) => pods.cluster.node(name).on.addresses.IPv4);
  await eventually(
    `the route leads to ${nodes}`,
    async () => {
      expect((await tor.waysTo(ROUTED)).bird).toEqual(hops);
      return true;
    },
    PATIENCE,
  );
}

/** Looks all the time whether the router has a way to the routed address, until the function that it gives is called. */
function watchRoute(): () => Promise<number> {
  let [looks, isOver] = [0, false];
  const ended = (async () => {
    while (!isOver) {
      expect((await tor.waysTo(ROUTED)).bird, `look ${looks}`).not.toEqual([]);
      looks++;
    }
    return looks;
  })();
  ended.catch(() => undefined);
  return () => {
    isOver = true;
    return ended;
  };
}

const ofPeer = (text: string) => text.replaceAll('PEER', 'tor');
const HELD = SERVICES.map(({ namespace, name, addresses }) => held(namespace, name, addresses)).sort();
describe('the steps of docs/migrating-from-metallb.md', () => {
  it('1 to 5: objects are there, and a plan shows that no address would move', async () => {
    expect(blocks).toHaveLength(16);
    expect(await shown()).toEqual(HELD);
    await type(0);

    // A version before 0.13: what is not of the plan's liking ends the shell.
    await pods.cluster.apply(CONFIG_MAP);
    expect(await type(2)).toContain('4 IPAddressPool');
    await type(3);
    await pods.kubectl('delete', 'configmap', 'config', '-n', 'metallb-system');

    expect(await type(1)).toContain(
      'translated into 4 IPAddressPool, 1 L2Advertisement, 1 BGPAdvertisement, 1 BGPPeer, 1 BFDProfile, 1 Community',
    );
    await type(3);
    const output = await shell.type('kubectl berth plan --cluster -f ~/pools.yaml -o json 2>/dev/null');
    const planned = output.replace(/^end-of-block$/m, '');
    const { services } = JSON.parse(planned) as { services: { change: string; pool: string; name: string }[] };
    expect(services.map(({ change }) => change)).toEqual(SERVICES.map(() => 'none'));
    expect(new Map(services.map(({ name, pool }) => [name, pool]))).toEqual(
      new Map(SERVICES.map(({ name, pool }) => [name, pool])),
    );
    for (const index of [4, 5]) await type(index);
    expect(await shown()).toEqual(HELD);
  });

  it('6: the controller takes over as pods, goes back, and takes over again', async () => {
    // Nobody decides at present: this one waits.
    await pods.kubectl('create', 'service', 'loadbalancer', 'new', '--tcp=80:80');
    await type(6);
    expect((await type(7)).match(/condition met/g)).toHaveLength(SERVICES.length + 1);
    const given = await pods.kubectl('get', 'service', 'new', '-o', 'jsonpath={.status.loadBalancer.ingress[*].ip}');
    expect(SERVICES.flatMap(({ addresses }) => addresses)).not.toContain(given);
    const all = [...HELD, held('default', 'new', [given])].sort();
    expect(await shown()).toEqual(all);

    await type(8);
    await pods.kubectl('rollout', 'status', 'deployment/controller', '-n', 'metallb-system', '--timeout=40s');
    expect(await shown()).toEqual(all);
    const mark = 'jsonpath={.items[*].metadata.annotations.metallb\\.io/ip-allocated-from-pool}';
    const marks = await pods.kubectl('get', 'services', '-A', '-o', mark);
    expect(marks.split(' ').sort()).toEqual(SERVICES.map(({ pool }) => pool).sort());

    await type(5);
    await type(9);
    expect(await shown()).toEqual(all);
  });

  it('7 over BGP: sessions pass node by node, and the router has a way all the time', async () => {
    const stopWatch = watchRoute();
    await type(10, ofPeer);
    for (const node of ['n1', 'n2'] as const) {
      await type(11, (text) => text.replaceAll('NODE', node));
      await eventually(
        `a session of ${node}`,
        async () => {
          const sessions = await shell.type('kubectl berth get sessions');
          return new RegExp(`${node}\\b.*Established`).test(sessions) || undefined;
        },
        PATIENCE,
      );
      await leadsTo('n1', 'n2');
    }
    await type(12, ofPeer);
    await leadsTo('n1', 'n2');
    expect(await stopWatch()).toBeGreaterThan(20);
  });

  it('7 at layer 2: all speakers at once', async () => {
    await type(13);
    await type(14);
    expect(await shell.type('kubectl berth get addresses --all-namespaces')).toMatch(/192\.0\.2\.117 .*n[12]/);
    await leadsTo('n1', 'n2');
  });

  it('8: MetalLB is gone, and every Service has its address', async () => {
    await type(15);
    const mark = 'jsonpath={.items[*].metadata.annotations.metallb\\.io/ip-allocated-from-pool}';
    expect(await pods.kubectl('get', 'services', '-A', '-o', mark)).toBe('');
    await eventually('no kinds of MetalLB', async () => {
      return (await pods.kubectl('api-resources', '--api-group=metallb.io', '-o', 'name')) === '' || undefined;
    });
    expect(await shown()).toEqual(expect.arrayContaining([...HELD]));
    expect(pods.history.violations.filter((text) => !SHARED.test(text))).toEqual([]);
    expect(pods.unclean).toEqual([]);
  });
});
