import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../eventually.ts';
import { familyOf, type Router, type RouterSession, type ShownRoute } from './router.ts';

function configuration(session: RouterSession): string {
  const { families, extendedNextHop, password, ttlSecurity, multihop, bfd, holdTime } = session;
  const { interface: link, unnumbered } = session;
  const neighbor = `neighbor ${unnumbered ? link : session.neighbor}`;
  const more = [
    unnumbered ? `${neighbor} interface remote-as external` : `${neighbor} remote-as ${session.peerAs}`,
    link === undefined || unnumbered ? '' : `${neighbor} interface ${link}`,
    `${neighbor} timers connect 1`,
    holdTime === undefined ? '' : `${neighbor} timers 1 ${holdTime}`,
    password === undefined ? '' : `${neighbor} password ${password}`,
    ttlSecurity ? `${neighbor} ttl-security hops 1` : '',
    multihop ? `${neighbor} ebgp-multihop 4` : '',
    multihop ? `${neighbor} update-source ${session.local}` : '',
    bfd ? `${neighbor} bfd 3 100 100` : '',
    extendedNextHop ? `${neighbor} capability extended-nexthop` : '',
    families.includes('IPv4') ? '' : `no ${neighbor} activate`,
  ];
  return `router bgp ${session.localAs}
 bgp router-id 192.0.2.1
 no bgp ebgp-requires-policy
${more
  .filter(Boolean)
  .map((line) => ` ${line}`)
  .join('\n')}
${families.includes('IPv6') ? ` address-family ipv6 unicast\n  ${neighbor} activate\n exit-address-family` : ''}
`;
}

/** FRR: bgpd, with zebra and bfdd where a session needs them. */
export const FRR: Router = {
  name: 'FRR',
  async start(member, folder, session) {
    const path = (name: string) => join(folder, name);
    await beRoot(folder);
    await writeFile(path('bgpd.conf'), configuration(session));
    for (const daemon of ['zebra', 'bfdd']) await writeFile(path(`${daemon}.conf`), '\n');
    // Without zebra it knows no interfaces, and takes no link-local next hops.
    const isWhole = session.bfd || session.local.includes(':');
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
    return {
      route: async (prefix) => read(await ask(`show bgp ${familyOf(prefix)} unicast ${prefix} json`)),
      installed: (prefix) => member.run('ip', 'route', 'show', prefix),
      isBfdUp: async () => /"status":"up"/.test((await ask('show bfd peers json')).replaceAll(/\s/g, '')),
      refresh: async () => {
        for (const family of session.families) await ask(`clear bgp ${family.toLowerCase()} unicast * soft in`);
      },
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
