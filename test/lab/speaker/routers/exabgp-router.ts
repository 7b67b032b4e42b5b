import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../eventually.ts';
import { familyOf, type Router, type RouterSession, type ShownRoute } from './router.ts';

/** By hand: `berth router-config` writes for routers, and it is none. */
function configuration({ side, local, neighbor }: RouterSession, log: string): string {
  const { families, extendedNextHop, password, ttlSecurityHops, multihop, holdTime } = side;
  const more = [
    'router-id 192.0.2.1;',
    `local-address ${local};`,
    `local-as ${side.asNumber};`,
    `peer-as ${side.neighbours[0]?.asNumber};`,
    password === undefined ? '' : `md5-password "${password.text}";`,
    ttlSecurityHops === undefined ? '' : `outgoing-ttl 255; incoming-ttl ${256 - ttlSecurityHops};`,
    multihop ? 'outgoing-ttl 4;' : '',
    `hold-time ${holdTime};`,
    `capability { route-refresh enable; ${extendedNextHop ? 'nexthop enable;' : ''} }`,
    extendedNextHop ? 'nexthop { ipv4 unicast ipv6; }' : '',
    `family { ${families.map((family) => `${family.toLowerCase()} unicast;`).join(' ')} }`,
    'api { processes [ log ]; neighbor-changes; receive { parsed; update; } }',
  ];
  return `process log { run ${log}; encoder json; }
neighbor ${neighbor} {
${more
  .filter(Boolean)
  .map((line) => `  ${line}`)
  .join('\n')}
}
`;
}

/** ExaBGP, which has no table: what it shows is what a table of the updates that it logs would hold. */
export const EXABGP: Router = {
  name: 'ExaBGP',
  async start(member, folder, session) {
    const path = (name: string) => join(folder, name);
    await writeFile(path('updates'), '');
    await writeFile(path('log'), `#!/bin/sh\ncat >>${path('updates')}\n`);
    await chmod(path('log'), 0o755);
    await writeFile(path('exabgp.conf'), configuration(session, path('log')));
    const environment = {
      'exabgp.daemon.user': 'root',
      'exabgp.tcp.bind': session.local,
      'exabgp.tcp.port': '179',
      'exabgp.api.cli': 'false',
      'exabgp.log.destination': path('messages'),
    };
    const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const child = member.spawn('env', [...assignments, 'exabgp', path('exabgp.conf')], { stdio: 'ignore' });
    child.on('error', () => {});
    await eventually('ExaBGP runs', async () => ((await member.pids()).length > 0 ? true : undefined));
    return {
      route: async (prefix) => tableOf(await readFile(path('updates'), 'utf8'), familyOf(prefix)).get(prefix),
    };
  },
};

interface ExabgpAttributes {
  readonly 'as-path'?: readonly number[];
  readonly community?: readonly (readonly number[])[];
  readonly 'large-community'?: readonly (readonly number[])[];
  readonly 'local-preference'?: number;
}

interface ExabgpMessage {
  readonly type: string;
  readonly neighbor: {
    readonly state?: string;
    readonly message?: {
      readonly update?: {
        readonly attribute?: ExabgpAttributes;
        readonly announce?: Readonly<Record<string, Readonly<Record<string, readonly { nlri: string }[]>>>>;
        readonly withdraw?: Readonly<Record<string, readonly { nlri: string }[]>>;
      };
    };
  };
}

function tableOf(log: string, family: string): ReadonlyMap<string, ShownRoute> {
  const table = new Map<string, ShownRoute>();
  for (const line of log.split('\n').slice(0, -1)) {
    const { neighbor } = JSON.parse(line) as ExabgpMessage;
    if (neighbor?.state === 'down') table.clear();
    const update = neighbor?.message?.update;
    if (update === undefined) continue;
    for (const { nlri } of update.withdraw?.[`${family} unicast`] ?? []) table.delete(nlri);
    const announced = Object.entries(update.announce?.[`${family} unicast`] ?? {});
    const { attribute = {} } = update;
    for (const [, routes] of announced) {
      for (const { nlri } of routes) {
        // A global and a link-local next hop are told as two.
        const nextHops = announced.flatMap(([nextHop, all]) =>
          all.some((each) => each.nlri === nlri) ? [nextHop] : [],
        );
        table.set(nlri, {
          nextHops,
          asPath: attribute['as-path'] ?? [],
          communities: (attribute.community ?? []).map((parts) => parts.join(':')),
          largeCommunities: (attribute['large-community'] ?? []).map((parts) => parts.join(':')),
          localPref: attribute['local-preference'],
        });
      }
    }
  }
  return table;
}
