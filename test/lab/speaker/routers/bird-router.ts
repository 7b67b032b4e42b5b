import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../eventually.ts';
import { generated, type Router, type ShownRoute } from './router.ts';

/** What is the router's own, and nothing of Berth. */
const PREAMBLE = 'router id 192.0.2.1;\nprotocol device {}\nprotocol direct { ipv4; ipv6; }\n';

/** BIRD 2. */
export const BIRD: Router = {
  name: 'BIRD',
  async start(member, folder, session) {
    const path = (name: string) => join(folder, name);
    await writeFile(path('bird.conf'), `${PREAMBLE}${generated('bird', session)}`);
    member.spawn('bird', ['-f', '-c', path('bird.conf'), '-s', path('bird.ctl')], { stdio: 'ignore' });
    const ask = (...command: readonly string[]) => member.run('birdc', '-s', path('bird.ctl'), ...command);
    await eventually('BIRD answers', () => ask('show', 'status'));
    return {
      // It ends with a status but 0 where it has no such route.
      route: async (prefix) =>
        read((await member.try('birdc', '-s', path('bird.ctl'), 'show', 'route', prefix, 'all')).stdout),
      isBfdUp: async () => / Up /.test(await ask('show', 'bfd', 'sessions')),
      refresh: async () => {
        await ask('reload', 'in', 'all');
      },
      received: async () => {
        const counts = (await ask('show', 'protocols', 'all')).matchAll(/Import updates: +(\d+)/g);
        return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
      },
      isStale: async () => (await ask('show', 'protocols', 'all')).includes('Neighbor graceful restart active'),
    };
  },
};

function read(shown: string): ShownRoute | undefined {
  const attribute = (name: string) => new RegExp(`BGP.${name}: (.*)`).exec(shown)?.[1] ?? '';
  const nextHops = attribute('next_hop').split(' ').filter(Boolean);
  if (nextHops.length === 0) return undefined;
  const tuples = (name: string) =>
    [...attribute(name).matchAll(/\(([^)]*)\)/g)].map(([, tuple = '']) => tuple.replaceAll(/, ?/g, ':'));
  return {
    nextHops,
    asPath: attribute('as_path').split(' ').filter(Boolean).map(Number),
    communities: tuples('community'),
    largeCommunities: tuples('large_community'),
    localPref: Number(attribute('local_pref')),
  };
}
