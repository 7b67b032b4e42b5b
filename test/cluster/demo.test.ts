import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildBerth } from '../lab/cli/bundle.ts';
import { eventually } from '../lab/eventually.ts';
import { type Footprint, footprintSince, NOTHING, takeFootprint } from '../lab/footprint.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** It takes a quarter of this where nothing else runs. */
const PATIENCE = 120_000;

/** What the demo shows of a Service or Ingress before there is a pool, and in its scene. */
interface Shown {
  readonly scene: RegExp;
  /** The Service by whose address people come. */
  readonly service: string;
  /** A row of kubectl's table. */
  readonly before: RegExp;
  /** With `ADDRESS` for the address that the Service was given. */
  readonly after: readonly RegExp[];
}

const SCENES: readonly Shown[] = [
  {
    scene: /^basic-ingress: an Ingress of class cilium/,
    service: 'cilium-ingress-basic-ingress',
    before: /^default +cilium-ingress-basic-ingress +LoadBalancer +\S+ +<pending> +80:\d+\/TCP /m,
    after: [
      /^cilium-ingress-basic-ingress +LoadBalancer +\S+ +ADDRESS +80:\d+\/TCP /m,
      /^client\$ curl .*ADDRESS\/details\nThis is details: /m,
      /^client\$ curl .*ADDRESS\/\nThis is productpage: /m,
      /✓ a client outside fetches both paths/,
    ],
  },
  {
    scene: /^basic-ingress: an Ingress of class cilium/,
    service: 'cilium-ingress-basic-ingress',
    before: /^default +basic-ingress +cilium +\* +80 +\d/m,
    after: [/^basic-ingress +cilium +\* +ADDRESS +80 /m],
  },
  {
    scene: /^ingress-nginx-controller: externalTrafficPolicy Local/,
    service: 'ingress-nginx-controller',
    before: /^ingress-nginx +ingress-nginx-controller +LoadBalancer +\S+ +<pending> +80:\d+\/TCP,443:\d+\/TCP,3306:/m,
    after: [
      /^ingress-nginx-controller +LoadBalancer +\S+ +ADDRESS +80:\d+\/TCP,443:\d+\/TCP,3306:\d+\/TCP /m,
      /ADDRESS:80\/\nport 80, client 192\.0\.2\.100$/m,
      /ADDRESS:443\/\nport 443, client 192\.0\.2\.100$/m,
      /ADDRESS:3306\/\nport 3306, client 192\.0\.2\.100$/m,
      /^ingress-nginx-controller-\S+ +n([123])\n[\s\S]*^ADDRESS dev eth0 lladdr 02:00:00:00:00:1\1 /m,
    ],
  },
  {
    scene: /^A hand-made ingress controller/,
    service: 'hand-made-nginx',
    before: /^default +shop +hand-made +shop\.example +80 +\d/m,
    after: [
      /^shop +hand-made +shop\.example +ADDRESS +80 /m,
      /curl .*Host: shop\.example.*ADDRESS\/\nThis is the shop\.$/m,
    ],
  },
  {
    scene: /^spec\.externalIPs set by hand/,
    service: 'external-ips',
    before: /^default +external-ips +LoadBalancer +\S+ +192\.0\.2\.200 +80:/m,
    after: [
      /^external-ips +LoadBalancer +\S+ +ADDRESS,192\.0\.2\.200 +80:/m,
      /192\.0\.2\.200\/\ncurl: .*(timed out|No route)/m,
      /ADDRESS\/\nexternal-ips-\S+ port=8080 /,
      /^\["192\.0\.2\.200"\]$/m,
    ],
  },
  {
    scene: /^A DaemonSet on host ports/,
    service: 'host-port-proxy',
    before: /^default +host-port-proxy +LoadBalancer +\S+ +<pending> /m,
    after: [
      /^host-port-proxy +LoadBalancer +\S+ +ADDRESS /m,
      /^served by 192\.0\.2\.11\nserved by 192\.0\.2\.12\nserved by 192\.0\.2\.13$/m,
    ],
  },
  {
    scene: /^UDP and TCP on one port/,
    service: 'udp-and-tcp',
    before: /^default +udp-and-tcp +LoadBalancer +\S+ +<pending> +53:(\d+)\/TCP,53:\1\/UDP /m,
    after: [
      /^udp-and-tcp +LoadBalancer +\S+ +ADDRESS +53:/m,
      /curl .*ADDRESS:53\/\nudp-and-tcp-\S+ port=8080 /,
      /UDP datagram to ADDRESS port 53.*\nudp-and-tcp-\S+ port=8081 /,
    ],
  },
  {
    scene: /^A dual-stack Service/,
    service: 'dual-stack',
    before: /^default +dual-stack +LoadBalancer +\S+ +<pending> /m,
    after: [
      /^dual-stack +LoadBalancer +\S+ +ADDRESS,2001:db8::50 /m,
      /ADDRESS\/\ndual-stack-\S+ port=8080 /,
      /\[2001:db8::50\]\/'\ndual-stack-\S+ port=8080 /,
    ],
  },
  {
    scene: /^A top-of-rack router/,
    service: 'cilium-ingress-basic-ingress',
    before: /^default +cilium-ingress-basic-ingress +LoadBalancer +\S+ +<pending> /m,
    after: [
      /^ADDRESS\/32 +unicast .*\n\tvia 192\.0\.2\.1[123] on eth0\n.*\n\tvia 192\.0\.2\.1[123] on eth0\n.*\n\tvia /m,
      /^ADDRESS proto bird .*(\n\s*nexthop via 192\.0\.2\.1[123] dev eth0 weight 1 ?){3}/m,
      /^far client\$ curl .*ADDRESS\/details\nThis is details: /m,
      /\/\nport 80, client 203\.0\.113\.9$/m,
    ],
  },
];

