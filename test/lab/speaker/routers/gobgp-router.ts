import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../eventually.ts';
import { familyOf, type Router, type RouterSession, type ShownRoute } from './router.ts';

function configuration(session: RouterSession): string {
  const { families, password, ttlSecurity, multihop, gracefulRestart, holdTime } = session;
  const section = (name: string, ...lines: readonly string[]) => `[${name}]\n${lines.join('\n')}\n`;
  const afiSafis = families.map((family) => {
    const restart = gracefulRestart ? section('neighbors.afi-safis.mp-graceful-restart.config', 'enabled = true') : '';
    const name = `afi-safi-name = "${family.toLowerCase()}-unicast"`;
    return `[[neighbors.afi-safis]]\n${section('neighbors.afi-safis.config', name)}${restart}`;
  });
  return [
    section('global.config', `as = ${session.localAs}`, 'router-id = "192.0.2.1"'),
    '[[neighbors]]\n',
    section(
      'neighbors.config',
      `neighbor-address = "${addressOf(session)}"`,
      `peer-as = ${session.peerAs}`,
      ...(password === undefined ? [] : [`auth-password = "${password}"`]),
    ),
    section(
      'neighbors.timers.config',
      'connect-retry = 1',
      'idle-hold-time-after-reset = 1',
      ...(holdTime === undefined ? [] : [`hold-time = ${holdTime}`, 'keepalive-interval = 1']),
    ),
    section('neighbors.transport.config', `local-address = "${session.interface === undefined ? session.local : ''}"`),
    ...(ttlSecurity ? [section('neighbors.ttl-security.config', 'enabled = true', 'ttl-min = 255')] : []),
    ...(multihop ? [section('neighbors.ebgp-multihop.config', 'enabled = true', 'multihop-ttl = 4')] : []),
    ...(gracefulRestart ? [section('neighbors.graceful-restart.config', 'enabled = true', 'restart-time = 60')] : []),
    ...afiSafis,
  ].join('');
}

/** With its zone where it is link-local. */
function addressOf({ neighbor, interface: link }: RouterSession): string {
  return link === undefined ? neighbor : `${neighbor}%${link}`;
}

/** GoBGP. */
export const GOBGP: Router = {
  name: 'GoBGP',
  async start(member, folder, session) {
    const file = join(folder, 'gobgpd.toml');
    await writeFile(file, configuration(session));
    const child = member.spawn('gobgpd', ['-f', file, '--api-hosts', '127.0.0.1:50051'], { stdio: 'ignore' });
    child.on('error', () => {});
    const ask = (...args: readonly string[]) => member.run('gobgp', ...args);
    await eventually('GoBGP answers', () => ask('global'));
    return {
      // It ends with a status but 0 where it has no such route.
      route: async (prefix) =>
        read((await member.try('gobgp', '-j', 'global', 'rib', '-a', familyOf(prefix), prefix)).stdout),
      refresh: async () => {
        await ask('neighbor', addressOf(session), 'softresetin');
      },
    };
  },
};

interface GobgpAttribute {
  readonly type: number;
  readonly nexthop?: string;
  readonly value?: number | readonly { ASN: number; LocalData1: number; LocalData2: number }[];
  readonly as_paths?: readonly { readonly asns: readonly number[] }[];
  readonly communities?: readonly number[];
}

function read(json: string): ShownRoute | undefined {
  let shown: unknown;
  try {
    shown = JSON.parse(json);
  } catch {
    return undefined;
  }
  const paths = Object.values(shown as Record<string, readonly { attrs: readonly GobgpAttribute[] }[]>).flat();
  const attrs = paths[0]?.attrs;
  if (attrs === undefined) return undefined;
  const of = (type: number) => attrs.find((attribute) => attribute.type === type);
  const { value: large } = of(32) ?? {};
  const { value: localPref } = of(5) ?? {};
  return {
    nextHops: attrs.flatMap(({ nexthop }) => nexthop ?? []),
    asPath: of(2)?.as_paths?.flatMap(({ asns }) => asns) ?? [],
    communities: (of(8)?.communities ?? []).map((value) => `${value >>> 16}:${value & 0xffff}`),
    largeCommunities: Array.isArray(large)
      ? large.map(({ ASN, LocalData1, LocalData2 }) => `${ASN}:${LocalData1}:${LocalData2}`)
      : [],
    localPref: typeof localPref === 'number' ? localPref : undefined,
  };
}
