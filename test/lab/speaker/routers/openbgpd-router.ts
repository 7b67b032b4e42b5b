import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../eventually.ts';
import { generated, type Router, type ShownRoute } from './router.ts';

/** OpenBGPD, which keeps IPv4 addresses of next hops out of IPv6 sessions and knows neither BFD nor RFC 8950. */
export const OPENBGPD: Router = {
  name: 'OpenBGPD',
  async start(member, folder, session) {
    const file = join(folder, 'openbgpd.conf');
    const socket = join(folder, 'openbgpd.sock');
    // The kernel's routes and its control socket are the router's own business.
    await writeFile(file, `fib-update no\nsocket "${socket}"\n${generated('openbgpd', session)}`);
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
      received: async () => {
        const shown = JSON.parse(await ask('-j', 'show', 'neighbor', session.neighbor)) as OpenbgpdNeighbors;
        return shown.neighbors?.[0]?.stats?.update?.received?.updates ?? 0;
      },
      isStale: async (prefix) => /"stale": *true/.test(await ask('-j', 'show', 'rib', 'detail', prefix)),
    };
  },
};

interface OpenbgpdNeighbors {
  readonly neighbors?: readonly {
    readonly stats?: { readonly update?: { readonly received?: { readonly updates?: number } } };
  }[];
}

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
