import { beforeEach, describe, expect, it } from 'vitest';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { SecretKind } from '../../../src/api/kubernetes/secret.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { formatAddress } from '../../../src/ip/address.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import type { NetworkInterface } from '../../../src/os/interfaces.ts';
import { type RouteRun, unpackRoutes } from '../../../src/speaker/bgp/adj-rib-out/route-run.ts';
import type { BgpSpeaker, BgpSpeakerOptions } from '../../../src/speaker/peering/bgp-speaker.ts';
import type { ToWire } from '../../../src/speaker/wire/messages.ts';
import { advertisement, peer } from '../../announcement/bgp/objects.ts';
import { ManualClock, settle } from '../manual-clock.ts';
import { MemoryObjects } from '../memory-store.ts';
import { node, pool, service } from '../objects.ts';
import { startedBgpSpeaker } from './started-bgp-speaker.ts';

let clock: ManualClock;
let objects: MemoryObjects;
let posted: ToWire[];
let speaker: BgpSpeaker;
let interfaces: readonly NetworkInterface[];
const complaints: string[] = [];

beforeEach(() => {
  clock = new ManualClock();
  objects = new MemoryObjects();
  posted = [];
  interfaces = [];
  complaints.length = 0;
  objects.put(pool('public', ['192.0.2.0/24']));
  objects.put(node('n1'));
  objects.put(peer('tor'));
  objects.put(advertisement());
  objects.put(service('web', ['192.0.2.50']));
});

async function start(more: Partial<BgpSpeakerOptions> = {}): Promise<void> {
  speaker = await startedBgpSpeaker(clock, objects, {
    logger: { ...silentLogger, warn: (message, fields) => complaints.push(`${message}: ${fields?.reason}`) },
    interfaces: () => interfaces,
    post: (message) => posted.push(message),
    ...more,
  });
}

function* unpacked<A>(runs: readonly RouteRun<A>[]) {
  const routes = unpackRoutes(runs);
  for (let route = routes.next(); route !== undefined; route = routes.next()) yield route;
}

/** What was posted since the last look, in short. */
async function news(): Promise<readonly string[]> {
  await settle();
  await clock.run(20);
  return posted.splice(0).map((message) => {
    if (message.type === 'sessions') {
      return `sessions ${message.peers.map(({ peer, password }) => [peer, password].filter(Boolean).join(':'))}`;
    }
    if (message.type !== 'routes') return message.type;
    const routes = [...unpacked(message.runs)].map(([{ address, length }, attributes]) => {
      const communities = attributes?.communities.map((each) => each.toString(16)) ?? [];
      return `${attributes ? '+' : '-'}${formatAddress(address)}/${length}${communities}`;
    });
    return `${message.complete ? 'all' : 'change'} ${message.peer} ${routes.join(' ')}`;
  });
}

describe('what the worker is told', () => {
  it('is all routes and then the sessions, and afterwards what a Service changes', async () => {
    await start();
    expect(await news()).toEqual(['all tor +192.0.2.50/32', 'sessions tor']);
    objects.put(service('api', ['192.0.2.51']));
    expect(await news()).toEqual(['change tor +192.0.2.51/32']);
    objects.remove('Service', { namespace: 'default', name: 'web' });
    expect(await news()).toEqual(['change tor -192.0.2.50/32']);
  });

  it('is nothing where nothing that matters has changed', async () => {
    await start();
    await news();
    objects.put(pool('public', ['192.0.2.0/24'], { status: { assignedIPv4: 7 } }));
    objects.put(node('n2'));
    objects.put({ ...peer('tor'), status: { conditions: [] } } as ReturnType<typeof peer>);
    expect(await news()).toEqual([]);
  });

  it('is nothing before the Node is there, and stays when it goes', async () => {
    objects.remove('Node', { name: 'n1' });
    await start();
    expect(await news()).toEqual([]);
    objects.put(node('n1'));
    expect(await news()).toEqual(['all tor +192.0.2.50/32', 'sessions tor']);
    objects.remove('Node', { name: 'n1' });
    expect(await news()).toEqual([]);
  });

  it('is everything once more where the worker is a new one', async () => {
    await start();
    const first = await news();
    speaker.tellAgain();
    expect(await news()).toEqual(first);
  });

  it('is a peer more, without a word about the others', async () => {
    await start();
    await news();
    objects.put(peer('other', { peerAddress: '192.0.2.2' }));
    expect(await news()).toContain('sessions other,tor');
    objects.remove('BGPPeer', { name: 'other' });
    expect((await news()).at(-1)).toBe('sessions tor');
  });
});