/** The scenes of an output by their titles, without the indentation of what programs wrote. */
function scenesOf(output: string): readonly string[] {
  const [, ...scenes] = output.split(/^\d+\. (?=\S)/m);
  return scenes.map((scene) => scene.replaceAll(/^ {4}/gm, ''));
}

/** The one scene whose title is like this. */
function sceneOf(output: string, title: RegExp): string {
  const found = scenesOf(output).filter((scene) => title.test(scene));
  expect(found, `one scene ${title} in:\n${output}`).toHaveLength(1);
  return found[0] ?? '';
}

let home: string;
beforeAll(async () => {
  await buildBerth();
  home = await mkdtemp(join(tmpdir(), 'demo-home-'));
});
afterAll(async () => {
  if (home !== undefined) await rm(home, { recursive: true });
});

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** As the Makefile starts it, for a user whose home is empty. */
function startDemo(): { child: ChildProcess; text: () => string } {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const child = spawn('test/lab/enter', ['node', '--import', 'tsx', 'demo/cluster/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, HOME: home, XDG_CACHE_HOME: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += String(chunk)));
  return { child, text: () => text };
}

describe('the demo on a cluster', () => {
  let before: Footprint;
  let files: readonly string[];
  beforeEach(async () => {
    before = await takeFootprint();
    files = await readdir(tmpdir());
  });

  async function leavesNothing(): Promise<void> {
    await eventually('the machine is as it was', async () => {
      expect(await footprintSince(before)).toEqual(NOTHING);
      return true;
    });
    expect(await readdir(tmpdir())).toEqual(files);
    expect(await readdir(home)).toEqual([]);
  }

  it('shows what people come with, before and after one kubectl apply', { timeout: PATIENCE }, async () => {
    const { child, text } = startDemo();
    const [status] = (await once(child, 'close')) as [number | null];
    expect(status, text()).toBe(0);
    // What is not a terminal gets no colours.
    expect(text()).not.toContain('\u001b');
    const pending = sceneOf(text(), /^What people come with/);
    const applied = sceneOf(text(), /^One kubectl apply/);
    for (const { scene, service, before, after } of SCENES) {
      expect(pending).toMatch(before);
      const address = new RegExp(` ${service} +LoadBalancer +\\S+ +(192\\.0\\.2\\.5\\d)[, ]`).exec(applied)?.[1] ?? '';
      expect(address, `the address of ${service} in:\n${applied}`).not.toBe('');
      const shown = sceneOf(text(), scene).replaceAll(address, 'ADDRESS');
      for (const line of after) expect(shown).toMatch(line);
    }
    expect(pending).toMatch(/^there is no IPAddressPool: create one$/m);
    expect(applied).not.toContain('<pending>');
    for (const what of ['every Service has its EXTERNAL-IP', 'a client outside has fetched the first page']) {
      expect(applied).toMatch(new RegExp(`^ *\\d+ ms  ${what}$`, 'm'));
    }
    const commands = sceneOf(text(), /^What Berth has to say/);
    for (const what of ['pools', 'services -A', 'addresses', 'speakers']) {
      expect(commands).toMatch(new RegExp(`^\\$ kubectl berth get ${what}\n(NAME|NAMESPACE|ADDRESS|NODE) `, 'm'));
    }
    await leavesNothing();
  });

  it.each([
    ['SIGKILL', null, 'One kubectl apply'],
    ['SIGINT', 128 + 2, 'What people come with'],
  ] as const)('leaves nothing behind when %s hits it midway', { timeout: PATIENCE }, async (signal, status, scene) => {
    const { child, text } = startDemo();
    const midway = async () => {
      expect(child.exitCode, text()).toBeNull();
      return text().includes(scene) || undefined;
    };
    await eventually(`the scene "${scene}"`, midway, { timeoutMs: PATIENCE / 2 });
    const { processes } = await takeFootprint();
    for (const program of ['kube-apiserver', 'kube-proxy', 'berth controller', 'berth speaker']) {
      expect(processes.filter((line) => line.includes(program))).not.toEqual([]);
    }
    const closed = once(child, 'close');
    child.kill(signal);
    expect((await closed)[0]).toBe(status);
    await leavesNothing();
  });
});
