import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../lab/eventually.ts';
import { RuntimeRoot } from '../lab/image/runtime-root.ts';
import { type Block, blocksOf, TypedShell } from '../lab/typed-shell.ts';
import { Cluster } from './cluster.ts';
import { berthPods } from './install/berth-pods.ts';
import { Kubelet, type PodObject } from './kubelet.ts';
import { tableRows } from './table-rows.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WEB = fileURLToPath(new URL('web.mjs', import.meta.url));
const PATIENCE = { timeoutMs: 40_000 };

type Program = (pod: PodObject) => Promise<readonly [string, ...string[]]>;

/** What a reader types, or a node pulls, that is not to be had here; and what is done instead. */
const SUBSTITUTIONS = {
  commands: [
    {
      typed: /^docker (build|push) .*$/gm,
      instead: ':',
      reason: 'There is no container engine. Nodes run the files that the Dockerfile copies.',
    },
    { typed: /REGISTRY/, instead: 'registry.example', reason: 'Each reader has a registry of their own.' },
    {
      typed: /^curl /m,
      instead: 'ip netns exec client curl --silent --max-time 2 --retry 15 --retry-delay 1 --retry-all-errors ',
      reason: 'The reader walks to a machine that is not a node, and tries again where that took no time.',
    },
  ],
  images: [
    {
      image: /^registry\.example\/berth:/,
      instead: (pod: PodObject) => berthPods(cluster, () => root)(pod),
      reason: 'Nothing can be pulled. These are the same files, with the user and the capabilities of the pod.',
    },
    {
      image: /^nginxinc\/nginx-unprivileged$/,
      instead: async ({ metadata }: PodObject) => [process.execPath, WEB, metadata.name, '8080'] as const,
      reason: 'Nothing can be pulled. A server of ours has a page on the same port.',
    },
  ],
} as const;

let folder: string;
let root: RuntimeRoot;
let cluster: Cluster;
let kubelet: Kubelet;
let shell: TypedShell;
const used = new Set<string>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-'));
  root = await RuntimeRoot.assemble(folder);
  await root.addMountPoints();
});
afterAll(() => rm(folder, { recursive: true }));

const programOf: Program = async (pod) => {
  const image = pod.spec.containers[0]?.image ?? '';
  const found = SUBSTITUTIONS.images.find((each) => each.image.test(image));
  if (found === undefined) throw new Error(`nothing stands for the image ${image}`);
  used.add(found.reason);
  return await found.instead(pod);
};

/** Types a block as far as it can be typed here. */
async function type({ isDaemon, script }: Block): Promise<string> {
  expect(isDaemon).toBe(false);
  let typed = script;
  for (const substitution of SUBSTITUTIONS.commands) {
    if (!substitution.typed.test(typed)) continue;
    used.add(substitution.reason);
    typed = typed.replace(substitution.typed, substitution.instead);
  }
  return await shell.type(typed).catch((error: unknown) => {
    throw new Error(`${String(error)}; the nodes: ${String(kubelet.fault)}`);
  });
}

/** Types a block again and again, as somebody who waits for what a page shows. */
async function typeUntil(block: Block, shown: (output: string) => boolean): Promise<string> {
  return await eventually(
    block.script,
    async () => {
      const output = await type(block);
      return shown(output) ? output : undefined;
    },
    PATIENCE,
  );
}

const SERVED = /^web-\S+ port=8080 /m;

describe('a new user', () => {
  beforeEach(async () => {
    cluster = await Cluster.start({ nodes: 2, controllerManager: true });
    kubelet = Kubelet.start(cluster, programOf);
    shell = await TypedShell.start(cluster.env);
  });
  afterEach(async () => {
    await shell?.dispose();
    await kubelet?.dispose();
    await cluster?.dispose();
  });

  it('has pending Services: the commands of README.md fill EXTERNAL-IP', { timeout: 150_000 }, async () => {
    await cluster.kubectl('create', 'deployment', 'web', '--image=nginxinc/nginx-unprivileged', '--port=8080');
    await cluster.kubectl('create', 'service', 'loadbalancer', 'web', '--tcp=80:8080');
    const section = (await readFile(`${ROOT}README.md`, 'utf8'))
      .split(/^## /m)
      .find((each) => each.startsWith('On a cluster'));
    const blocks = blocksOf(section ?? '');
    expect(blocks).toHaveLength(1);
    const begun = performance.now();
    for (const block of blocks) await type(block);
    const filled = { isDaemon: false, script: 'kubectl get services\n' };
    await typeUntil(filled, (output) => /^web +LoadBalancer +\S+ +192\.0\.2\.50\b/m.test(output));
    expect(await type({ isDaemon: false, script: 'curl http://192.0.2.50/\n' })).toMatch(SERVED);
    tell('README.md', begun);
  });

  it('follows docs/getting-started.md from nothing to a page through the address', { timeout: 150_000 }, async () => {
    const page = await readFile(`${ROOT}docs/getting-started.md`, 'utf8');
    const blocks = blocksOf(page);
    expect(blocks).toHaveLength(8);
    const [install, plugin, deployment, service, pool, fetched, look, why] = blocks as [
      Block,
      Block,
      Block,
      Block,
      Block,
      Block,
      Block,
      Block,
    ];
    const [pending, given] = tableRows(page);
    if (pending === undefined || given === undefined) throw new Error('the page shows no tables');
    const begun = performance.now();
    for (const block of [install, plugin, deployment]) await type(block);
    const installed = performance.now();
    const waiting = tableRows(await type(service)).at(-1);
    // What is typed at once may be answered before the controller has looked.
    if (waiting !== pending) await typeUntil({ ...service, script: 'kubectl berth get services\n' }, shows(pending));

    const planned = await type(pool);
    expect(planned).toMatch(/default\/web +assign +<none> +192\.0\.2\.50 +public +Allocated/);
    expect(tableRows(planned).at(-1)).toBe(given);
    expect(await type({ ...pool, script: 'kubectl get service web\n' })).toMatch(
      /^web +LoadBalancer +\S+ +192\.0\.2\.50\b/m,
    );
    const addresses = { ...pool, script: 'kubectl berth get addresses\n' };
    await typeUntil(addresses, (output) => output.match(/\bOwner\b/g)?.length === 1 && /\bStandby\b/.test(output));
    expect(await type(fetched)).toMatch(SERVED);
    tell(`docs/getting-started.md (installed after ${seconds(installed - begun)})`, begun);

    const looked = await type(look);
    expect(looked).toMatch(/^public +True /m);
    expect(looked).toMatch(/^n1 +True /m);
    expect(looked).toMatch(/Normal +Allocated /);
    const told = await typeUntil(why, (output) => / 0 warn, 0 fail\b/.test(output));
    expect(told).toMatch(/reported by n[12]: Owner on eth0/);
    expect(told).not.toMatch(/^warning: /m);
  });
});

const shows = (row: string) => (output: string) => tableRows(output).at(-1) === row;
const seconds = (millis: number) => `${(millis / 1_000).toFixed(1)} s`;

function tell(page: string, begun: number): void {
  process.stdout.write(
    `a new user, by ${page}: a page through EXTERNAL-IP after ${seconds(performance.now() - begun)}\n`,
  );
}

it('nothing is substituted that need not be', () => {
  const all = [...SUBSTITUTIONS.commands, ...SUBSTITUTIONS.images].map(({ reason }) => reason);
  expect(all.filter((reason) => !used.has(reason))).toEqual([]);
});
