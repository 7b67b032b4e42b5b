import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ServedDaemon } from '../../../src/cli/daemon/daemon.ts';
import { Daemons } from '../../../src/cli/standalone/daemons.ts';
import type { StandaloneSettings } from '../../../src/cli/standalone/settings.ts';
import { ListenError } from '../../../src/http/server.ts';
import type { Logger } from '../../../src/log/logger.ts';

const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.1-192.0.2.9]}
`;
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n';

let folder: string;
let lines: string[];
const started: ServedDaemon<Daemons>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-standalone-'));
  lines = [];
});
afterEach(async () => {
  for (const daemons of started.splice(0)) await daemons.stop();
  await rm(folder, { recursive: true });
});

function daemons(changes: Partial<StandaloneSettings> = {}): ServedDaemon<Daemons> {
  const write = (message: string, fields?: object): void =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const logger: Logger = { error: write, warn: write, info: write, debug: write, with: () => logger };
  const settings = {
    directory: folder,
    stateDirectory: undefined,
    nodeName: 'n1',
    shared: false,
    speaker: false,
    loadBalancerClass: undefined,
    messageKeyFile: undefined,
    rejectUnserved: false,
    reserved: [],
    http: { host: '127.0.0.1', port: 0 },
    ...changes,
  };
  const made = new ServedDaemon(new Daemons(settings, logger, '1.2.3'), settings.http, logger);
  started.push(made);
  return made;
}

/** The address of the health server, from the log. */
function base(): string {
  return `http://${/"http":"([^"]+)"/.exec(lines.join('\n'))?.[1]}`;
}

/** What the process says of itself. */
async function status(): Promise<{ readonly notReady: readonly string[] }> {
  return (await fetch(`${base()}/status`)).json() as Promise<{ readonly notReady: readonly string[] }>;
}

async function heldByWeb(): Promise<string | undefined> {
  const text = await readFile(join(folder, '.status/services/default/web.yaml'), 'utf8').catch(() => '{}');
  return parse(text)?.status?.loadBalancer?.ingress?.[0]?.ip;
}

