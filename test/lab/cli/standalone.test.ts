import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { buildBerth } from './bundle.ts';

const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.59]}
`;
const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n`;
const WEB_SERVER = `require('node:http').createServer((_, r) => r.end('hello')).listen(80, () => console.log())`;

let berth: string;
let segment: Segment;
let node: Member;
let client: Member;
let folder: string;

beforeAll(async () => {
  berth = await buildBerth();
});
beforeEach(async () => {
  segment = await Segment.create();
  node = await segment.add({ name: 'n1', addresses: ['192.0.2.11/24'], mac: '02:00:00:00:00:11' });
  client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24'] });
  folder = await mkdtemp(join(tmpdir(), 'standalone-'));
});
afterEach(async () => {
  await segment.dispose();
  await rm(folder, { recursive: true });
});

interface Daemon {
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
  log(): string;
}

function start(env: NodeJS.ProcessEnv = {}, more: readonly string[] = []): Daemon {
  const child = node.spawn('node', [berth, 'standalone', folder, '--node', 'n1', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += String(chunk)));
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  return { child, ended, log: () => log };
}

/** Puts a whole file in place at once. */
async function put(name: string, content: string): Promise<void> {
  await writeFile(join(folder, `.${name}`), content);
  await rename(join(folder, `.${name}`), join(folder, name));
}

const ask = (path: string) => node.run('curl', '-sS', '-w', '%{http_code}', `http://127.0.0.1:7480${path}`);

function ready(daemon: Daemon): Promise<true> {
  return eventually(`ready; its log: ${daemon.log()}`, async () =>
    (await ask('/readyz')).endsWith('200') ? true : undefined,
  );
}

