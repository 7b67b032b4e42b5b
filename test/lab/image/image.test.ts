import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../../manifests/workloads/speaker.ts';
import { eventually } from '../eventually.ts';
import { type ContainerSpec, containerCommand } from './container.ts';
import { ownArgument, ownLastStage } from './dockerfile.ts';
import { RuntimeRoot } from './runtime-root.ts';

const MEBIBYTE = 1024 * 1024;
/** The user that the image names. */
const USER = Number(ownLastStage().user.split(':')[0]);
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n';

let folder: string;
let root: RuntimeRoot;
let objects: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-'));
  root = await RuntimeRoot.assemble(folder);
  await root.addMountPoints();
  objects = join(folder, 'objects');
  await mkdir(objects);
  await writeFile(join(objects, 'web.yaml'), SERVICE);
});
afterAll(() => rm(folder, { recursive: true }));

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }
});

interface Container {
  readonly child: ChildProcess;
  output(): string;
}

function run(spec: Pick<ContainerSpec, 'args'> & Partial<ContainerSpec>): Container {
  const [program, ...args] = containerCommand(root, { env: {}, capabilities: [], mounts: {}, ...spec });
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  return { child, output: () => output };
}

async function outputOf(spec: Parameters<typeof run>[0]): Promise<string> {
  const { child, output } = run(spec);
  await once(child, 'close');
  return output();
}

/** Milliseconds until it says that it runs. */
async function started({ child, output }: Container, from: number): Promise<number> {
  const isRunning = async () => {
    if (child.exitCode !== null) throw new Error(`it has ended:\n${output()}`);
    return output().includes('running') || undefined;
  };
  await eventually('running', isRunning, { intervalMs: 5 });
  return performance.now() - from;
}

async function statusOf({ child }: Container, field: string): Promise<string> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
}

describe('the files of the image', () => {
  it('are Node.js, its libraries and what was built, and no shell, npm or package manager', async () => {
    const files = await root.files();
    const paths = [...files.keys()];
    expect(paths).toContain(root.entrypoint[0]);
    expect(paths).toContain(root.entrypoint[1]);
    const rest = paths.filter((path) => !/^\/usr\/(lib\/berth|share\/doc)\//.test(path) && path !== '/usr/bin/node');
    expect(rest.filter((path) => !/^\/(usr\/)?lib(64)?\/.*\.so(\.\d+)*$/.test(path))).toEqual([]);
    const octets = [...files.values()].reduce((sum, size) => sum + size, 0);
    const node = files.get('/usr/bin/node') ?? 0;
    const { stdout: version } = await promisify(execFile)(join(root.folder, root.entrypoint[0] ?? ''), ['--version']);
    expect(version).toMatch(new RegExp(`^v${ownArgument('NODE')}\\.`));
    process.stdout.write(
      `image: ${paths.length} files, ${(octets / MEBIBYTE).toFixed(1)} MiB, of which Node.js ${version.trim()} ${(node / MEBIBYTE).toFixed(1)} MiB\n`,
    );
  });

  it('are enough for a command, which finds them read-only', async () => {
    const from = performance.now();
    expect(await outputOf({ args: ['--version'], user: USER })).toMatch(/^\d+\.\d+\.\d+/);
    process.stdout.write(`image: berth --version in ${(performance.now() - from).toFixed(0)} ms\n`);
    const once = ['standalone', '/run/objects', '--once', '--no-speaker'];
    const mounts = { '/run/objects': objects };
    expect(await outputOf({ args: [...once, '--state-dir', '/usr/state'], mounts })).toMatch(
      /error: .usr.state: cannot be made/,
    );
  });
});

describe('a daemon of the image', () => {
  it('runs without any capability where it only allocates', async () => {
    const from = performance.now();
    const args = ['standalone', '/run/objects', '--no-speaker', '--http-address', '127.0.0.1:0'];
    const daemon = run({ args, mounts: { '/run/objects': objects } });
    const millis = await started(daemon, from);
    expect(await statusOf(daemon, 'CapBnd')).toBe('0'.repeat(16));
    expect(await statusOf(daemon, 'CapEff')).toBe('0'.repeat(16));
    expect(await statusOf(daemon, 'NoNewPrivs')).toBe('1');
    const rss = Number.parseInt(await statusOf(daemon, 'VmRSS'), 10) / 1024;
    process.stdout.write(
      `image: standalone without a speaker runs after ${millis.toFixed(0)} ms, ${rss.toFixed(0)} MiB\n`,
    );
  });

  const kubeconfig = async () => {
    const cluster = { name: 'c', cluster: { server: 'https://127.0.0.1:1' } };
    const context = { name: 'c', context: { cluster: 'c', user: 'u' } };
    const user = { name: 'u', user: { token: 'x' } };
    const config = { clusters: [cluster], contexts: [context], users: [user], 'current-context': 'c' };
    await mkdir(join(folder, 'config'), { recursive: true });
    await writeFile(join(folder, 'config', 'kubeconfig'), JSON.stringify(config));
    return { '/run/config': join(folder, 'config') };
  };
  const speaker = [
    'speaker',
    '--node',
    'n1',
    '--kubeconfig',
    '/run/config/kubeconfig',
    '--http-address',
    '127.0.0.1:0',
  ];

  it('speaks with the capabilities of the manifests and no others', async () => {
    const from = performance.now();
    const capabilities = [CAPABILITIES.layer2.name, CAPABILITIES.bgp.name];
    const daemon = run({ args: speaker, capabilities, mounts: await kubeconfig() });
    const millis = await started(daemon, from);
    expect(BigInt(`0x${await statusOf(daemon, 'CapEff')}`)).toBe((1n << 13n) | (1n << 10n));
    const rss = Number.parseInt(await statusOf(daemon, 'VmRSS'), 10) / 1024;
    process.stdout.write(`image: a speaker runs after ${millis.toFixed(0)} ms, ${rss.toFixed(0)} MiB\n`);
    daemon.child.kill('SIGTERM');
    await once(daemon.child, 'close');
    expect([daemon.child.exitCode, daemon.output()]).toEqual([0, expect.not.stringMatching(/"level":"error"/)]);
  });

  it('does not speak without packet sockets, and says so', async () => {
    const capabilities = [CAPABILITIES.bgp.name];
    expect(await outputOf({ args: speaker, capabilities, mounts: await kubeconfig() })).toMatch(
      /missing CAP_NET_RAW \(to answer ARP\)/,
    );
  });
});
