import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RejectedPrefixes } from '../../src/os/rejected-prefixes.ts';
import { DEFAULT_TIMING } from '../../src/speaker/ownership/timing.ts';
import { advertisement, peer } from '../announcement/bgp/objects.ts';
import { MemoryRouter } from './bgp-peer.ts';
import { MemoryCluster } from './memory-cluster.ts';
import type { MemoryNode } from './memory-node.ts';
import { MemoryTcp } from './memory-tcp.ts';
import { node, service } from './objects.ts';

const ADDRESS = '192.0.2.50';
const ROUTE = `${ADDRESS}/32`;
const GRACEFUL_SHUTDOWN = 0xffff0000;

let cluster: MemoryCluster;
let tcp: MemoryTcp;
let router: MemoryRouter;
let owner: MemoryNode;
let other: MemoryNode;
let rejected: RejectedPrefixes | undefined;

beforeEach(() => {
  cluster = new MemoryCluster();
  tcp = new MemoryTcp(cluster.clock);
  router = new MemoryRouter(tcp);
  rejected = undefined;
});

afterEach(() => cluster.stop());

/** Starts two speakers, one of which answers for the address and has a session with the router. */
async function start(spec: object = {}): Promise<void> {
  for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
  owner = cluster.add('n1', 11);
  other = cluster.add('n2', 12);
  owner.tcp = tcp.host('192.0.2.11');
  cluster.objects.put(service('web', [ADDRESS]));
  cluster.objects.put(advertisement());
  cluster.objects.put(peer('tor', { myASN: 64512, peerASN: 64513, ...spec }));
  await owner.start({ rejectUnserved: rejected !== undefined, rejectedPrefixes: rejected });
  await cluster.clock.run(DEFAULT_TIMING.listen + 2000);
  await other.start();
  await cluster.clock.run(DEFAULT_TIMING.listen + 5000);
  expect([owner.owned(), [...router.routes]]).toEqual([[ADDRESS], [ROUTE]]);
}

function drain({ name }: MemoryNode): void {
  const drained = node(name);
  cluster.objects.put({ ...drained, metadata: { ...drained.metadata, annotations: { 'berth.dev/drain': '' } } });
}

describe('a node that answers for an address and advertises it', () => {
  it('tells of both in its status', async () => {
    await start();
    expect(owner.report()?.sessions).toMatchObject([{ peer: 'tor', state: 'Established', advertised: 1 }]);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
  });

  it('tells what a peer is to be told over a session that is down, until it is up', async () => {
    await start();
    const unsaid = () => owner.report()?.withheld?.filter(({ reason }) => reason === 'SessionDown');
    expect(unsaid()).toEqual([]);
    router.end?.destroy();
    await cluster.clock.run(500);
    const examples = [`${ADDRESS} default/web`];
    expect(unsaid()).toEqual([{ reason: 'SessionDown', count: 1, examples, protocol: 'bgp', peer: 'tor' }]);
    await cluster.clock.run(5000);
    expect([owner.report()?.sessions?.[0]?.state, unsaid()]).toEqual(['Established', []]);
  });

  it('hands over at once when it is drained, and is no way for the router 5 s later', async () => {
    await start();
    drain(owner);
    await cluster.clock.run(1000);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect([...router.routes]).toEqual([ROUTE]);
    const last = router.of('UPDATE').at(-1);
    expect(JSON.stringify(last?.attributes)).toContain(String(GRACEFUL_SHUTDOWN));
    await cluster.clock.run(5000);
    expect([...router.routes]).toEqual([]);
    expect(owner.report()).toMatchObject({ l2: [], sessions: [{ state: 'Established', advertised: 0 }] });
    const byBgp = owner.report()?.withheld?.filter(({ protocol }) => protocol === 'bgp');
    expect(byBgp).toEqual([
      { reason: 'NodeDraining', count: 1, examples: [`${ADDRESS} default/web`], protocol: 'bgp' },
    ]);
  });

  it.each([
    ['by a NOTIFICATION', {}, 1],
    ['without a word where that is graceful', { enableGracefulRestart: true }, 0],
  ])('restarts by leaving the address to others, and ends its session %s', async (_, spec, notifications) => {
    await start(spec);
    const kernel = cluster.kernel(owner);
    await owner.stop('Restart');
    await cluster.clock.run(500);
    expect(router.of('NOTIFICATION')).toHaveLength(notifications);
    expect(router.end?.open).toBe(false);
    expect(other.inRole('Caretaker')).toEqual([ADDRESS]);
    kernel.close();
  });

  it.each([
    ['leaves', 'Leave', false],
    ['is told to restart while it is drained', 'Restart', true],
  ] as const)('says farewell to either when it %s, also where a restart is graceful', async (_, reason, isDrained) => {
    await start({ enableGracefulRestart: true });
    if (isDrained) drain(owner);
    await cluster.clock.run(20);
    await owner.stop(reason);
    expect(router.of('NOTIFICATION')).toMatchObject([{ code: 6, subcode: 2 }]);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(owner.report()?.l2).toEqual([]);
    expect(owner.report()?.sessions).toMatchObject([{ state: 'Idle' }]);
  });

  it.each(['Restart', 'Leave'] as const)(
    'rejects what nobody serves until its session is over, on %s',
    async (reason) => {
      const cleared: boolean[] = [];
      const isOver = () => router.of('NOTIFICATION').length > 0;
      rejected = { add: () => {}, delete: () => {}, clear: () => void cleared.push(isOver()) };
      await start();
      cluster.kernel(owner);
      await owner.stop(reason);
      expect(cleared).toEqual([false, true]);
    },
  );

  it('has both again when its worker has crashed', async () => {
    await start();
    router.routes.clear();
    owner.killWire();
    await cluster.clock.run(10_000);
    expect([...router.routes]).toEqual([ROUTE]);
    expect(owner.report()).toMatchObject({ sessions: [{ state: 'Established', advertised: 1 }] });
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
  });
});