interface Status {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

async function statusOf(name: string): Promise<Status> {
  return parse(await readFile(join(folder, `.status/services/default/${name}.yaml`), 'utf8')).status;
}

function addressOf(name: string): Promise<string> {
  return eventually(`an address for ${name}`, async () => (await statusOf(name)).loadBalancer?.ingress?.[0]?.ip);
}

const announced = (address: string) =>
  eventually(`${address} on lo`, async () =>
    (await node.run('ip', '-br', 'address', 'show', 'lo')).includes(address) ? true : undefined,
  );

describe('berth standalone', () => {
  it('refuses beside another speaker on this node, and follows one that was killed', { timeout: 60_000 }, async () => {
    await put('pool.yaml', POOL);
    await put('web.yaml', service('web'));
    const daemon = start();
    await ready(daemon);
    await announced(await addressOf('web'));
    const second = start({}, ['--http-address', 'off', '--state-dir', join(folder, '.other')]);
    expect(await second.ended).toEqual([3, null]);
    expect(second.log()).toMatch(/another speaker runs on this node: waiting for it to end.*\nerror: another speaker/);
    // Whatever it had opened would have been told.
    expect(second.log().trim().split('\n')).toHaveLength(2);
    expect(await node.run('sh', '-c', 'ss -xlp | grep @berth-speaker')).toContain(`pid=${daemon.child.pid},`);
    daemon.child.kill('SIGKILL');
    const third = start();
    await ready(third);
    third.child.kill('SIGINT');
    expect(await third.ended).toEqual([0, null]);
  });

  it('gives a pending Service an address that a client reaches, and says how it is', async () => {
    const web = node.spawn('node', ['-e', WEB_SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(web.stdout ?? web, 'data');
    await put('web.yaml', service('web'));
    const daemon = start();
    await ready(daemon);
    await eventually('the reason', async () =>
      (await statusOf('web')).conditions?.[0]?.reason === 'NoPools' ? true : undefined,
    );
    await put('pool.yaml', POOL);
    expect(await addressOf('web')).toBe('192.0.2.50');
    expect((await statusOf('web')).conditions?.[0]).toMatchObject({
      type: 'berth.dev/Allocated',
      status: 'True',
      reason: 'Allocated',
    });
    await announced('192.0.2.50');
    expect(await client.run('curl', '-sS', '--max-time', '5', 'http://192.0.2.50/')).toBe('hello');
    expect(await client.run('ip', 'neighbour', 'show', '192.0.2.50')).toContain('lladdr 02:00:00:00:00:11');

    expect(await ask('/healthz')).toBe('ok\n200');
    const metrics = await eventually('the answer is counted', async () => {
      const text = await ask('/metrics');
      return /^berth_arp_replies_sent_total [1-9]/m.test(text) ? text : undefined;
    });
    expect(metrics).toMatch(/^berth_addresses_announced 1$/m);
    expect(metrics).toMatch(/^process_resident_memory_bytes \d+/m);
    const table = await node.run('node', berth, 'get', 'addresses', '--dir', folder);
    expect(table).toMatch(/^192\.0\.2\.50 +default\/web +public +n1 +eth0 +Owner /m);
    expect(await node.run('node', berth, 'get', 'speakers', '--dir', folder)).toMatch(/^n1 +True +\d+s +eth0 +1$/m);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s: falls silent, and ends with 0', async (signal) => {
    await put('web.yaml', `${service('web')}---\n${POOL}`);
    const daemon = start();
    await announced(await addressOf('web'));
    const begun = performance.now();
    daemon.child.kill(signal);
    expect(await daemon.ended).toEqual([0, null]);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(await node.run('ip', '-br', 'address', 'show', 'lo')).not.toContain('192.0.2.50');
    expect(daemon.log()).toContain(`"signal":"${signal}"`);
    expect(await addressOf('web')).toBe('192.0.2.50');
  });

  it('ends at once on a second signal', async () => {
    await put('web.yaml', service('web'));
    const daemon = start();
    await ready(daemon);
    daemon.child.kill('SIGTERM');
    daemon.child.kill('SIGINT');
    expect([128 + 2, 128 + 15]).toContain((await daemon.ended)[0]);
  });

  it('keeps the address with its Service over kill -9 and a restart', async () => {
    await put('web.yaml', `${service('web')}---\n${POOL.replace('.50-', '.55-')}`);
    const first = start();
    expect(await addressOf('web')).toBe('192.0.2.55');
    first.child.kill('SIGKILL');
    await first.ended;
    await put('web.yaml', `${service('web')}---\n${service('a-new-one')}---\n${POOL}`);
    const second = start();
    expect(await addressOf('a-new-one')).toBe('192.0.2.50');
    expect(await addressOf('web')).toBe('192.0.2.55');
    await ready(second);
  });

  it('names a broken file in its log and leaves what stood', async () => {
    await put('web.yaml', `${service('web')}---\n${POOL}`);
    const daemon = start();
    await announced(await addressOf('web'));
    await put('web.yaml', `${service('web')}---\n${POOL}  - broken: [`);
    await eventually('the fault in the log', async () => (/web\.yaml:\d+/.test(daemon.log()) ? true : undefined));
    expect(await addressOf('web')).toBe('192.0.2.50');
    await announced('192.0.2.50');
  });

  it('says which capability is missing, and that it can do without', async () => {
    const args = ['--bounding-set', '-net_raw', 'node', berth, 'standalone', folder, '--node', 'n1'];
    const { status, stderr } = await node.try('setpriv', ...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: missing CAP_NET_RAW \(to answer ARP\): .* --no-speaker to allocate only\n$/);
  });

  it('reports a fault of its own with its stack, and ends with 70', async () => {
    const crash = `setTimeout(() => Promise.reject(new Error('boom')), 1500)`;
    const daemon = start({ NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(crash)}"` });
    expect(await daemon.ended).toEqual([70, null]);
    const last = JSON.parse(daemon.log().trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ level: 'error', node: 'n1', error: { message: 'boom' } });
    expect(last.error.stack).toContain('at ');
  });
});