describe('a peer in a VRF', () => {
  const link = { mac: '', up: true, loopback: false, noArp: false, master: false, addresses: [], gateways: [] };
  const sessionsTold = () => posted.splice(0).filter((message) => message.type === 'sessions');

  it('is told with the interface of the VRF once that is there, and has no session before or after', async () => {
    objects.put(peer('tor', { vrf: 'red' }));
    await start();
    expect(speaker.sessions()).toMatchObject([
      { peer: 'tor', address: '192.0.2.1', state: 'Idle', lastError: { cause: 'NoVRF' } },
    ]);
    posted.splice(0);
    interfaces = [{ ...link, name: 'red', index: 9, kind: 'vrf', vrf: 'red' }];
    speaker.interfacesChanged();
    expect(sessionsTold()).toMatchObject([{ peers: [{ peer: 'tor', vrf: { name: 'red', index: 9 } }] }]);
    expect(speaker.sessions()).toEqual([]);
    interfaces = [{ ...link, name: 'red', index: 10, kind: 'bridge' }];
    speaker.interfacesChanged();
    expect(sessionsTold()).toMatchObject([{ peers: [] }]);
    expect(speaker.sessions()[0]?.lastError?.text).toContain('no VRF but of the kind bridge');
  });
});

it('hands over no address that is on probation: it may turn out to be of somebody else', async () => {
  await start();
  posted.splice(0);
  const link = { index: 2, mac: '', up: true, loopback: false, noArp: false, master: false, gateways: [] };
  const addresses = ['192.0.2.11/24', '2001:db8::11/64'];
  interfaces = [{ ...link, name: 'eth0', addresses, onProbation: ['2001:db8::11/64'] }];
  speaker.interfacesChanged();
  interfaces = [{ ...link, name: 'eth0', addresses }];
  speaker.interfacesChanged();
  expect(posted).toMatchObject([
    { interfaces: [{ name: 'eth0', addresses: ['192.0.2.11/24'] }] },
    { interfaces: [{ name: 'eth0', addresses }] },
  ]);
});

describe('a node that drains', () => {
  const draining = mustParse(NodeKind, {
    ...{ apiVersion: 'v1', kind: 'Node' },
    metadata: { name: 'n1', annotations: { 'berth.dev/drain': 'true' } },
  });

  it('says so for a while, and then withdraws', async () => {
    await start();
    await news();
    objects.put(draining);
    expect(await news()).toEqual(['all tor +192.0.2.50/32ffff0000']);
    await clock.run(5_000, 100);
    expect(await news()).toEqual(['all tor ']);
    objects.put(node('n1'));
    expect(await news()).toEqual(['all tor +192.0.2.50/32']);
  });

  it('says nothing at the start', async () => {
    objects.put(draining);
    await start();
    expect(await news()).toEqual(['all tor ', 'sessions tor']);
  });
});

describe('a password', () => {
  const secret = (password: string) =>
    mustParse(SecretKind, {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'berth-system' } },
      stringData: { password },
    });

  it('is waited for, told of, and changed', async () => {
    objects.put(peer('tor', { passwordSecret: { name: 'key' } }));
    await start();
    expect(await news()).toEqual(['sessions ']);
    expect(speaker.sessions()).toMatchObject([{ peer: 'tor', state: 'Idle', advertised: 0 }]);
    expect(speaker.sessions()[0]?.lastError?.text).toContain('the Secret key');
    objects.put(secret('old'));
    expect(await news()).toEqual(['all tor +192.0.2.50/32', 'sessions tor:old']);
    expect(speaker.sessions()).toEqual([]);
    objects.put(secret('new'));
    expect((await news()).at(-1)).toBe('sessions tor:new');
    objects.remove('Secret', { namespace: 'berth-system', name: 'key' });
    expect((await news()).filter((each) => each.startsWith('sessions'))).toEqual([]);
  });

  it('is kept where the peer comes to name a Secret that is not there, until that is', async () => {
    objects.put(peer('tor', { passwordSecret: { name: 'key' } }));
    objects.put(secret('old'));
    await start();
    expect((await news()).at(-1)).toBe('sessions tor:old');
    objects.put(peer('tor', { passwordSecret: { name: 'next' } }));
    expect((await news()).filter((each) => each.startsWith('sessions'))).toEqual([]);
    expect(speaker.sessions()).toEqual([]);
    await clock.run(1000);
    expect(complaints.splice(0)).toEqual([
      'the password of a BGP peer is missing: its session keeps the one that it has: the Secret next with the key password is not there',
    ]);
    objects.put(mustParse(SecretKind, { ...secret('new'), metadata: { name: 'next', namespace: 'berth-system' } }));
    expect((await news()).at(-1)).toBe('sessions tor:new');
  });

  it('is forgotten with its peer', async () => {
    objects.put(peer('tor', { passwordSecret: { name: 'key' } }));
    objects.put(secret('old'));
    await start();
    objects.remove('Secret', { namespace: 'berth-system', name: 'key' });
    objects.remove('BGPPeer', { name: 'tor' });
    expect((await news()).at(-1)).toBe('sessions ');
    objects.put(peer('tor', { passwordSecret: { name: 'key' } }));
    expect((await news()).filter((each) => each.startsWith('sessions'))).toEqual([]);
    expect(speaker.sessions()).toMatchObject([{ peer: 'tor', state: 'Idle', lastError: { cause: 'NoPassword' } }]);
  });

  it('that a session without one is to have is waited for without ending it', async () => {
    await start();
    expect((await news()).at(-1)).toBe('sessions tor');
    objects.put(peer('tor', { passwordSecret: { name: 'key' } }));
    expect((await news()).filter((each) => each.startsWith('sessions'))).toEqual([]);
    objects.put(secret('first'));
    expect((await news()).at(-1)).toBe('sessions tor:first');
  });
});

