import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBerth } from '../lab/cli/bundle.ts';
import { eventually } from '../lab/eventually.ts';
import { type Block, blocksOf, TypedShell } from '../lab/typed-shell.ts';
import { Cluster } from './cluster.ts';
import { tableRows } from './table-rows.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PATIENCE = { timeoutMs: 30_000 };

/** What a page of docs/ has to type: so many blocks. */
async function typedIn(page: string, count: number): Promise<readonly Block[]> {
  const blocks = blocksOf(await readFile(`${ROOT}docs/${page}`, 'utf8'));
  expect(blocks, page).toHaveLength(count);
  return blocks;
}

describe('the commands of docs/cluster.md, then of getting started from its second step, typed one after another', () => {
  let cluster: Cluster;
  let shell: TypedShell;
  beforeAll(async () => {
    await buildBerth();
    cluster = await Cluster.start({ nodes: 1, controllerManager: true });
    await cluster.startPod({ name: 'web', node: 'n1', labels: { app: 'web' }, ports: [{ containerPort: 8080 }] });
    // Whoever types sudo there sits at the node.
    shell = await TypedShell.start(cluster.env, 'ip netns exec n1');
  });
  afterAll(async () => {
    await shell?.dispose();
    await cluster?.dispose();
  });

  /** Types a daemon's command in the background, and waits until it says that it is ready where it runs. */
  async function startDaemon({ isDaemon, script }: Block, machine: string, port: number): Promise<void> {
    expect(isDaemon).toBe(true);
    const from = shell.output.length;
    shell.write(`${script.trim()} &\n`);
    await eventually(
      `ready: ${script}`,
      async () => {
        expect(shell.output.slice(from)).not.toMatch(/"level":"error"/);
        await cluster.machine(machine).run('curl', '-sSf', '--max-time', '2', `http://localhost:${port}/readyz`);
        return true;
      },
      PATIENCE,
    );
  }

  it('install Berth, fill EXTERNAL-IP and ADDRESS, and print what it says', { timeout: 120_000 }, async () => {
    const byHand = (await typedIn('cluster.md', 5)) as [Block, Block, Block, Block, Block];
    const [names, rights, credentials, controller, speaker] = byHand;
    const started = await typedIn('getting-started.md', 8);
    const [service, pool, look] = [started[3], started[4], started[6]] as [Block, Block, Block];
    const [ingress] = (await typedIn('ingress-controllers.md', 1)) as [Block];
    for (const { script } of [names, rights, credentials]) await shell.type(script);
    await startDaemon({ ...controller, script: `sudo ${controller.script}` }, 'n1', 7480);
    await startDaemon(speaker, 'n1', 7481);

    const [pending, given] = tableRows(await readFile(`${ROOT}docs/getting-started.md`, 'utf8'));
    await shell.type(service.script);
    await eventually('a reason', async () => {
      return tableRows(await shell.type('kubectl berth get services')).at(-1) === pending || undefined;
    });
    const planned = await shell.type(pool.script);
    expect(planned).toMatch(/default\/web +assign +<none> +192\.0\.2\.50 +public +Allocated/);
    expect(given).toBeDefined();
    expect(tableRows(planned).at(-1)).toBe(given);
    const page = () => cluster.fetchFrom('client', 'http://192.0.2.50/');
    expect(await eventually('a page', page, PATIENCE)).toMatch(/^web port=8080 /);

    expect(await shell.type(ingress.script)).toMatch(/^shop +hand-made +shop\.example +192\.0\.2\.50 +80 /m);
    const looked = await shell.type(look.script);
    expect(looked).toMatch(/^public +True /m);
    expect(looked).toMatch(/^n1 +True /m);
    expect(looked).toMatch(/Normal +Allocated /);
  });
});
