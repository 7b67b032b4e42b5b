import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../eventually.ts';
import type { Router, RouterSession, ShownRoute } from './router.ts';

function configuration(session: RouterSession): string {
  const { families, extendedNextHop, password, ttlSecurity, multihop, bfd, gracefulRestart, holdTime } = session;
  const { interface: link, unnumbered } = session;
  const channel = (family: string, more = '') => `  ${family} { ${more} import all; export none; };`;
  return `
router id 192.0.2.1;
protocol device {}
protocol static { ipv4; route 192.0.2.0/24 via "eth0"; }
protocol bfd { interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; multihop { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
${unnumbered ? `protocol radv { interface "${link}" { max ra interval 10; }; }` : ''}
protocol bgp berth {
  local ${link === undefined ? session.local : ''} as ${session.localAs};
  ${unnumbered ? 'neighbor range fe80::/10 external; dynamic name "berth_"' : `neighbor ${session.neighbor} as ${session.peerAs}`};
  connect delay time 1; error wait time 1, 2;
${[
  link === undefined ? '' : `interface "${link}";`,
  password === undefined ? '' : `password "${password}";`,
  ttlSecurity ? 'ttl security on;' : '',
  multihop ? 'multihop 4;' : '',
  bfd ? 'bfd on;' : '',
  gracefulRestart ? 'graceful restart on;' : '',
  holdTime === undefined ? '' : `hold time ${holdTime};`,
]
  .filter(Boolean)
  .map((line) => `  ${line}`)
  .join('\n')}
${families.map((family) => (family === 'IPv4' ? channel('ipv4', extendedNextHop ? 'extended next hop;' : '') : channel('ipv6'))).join('\n')}
}
`;
}

/** BIRD 2. */
export const BIRD: Router = {
  name: 'BIRD',
  async start(member, folder, session) {
    const path = (name: string) => join(folder, name);
    await writeFile(path('bird.conf'), configuration(session));
    member.spawn('bird', ['-f', '-c', path('bird.conf'), '-s', path('bird.ctl')], { stdio: 'ignore' });
    const ask = (...command: readonly string[]) => member.run('birdc', '-s', path('bird.ctl'), ...command);
    // A neighbour in a range has a protocol of its own.
    const protocol = session.unnumbered ? 'berth_1' : 'berth';
    await eventually('BIRD answers', () => ask('show', 'status'));
    return {
      // It ends with a status but 0 where it has no such route.
      route: async (prefix) =>
        read(
          (await member.try('birdc', '-s', path('bird.ctl'), 'show', 'route', prefix, 'protocol', protocol, 'all'))
            .stdout,
        ),
      isBfdUp: async () => / Up /.test(await ask('show', 'bfd', 'sessions')),
      refresh: async () => {
        await ask('reload', 'in', 'berth');
      },
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