describe('the status', () => {
  it('has what the worker tells, times in RFC 3339, and nothing once it is lost', async () => {
    await start();
    const ends = { peer: 'tor', address: '192.0.2.1', state: 'Established', advertised: 1 } as const;
    const lastError = {
      code: 4,
      subcode: 0,
      cause: 'HoldTimerExpired',
      text: 'sent: Hold Timer Expired',
      at: 0,
    } as const;
    speaker.report([{ ...ends, since: 1000, received: 5, lastError, bfd: 'Up' }]);
    expect(speaker.sessions()).toEqual([
      {
        ...{ ...ends, since: '1970-01-01T00:00:01.000Z', bfd: 'Up' },
        lastError: { ...lastError, at: '1970-01-01T00:00:00.000Z' },
      },
    ]);
    speaker.lost();
    expect(speaker.sessions()).toEqual([]);
  });

  it('has the families that a session carries, and the log says once which it does not', async () => {
    const warnings: unknown[] = [];
    await start({ logger: { ...silentLogger, warn: (message, fields) => warnings.push([message, fields]) } });
    const ends = { peer: 'tor', address: '192.0.2.1', state: 'Established', advertised: 1, received: 0 } as const;
    const notCarried = [{ family: 'IPv6', reason: 'NoNextHop', text: 'eth0 has no IPv6 address' }] as const;
    const oversized = { count: 1, examples: ['192.0.2.50/32'] };
    const report = { ...ends, since: 1000, families: ['IPv4'], notCarried, oversized } as const;
    speaker.report([report]);
    speaker.report([report]);
    expect(speaker.sessions()).toMatchObject([{ families: ['IPv4'], notCarried, oversized }]);
    expect(warnings).toEqual([
      ['a BGP session does not carry a family', { peer: 'tor', address: '192.0.2.1', ...notCarried[0] }],
      ['routes do not fit a BGP message, and are not advertised', { peer: 'tor', address: '192.0.2.1', ...oversized }],
    ]);
  });

  it.each([
    ['Restart', {}, 0, /was stopped/],
    ['Leave', { enableGracefulRestart: true }, 0, /was stopped/],
    ['Restart', { enableGracefulRestart: true }, 1, /keeps its routes/],
  ] as const)('has no session left once it ends by %s with %j', async (reason, more, advertised, text) => {
    objects.put(peer('tor', more));
    await start();
    const ends = { peer: 'tor', address: '192.0.2.1', since: 1000, received: 5 } as const;
    speaker.report([{ ...ends, state: 'Established', advertised: 1, bfd: 'Up' }]);
    const [session] = speaker.endedSessions(reason);
    expect(session).toMatchObject({ state: 'Idle', advertised, lastError: { cause: 'SpeakerStopped' } });
    expect(session?.lastError?.text).toMatch(text);
    expect(session?.bfd).toBeUndefined();
    speaker.report([{ ...ends, state: 'Active', advertised: 0 }]);
    expect(speaker.endedSessions(reason)).toMatchObject([{ state: 'Idle', since: '1970-01-01T00:00:01.000Z' }]);
  });
});
