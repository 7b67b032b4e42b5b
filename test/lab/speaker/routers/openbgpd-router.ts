import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../eventually.ts';
import type { Router, RouterSession, ShownRoute } from './router.ts';

function configuration(session: RouterSession, socket: string): string {
  const { families, password, ttlSecurity, multihop, holdTime } = session;
  const more = [
    `remote-as ${session.peerAs}`,
    `local-address ${session.local}`,
    ...families.map((family) => `announce ${family} unicast`),
    families.includes('IPv4') ? '' : 'announce IPv4 none',
    password === undefined ? '' : `tcp md5sig password "${password}"`,
    ttlSecurity ? 'ttl-security yes' : '',
    multihop ? 'multihop 4' : '',
    holdTime === undefined ? '' : `holdtime ${holdTime}`,
  ];
  return `AS ${session.localAs}${session.localAs > 65_535 ? ' 23456' : ''}
router-id 192.0.2.1
fib-update no
listen on ${session.local}
socket "${socket}"
neighbor ${session.neighbor} {
${more
  .filter(Boolean)
  .map((line) => `  ${line}`)
  .join('\n')}
}
allow from any
`;
}

/** OpenBGPD, which keeps IPv4 addresses of next hops out of IPv6 sessions and knows neither BFD nor RFC 8950. */
export const OPENBGPD: Router = {
  name: 'OpenBGPD',
  async start(member, folder, session) {
    const file = join(folder, 'openbgpd.conf');
    const socket = join(folder, 'openbgpd.sock');
    await writeFile(file, configuration(session, socket));
    await chmod(file, 0o600);
    await mkdir('/run/openbgpd', { recursive: true });
    const child = member.spawn('/usr/sbin/bgpd', ['-d', '-f', file], { stdio: 'ignore' });
    child.on('error', () => {});
    const ask = (...args: readonly string[]) => member.run('bgpctl', '-s', socket, ...args);
    await eventually('OpenBGPD answers', () => ask('show', 'summary'));
    return {
      route: async (prefix) => read(await ask('-j', 'show', 'rib', 'detail', prefix)),
      refresh: async () => {
        await ask('neighbor', session.neighbor, 'refresh');
      },
    };
  },
};

interface OpenbgpdRoute {
  readonly aspath?: string;
  readonly exit_nexthop?: string;
  readonly communities?: readonly string[];
  readonly large_communities?: readonly string[];
  readonly localpref?: number;
}

function read(json: string): ShownRoute | undefined {
  const { rib = [] } = JSON.parse(json || '{}') as { rib?: readonly OpenbgpdRoute[] };
  const [route] = rib;
  if (route?.exit_nexthop === undefined) return undefined;
  return {
    nextHops: [route.exit_nexthop],
    asPath: (route.aspath ?? '').split(' ').filter(Boolean).map(Number),
    communities: (route.communities ?? []).map((each) => (each === 'GRACEFUL_SHUTDOWN' ? '65535:0' : each)),
    largeCommunities: route.large_communities ?? [],
    localPref: route.localpref,
  };
}