describe('Daemons', () => {
  it('do not speak from one of several copies of a folder that does not say where the other nodes are', async () => {
    const node = (name: string, rest = '') => `---\napiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n${rest}`;
    const at = (address: string) => `status: {addresses: [{type: InternalIP, address: ${address}}]}\n`;
    await writeFile(join(folder, 'nodes.yaml'), node('n2') + node('n3', at('192.0.2.13')));
    await expect(daemons({ speaker: true }).start()).rejects.toThrow('none of the name n1: add it, or give --shared');
    await writeFile(join(folder, 'nodes.yaml'), node('n1', at('192.0.2.11')) + node('n2') + node('n3'));
    await expect(daemons({ speaker: true }).start()).rejects.toThrow('not where n2, n3 can be reached');
    await daemons({ speaker: false }).start();
  });

  it('give a pending Service its address once a pool is there, and answer for their health', async () => {
    await writeFile(join(folder, 'web.yaml'), SERVICE);
    const running = daemons();
    await running.start();
    await vi.waitFor(async () => expect((await fetch(`${base()}/readyz`)).status).toBe(200), { timeout: 5000 });
    await writeFile(join(folder, 'pool.yaml'), POOL);
    await vi.waitFor(async () => expect(await heldByWeb()).toBe('192.0.2.1'), { timeout: 5000 });
    const metrics = await (await fetch(`${base()}/metrics`)).text();
    expect(metrics).toMatch(/^berth_controller_leader 1$/m);
    expect(metrics).toMatch(/^berth_build_info\{version="1\.2\.3",/m);
    expect(await (await fetch(`${base()}/status`)).json()).toMatchObject({
      version: '1.2.3',
      node: 'n1',
      allocating: true,
      allocator: 'n1',
      notReady: [],
      faults: [],
    });
  });

  it('name a fault in the log once when it comes and once when it is mended, and in their status meanwhile', async () => {
    await writeFile(join(folder, 'web.yaml'), SERVICE);
    await daemons().start();
    const about = (): readonly string[] => lines.filter((line) => line.includes('broken.yaml'));
    await writeFile(join(folder, 'broken.yaml'), 'kind: [');
    await vi.waitFor(() => expect(about()).toHaveLength(1), { timeout: 5000 });
    expect(about()[0]).toContain('broken.yaml:1');
    const { faults } = (await (await fetch(`${base()}/status`)).json()) as { faults: string[] };
    expect(faults).toEqual([expect.stringContaining('broken.yaml:1')]);
    await writeFile(join(folder, 'broken.yaml'), '# mended\n');
    await vi.waitFor(() => expect(about()).toHaveLength(2), { timeout: 5000 });
    expect(about()[1]).toContain('(mended)');
  });

  it('leave the address with its Service over a restart', async () => {
    await writeFile(join(folder, 'pool.yaml'), POOL.replace('192.0.2.1-', '192.0.2.5-'));
    await writeFile(join(folder, 'web.yaml'), SERVICE);
    const first = daemons();
    await first.start();
    await vi.waitFor(async () => expect(await heldByWeb()).toBe('192.0.2.5'), { timeout: 5000 });
    await first.stop();
    await writeFile(join(folder, 'pool.yaml'), POOL);
    await writeFile(join(folder, 'api.yaml'), SERVICE.replace('web', 'api'));
    const second = daemons();
    await second.start();
    await vi.waitFor(
      async () => expect(await readdir(join(folder, '.status/services/default'))).toContain('api.yaml'),
      {
        timeout: 5000,
      },
    );
    expect(await heldByWeb()).toBe('192.0.2.5');
  });

  it('forget what a Service held when it is gone, so that it does not come back with it', async () => {
    await writeFile(join(folder, 'pool.yaml'), POOL);
    await writeFile(join(folder, 'web.yaml'), SERVICE);
    await daemons().start();
    await vi.waitFor(async () => expect(await heldByWeb()).toBe('192.0.2.1'), { timeout: 5000 });
    await rm(join(folder, 'web.yaml'));
    await vi.waitFor(async () => expect(await readdir(join(folder, '.status/services/default'))).toEqual([]), {
      timeout: 5000,
    });
  });

  it('one process at a time allocates', async () => {
    await writeFile(join(folder, 'pool.yaml'), POOL);
    const [first, second] = [daemons(), daemons({ nodeName: 'n2' })];
    await first.start();
    await vi.waitFor(() => expect(first.daemon.status()).toMatchObject({ allocating: true }));
    await second.start();
    await vi.waitFor(() => expect(second.daemon.status()).toMatchObject({ allocating: false, allocator: 'n1' }));
    await first.stop();
    await vi.waitFor(() => expect(second.daemon.status()).toMatchObject({ allocating: true, allocator: 'n2' }), {
      timeout: 5000,
    });
  });

  it('give nothing while a status file cannot be understood, say so, and go on once it is restored', async () => {
    await writeFile(join(folder, 'pool.yaml'), POOL.replace('192.0.2.9', '192.0.2.1'));
    await writeFile(join(folder, 'web.yaml'), SERVICE);
    const first = daemons();
    await first.start();
    await vi.waitFor(async () => expect(await heldByWeb()).toBe('192.0.2.1'), { timeout: 5000 });
    await first.stop();
    const state = join(folder, '.status/services/default/web.yaml');
    const good = await readFile(state, 'utf8');
    await writeFile(state, '');
    await writeFile(join(folder, 'api.yaml'), SERVICE.replace('web', 'api'));
    lines = [];
    const second = daemons();
    await second.start();
    const reason = expect.stringMatching(/services\/default\/web\.yaml: .*; no address is given until/);
    await vi.waitFor(async () => expect((await status()).notReady).toEqual([reason]), { timeout: 5000 });
    const answer = await fetch(`${base()}/readyz`);
    expect([answer.status, await answer.text()]).toEqual([503, reason]);
    expect(await status()).toMatchObject({ allocating: false });
    expect(await readdir(join(folder, '.status/services/default'))).toEqual(['web.yaml']);
    await writeFile(state, good);
    await vi.waitFor(async () => expect(await status()).toMatchObject({ allocating: true, notReady: [] }), {
      timeout: 5000,
    });
    await vi.waitFor(
      async () =>
        expect(await readFile(join(folder, '.status/services/default/api.yaml'), 'utf8')).toContain('PoolExhausted'),
      { timeout: 5000 },
    );
    expect(await heldByWeb()).toBe('192.0.2.1');
  });

  it('are not ready while the lock fails, and say why', async () => {
    const running = daemons({ stateDirectory: '/proc/self/task' });
    await running.start();
    const reason = expect.stringMatching(/^the folder lock in .* cannot be looked at or renewed: E[A-Z]+: /);
    await vi.waitFor(async () => expect((await status()).notReady).toEqual([reason]), { timeout: 5000 });
    expect((await fetch(`${base()}/readyz`)).status).toBe(503);
  });

  it('do not start on a port in use, and leave nothing running', async () => {
    const first = daemons();
    await first.start();
    const port = Number(new URL(base()).port);
    const second = daemons({ http: { host: '127.0.0.1', port } });
    await expect(second.start()).rejects.toThrow(ListenError);
    await second.stop();
    expect((await fetch(`${base()}/healthz`)).status).toBe(200);
  });

  it('say what is missing until they run', () => {
    expect(daemons({ speaker: true }).daemon.notReady()).toEqual([
      'the folder has not been read yet',
      'the controller has not started yet',
      'the speaker has not started yet',
    ]);
  });
});
