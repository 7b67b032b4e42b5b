import { ip, type Member, Segment } from '../../test/lab/network.ts';

/** The network that the bench has: `10.62.0.0/16` and `fd62::/64` beside the nodes, others behind the router. */
export const PREFIX = { IPv4: '10.62', IPv6: '2001:db8:62:' } as const;

/** A segment with three nodes, a client, one that asks and a router, and behind that another client. */
export interface BenchNetwork {
  readonly nodes: readonly [Member, Member, Member];
  readonly near: Member;
  readonly far: Member;
  readonly asker: Member;
  dispose(): Promise<void>;
}

/** Makes it, with all routes. */
export async function createNetwork(): Promise<BenchNetwork> {
  const segment = await Segment.create('l2');
  const beyond = await Segment.create('far');
  const addresses = (last: number) => [`${PREFIX.IPv4}.0.${last}/16`, `${PREFIX.IPv6}:${last}/64`];
  const add = (name: string, last: number, mac?: string) =>
    segment.add({ name, addresses: addresses(last), ...(mac === undefined ? {} : { mac }) });
  const node = (number: number) => add(`n${number}`, 10 + number, `02:00:00:00:00:1${number}`);
  const nodes = [await node(1), await node(2), await node(3)] as const;
  const near = await add('near', 100);
  const asker = await add('asker', 101);
  const router = await add('router', 254);
  const far = await beyond.add({ name: 'client2', addresses: ['10.63.0.2/24', '2001:db8:63::2/64'] });
  await plugIn(router, beyond);
  await router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  for (const member of [...nodes, near]) await routeBy(member, `${PREFIX.IPv4}.0.254`, `${PREFIX.IPv6}:254`);
  await routeBy(far, '10.63.0.1', '2001:db8:63::1');
  return {
    nodes: [...nodes],
    near,
    far,
    asker,
    dispose: async () => {
      await segment.dispose();
      await beyond.dispose();
    },
  };
}

/** A second interface of the router. */
async function plugIn({ name }: Member, beyond: Segment): Promise<void> {
  const port = `${beyond.name}-${name}`;
  await ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth1', 'netns', name);
  await ip('link', 'set', port, 'master', beyond.name, 'up');
  await ip('-n', name, 'link', 'set', 'eth1', 'up');
  await ip('-n', name, 'address', 'add', '10.63.0.1/24', 'dev', 'eth1');
  await ip('-n', name, 'address', 'add', '2001:db8:63::1/64', 'dev', 'eth1', 'nodad');
}

async function routeBy(member: Member, ipv4: string, ipv6: string): Promise<void> {
  await ip('-n', member.name, 'route', 'add', 'default', 'via', ipv4);
  await ip('-n', member.name, '-6', 'route', 'add', 'default', 'via', ipv6);
}
