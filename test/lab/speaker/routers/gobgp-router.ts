import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../eventually.ts';
import { familyOf, generated, type Router, type ShownRoute } from './router.ts';

/** GoBGP. */
export const GOBGP: Router = {
  name: 'GoBGP',
  async start(member, folder, session) {
    const file = join(folder, 'gobgpd.toml');
    await writeFile(file, generated('gobgp', session));
    const child = member.spawn('gobgpd', ['-f', file, '--api-hosts', '127.0.0.1:50051'], { stdio: 'ignore' });
    child.on('error', () => {});
    const ask = (...args: readonly string[]) => member.run('gobgp', ...args);
    await eventually('GoBGP answers', () => ask('global'));
    const shown = async (prefix: string) =>
      // It ends with a status but 0 where it has no such route.
      (await member.try('gobgp', '-j', 'global', 'rib', '-a', familyOf(prefix), prefix)).stdout;
    return {
      route: async (prefix) => read(await shown(prefix)),
      isStale: async (prefix) => /"stale": *true/.test(await shown(prefix)),
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
