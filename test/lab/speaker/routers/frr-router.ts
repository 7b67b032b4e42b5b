import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../eventually.ts';
import { familyOf, generated, LINK, type Router, type RouterSession, type ShownRoute } from './router.ts';

/** What is the router's own, and nothing of Berth. */
const preamble = ({ side }: RouterSession) => `router bgp ${side.asNumber}\n bgp router-id 192.0.2.1\nexit\n`;

/** FRR: bgpd, with zebra and bfdd where a session needs them. */
export const FRR: Router = {
  name: 'FRR',
  async start(member, folder, session) {
    const path = (name: string) => join(folder, name);
    await beRoot(folder);
    // Each daemon has a file of its own, as it takes in at once what it starts with.
    const whole = `${preamble(session)}${generated('frr', session)}`;
    const [bfd = ''] = /^bfd\n[\s\S]*?^exit\n/m.exec(whole) ?? [];
    await writeFile(path('bgpd.conf'), whole.replace(bfd, ''));
    await writeFile(path('bfdd.conf'), bfd);
    await writeFile(path('zebra.conf'), '\n');
    // Without zebra it knows no interfaces, and takes no link-local next hops.
    const isWhole = session.side.bfd !== undefined || session.local.includes(':');
    const run = (daemon: string, ...args: readonly string[]) => {
      const files = ['-f', path(`${daemon}.conf`), '-i', path(`${daemon}.pid`), '--vty_socket', folder];
      const user = ['-u', 'root', '-g', 'root', '-z', path('zserv')];
      const child = member.spawn(`/usr/lib/frr/${daemon}`, ['-P', '0', ...user, ...files, ...args], {
        stdio: 'ignore',
      });
      child.on('error', () => {});
    };
    if (isWhole) {
      run('zebra');
      await eventually('zebra answers', () => ask('show version'));
      run('bfdd', '--bfdctl', path('bfdd.sock'));
      run('bgpd');
    } else run('bgpd', '-Z');
    async function ask(command: string): Promise<string> {
      return await member.run('vtysh', '--vty_socket', folder, '-c', command);
    }
    await eventually('FRR answers', () => ask('show bgp summary'));
    const [node] = session.side.neighbours;
    const neighbor = node?.address ?? node?.linkLocal ?? LINK;
    return {
      route: async (prefix) => read(await ask(`show bgp ${familyOf(prefix)} unicast ${prefix} json`)),
      installed: (prefix) => member.run('ip', 'route', 'show', prefix),
      isBfdUp: async () => /"status":"up"/.test((await ask('show bfd peers json')).replaceAll(/\s/g, '')),
      refresh: async () => {
        for (const family of session.side.families) await ask(`clear bgp ${family.toLowerCase()} unicast * soft in`);
      },
      received: async () => {
        const shown = JSON.parse(await ask(`show bgp neighbors ${neighbor} json`)) as Record<string, FrrNeighbor>;
        return shown[neighbor]?.messageStats?.updatesRecv ?? 0;
      },
      isStale: async (prefix) =>
        (await ask(`show bgp ${familyOf(prefix)} unicast ${prefix} json`)).includes('"stale":true'),
    };
  },
};

/** Its daemons drop privileges to users that a user namespace lacks, unless root is in their groups. */
async function beRoot(folder: string): Promise<void> {
  const groups = await readFile('/etc/group', 'utf8');
  if (/^frrvty:.*:root/m.test(groups)) return;
  const run = join(folder, 'etc');
  await mkdir(run, { recursive: true });
  await writeFile(
    join(run, 'group'),
    groups.replaceAll(/^(frrvty|frr):.*/gm, (_line, name: string) => `${name}:x:0:root`),
  );
  await promisify(execFile)('mount', ['--bind', join(run, 'group'), '/etc/group']);
}

interface FrrNeighbor {
  readonly messageStats?: { readonly updatesRecv?: number };
}

interface FrrPath {
  readonly aspath?: { readonly string?: string };
  readonly nexthops?: readonly { readonly ip?: string }[];
  readonly community?: { readonly string?: string };
  readonly largeCommunity?: { readonly string?: string };
  readonly locPrf?: number;
}

function read(json: string): ShownRoute | undefined {
  const { paths = [] } = JSON.parse(json || '{}') as { paths?: readonly FrrPath[] };
  const [path] = paths;
  if (path === undefined) return undefined;
  const words = (text = '') => text.split(' ').filter((word) => word !== '' && word !== 'Local');
  return {
    nextHops: (path.nexthops ?? []).flatMap(({ ip }) => ip ?? []),
    asPath: words(path.aspath?.string).map(Number),
    communities: words(path.community?.string).map((word) => (word === 'graceful-shutdown' ? '65535:0' : word)),
    largeCommunities: words(path.largeCommunity?.string),
    localPref: path.locPrf,
  };
}
