import { beforeEach, describe, expect, it } from 'vitest';
import { parsePrefix } from '../../../src/ip/prefix.ts';
import { PORTION } from '../../../src/speaker/bgp/adj-rib-out/portions.ts';
import { packChanges } from '../../../src/speaker/bgp/adj-rib-out/route-run.ts';
import { shutdownCommunication } from '../../../src/speaker/bgp/message/notification.ts';
import { assignedPeer, BgpScene, NODE } from '../bgp-peer.ts';

const ROUTE = '198.51.100.1/32';

const YES = [true, true, true];

let scene: BgpScene;
beforeEach(() => {
  scene = new BgpScene();
});

describe('a session', () => {
  it('comes up, tells its routes and their end, and reports both', () => {
    scene.up(assignedPeer(), [ROUTE, '198.51.100.2/32']);
    expect(scene.session()).toMatchObject({ state: 'Established', advertised: 2, address: '192.0.2.1' });
    expect([...scene.router.routes]).toEqual([ROUTE, '198.51.100.2/32']);
    const last = scene.router.of('UPDATE').at(-1);
    expect([last?.attributes, last?.nlri.length, last?.withdrawn.length]).toEqual([[], 0, 0]);
  });

  it('waits for its routes', () => {
    scene.assign(assignedPeer());
    scene.bgp.tell({ peer: 'tor', complete: false, runs: [] });
    scene.clock.advance(60_000);
    expect(scene.router.received).toEqual([]);
    expect(scene.session()).toBeUndefined();
    scene.advertise([]);
    scene.clock.advance(50);
    expect(scene.session()?.state).toBe('Established');
  });

  it('tells what changes, and only that', () => {
    scene.up(assignedPeer(), [ROUTE, '198.51.100.2/32']);
    const before = scene.router.of('UPDATE').length;
    const attributes = { communities: [], largeCommunities: [] };
    scene.bgp.tell({
      peer: 'tor',
      complete: false,
      runs: packChanges([
        [parsePrefix(ROUTE), undefined],
        [parsePrefix('198.51.100.3/32'), attributes],
      ]),
    });
    scene.clock.advance(50);
    expect([...scene.router.routes]).toEqual(['198.51.100.2/32', '198.51.100.3/32']);
    expect(scene.router.of('UPDATE').length - before).toBe(2);
    expect(scene.session()?.advertised).toBe(2);
    scene.advertise(['198.51.100.2/32', '198.51.100.3/32']);
    scene.clock.advance(50);
    expect(scene.router.of('UPDATE').length - before).toBe(2);
  });

  it('takes a table of many routes, and tells and withdraws it, a portion a turn of the thread', () => {
    const turns: (() => void)[] = [];
    scene.clock.nextTurn = (callback) => turns.push(callback);
    const count = 5 * PORTION;
    /** Turns the thread until nothing is left to do. Gives the turns it took, and the most routes that moved in one. */
    const settle = () => {
      const seen = { turns: 0, most: 0 };
      for (let idle = 0; idle < 3; idle++) {
        for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
          const before = scene.router.routes.size;
          turn();
          scene.clock.advance(2);
          seen.turns += 1;
          seen.most = Math.max(seen.most, Math.abs(scene.router.routes.size - before));
          idle = 0;
        }
        scene.clock.advance(50);
      }
      return seen;
    };
    scene.assign(assignedPeer());
    scene.advertise(Array.from({ length: count }, (_, index) => `10.64.${index >> 8}.${index & 255}/32`));
    const told = settle();
    expect([scene.router.routes.size, told.turns > 10, told.most > 0, told.most <= PORTION]).toEqual([count, ...YES]);
    scene.advertise([]);
    const withdrawn = settle();
    expect([scene.router.routes.size, withdrawn.turns > 10, withdrawn.most > 0, withdrawn.most <= PORTION]).toEqual([
      0,
      ...YES,
    ]);
  });

  it('stays when the same is assigned again, and when another peer comes and goes', () => {
    scene.up();
    const other = assignedPeer({ peer: 'other', address: '192.0.2.2' });
    for (const peers of [[assignedPeer()], [assignedPeer(), other], [assignedPeer()]]) {
      scene.assign(...peers);
      scene.clock.advance(100);
    }
    expect(scene.router.of('OPEN')).toHaveLength(1);
    expect(scene.router.of('NOTIFICATION')).toEqual([]);
    expect(scene.session()?.state).toBe('Established');
  });

  it.each<[string, (scene: BgpScene) => void, number, number]>([
    ['its peer is gone', (scene) => scene.assign(), 6, 3],
    ['its peer is another one', (scene) => scene.assign(assignedPeer({ holdTime: 30 })), 6, 6],
    ['the speaker stops', (scene) => scene.bgp.stop('Restart'), 6, 2],
  ])('ends with Cease when %s', (_, end, code, subcode) => {
    scene.up();
    end(scene);
    scene.clock.advance(10);
    expect(scene.router.of('NOTIFICATION')).toMatchObject([{ code, subcode }]);
  });

  it.each([
    ['restarts', 'Restart', undefined],
    ['leaves', 'Leave', undefined],
    ['leaves, also where a restart would be graceful', 'Leave', 120],
  ] as const)('says why when the speaker %s', (_, reason, gracefulRestartTime) => {
    scene.up(assignedPeer({ gracefulRestartTime }));
    scene.bgp.stop(reason);
    scene.clock.advance(reason === 'Leave' ? 1_010 : 10);
    const [farewell] = scene.router.of('NOTIFICATION');
    expect(farewell && shutdownCommunication(farewell)).toEqual({ text: 'the Berth speaker of this node stops' });
  });

  it('says nothing where the speaker restarts gracefully', () => {
    scene.up(assignedPeer({ gracefulRestartTime: 120 }));
    scene.bgp.stop('Restart');
    scene.clock.advance(10);
    expect(scene.router.of('NOTIFICATION')).toEqual([]);
    expect(scene.router.end?.open).toBe(false);
  });

  it('comes back with another hold time, and all routes', () => {
    scene.up();
    scene.router.routes.clear();
    scene.assign(assignedPeer({ holdTime: 30 }));
    scene.clock.advance(2_000);
    expect(scene.router.of('OPEN').map(({ holdTime }) => holdTime)).toEqual([90, 30]);
    expect([...scene.router.routes]).toEqual([ROUTE]);
  });
});

describe('a peer that fails', () => {
  it('is given up when the hold time is over, said so, and tried again', () => {
    scene.up();
    scene.router.open = undefined;
    scene.clock.advance(89_000);
    expect(scene.session()?.state).toBe('Established');
    scene.clock.advance(1_100);
    expect(scene.router.of('NOTIFICATION')).toMatchObject([{ code: 4 }]);
    expect(scene.session()).toMatchObject({ state: 'Idle', advertised: 0 });
    expect(scene.session()?.lastError).toMatchObject({ code: 4, subcode: 0, text: 'sent: Hold Timer Expired' });
    scene.router.open = {};
    scene.clock.advance(2_000);
    expect(scene.session()).toMatchObject({ state: 'Established', advertised: 1 });
  });

  it('is not given up for what came in time while the thread did not run', () => {
    scene.up();
    const { end, router } = { end: scene.router.end, router: scene.router };
    router.open = undefined;
    scene.clock.advance(80_000);
    router.send({ type: 'KEEPALIVE' });
    scene.clock.freeze(30_000);
    scene.clock.advance(10);
    expect([scene.session()?.state, end?.open]).toEqual(['Established', true]);
  });

  it('is told of in words where it refuses, and tried again', () => {
    scene.router.open = { asNumber: 64999, capabilities: [{ capability: 'FourOctetAsNumber', asNumber: 64999 }] };
    scene.up();
    expect(scene.session()?.lastError).toMatchObject({ code: 2, subcode: 2, cause: 'WrongAS' });
    expect(scene.session()?.lastError?.text).toMatch(
      /^sent: OPEN Message Error \/ Bad Peer AS: it is in AS \d+, and AS \d+ is expected$/,
    );
    scene.router.open = {};
    scene.clock.advance(2_000);
    expect(scene.session()?.state).toBe('Established');
  });

  it('that closes without a word is told of by what TCP says', () => {
    scene.up();
    scene.router.end?.destroy();
    scene.clock.advance(30);
    expect(scene.session()?.lastError).toMatchObject({ code: 0, text: 'TCP: connection reset by the peer' });
    scene.clock.advance(2_000);
    expect(scene.session()?.state).toBe('Established');
  });

  it('that gives no answer is told of, and tried again', () => {
    scene.tcp.silent.add('192.0.2.1');
    scene.up(assignedPeer({ password: 'secret' }));
    expect(scene.session()?.state).toBe('Connect');
    scene.clock.advance(10_000);
    const { lastError } = scene.session() ?? {};
    expect(lastError?.text).toMatch(/^TCP: no answer from 192\.0\.2\.1 port 179: .* password/);
    expect(lastError?.text).not.toContain('secret');
    scene.tcp.silent.clear();
    scene.clock.advance(10_000);
    expect(scene.session()?.state).toBe('Established');
  });

  it('is told one message at once, so that it begins, and the rest behind it', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}/32`);
    scene.up(assignedPeer(), many);
    const [first = 0, second = 0] = scene.router.chunks.filter((length) => length > 1_000);
    expect(first).toBeLessThanOrEqual(4_096);
    expect(second).toBeGreaterThan(4_096);
    expect(scene.router.routes.size).toBe(3_000);
  });

  it('that never reads costs no more than a little memory, and is given up when the send hold time is over', () => {
    const many = Array.from({ length: 60_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`);
    scene.assign(assignedPeer({ sendHoldTime: 100 }));
    scene.advertise([]);
    scene.clock.advance(50);
    const end = scene.tcp.ends[0];
    if (end) end.stuck = true;
    scene.advertise(many);
    const keepalive = () => scene.router.send({ type: 'KEEPALIVE' });
    for (let second = 0; second < 99; second += 33) {
      scene.clock.advance(33_000);
      keepalive();
    }
    const untaken = end?.untaken.reduce((sum, { octets }) => sum + octets.length, 0) ?? 0;
    expect(untaken).toBeGreaterThan(100_000);
    expect(untaken).toBeLessThan(300_000);
    scene.clock.advance(3_000);
    expect(scene.session()?.lastError).toMatchObject({ code: 8 });
  });
});

describe('a peer that connects', () => {
  it('is accepted where it is expected, and where it is passive alone', () => {
    scene.up(assignedPeer({ passive: true }));
    expect(scene.session()?.state).toBe('Active');
    scene.router.connect();
    scene.clock.advance(50);
    expect(scene.session()).toMatchObject({ state: 'Established', advertised: 1 });
  });

  it('at the same time as we do ends in one session', () => {
    scene.assign(assignedPeer());
    scene.advertise([ROUTE]);
    scene.router.connect();
    scene.clock.advance(100);
    expect(scene.session()).toMatchObject({ state: 'Established', advertised: 1 });
    expect(scene.tcp.ends.filter(({ open }) => open).length).toBe(2);
  });

  it('is refused where nobody expects it', () => {
    scene.up(assignedPeer({ address: '192.0.2.2' }));
    scene.router.connect();
    scene.clock.advance(50);
    expect(scene.router.end?.open).toBe(false);
  });

  it('is not needed: without the port sessions come up by our own connections, and the fault is told once', () => {
    scene.tcp.broken = 'the port is taken';
    scene.up();
    for (let second = 0; second < 3; second++) scene.bgp.open();
    expect(scene.faults()).toEqual(['BGP: the port is taken']);
    expect(scene.session()?.state).toBe('Established');
    scene.tcp.broken = undefined;
    scene.bgp.open();
    expect(scene.tcp.port(NODE, 179)).toBeDefined();
  });
});

describe('what protects a session', () => {
  it.each<[string, Parameters<typeof assignedPeer>[0], object]>([
    ['an external peer is one hop away', {}, { hopLimit: 1 }],
    ['an internal one any number', { peerAs: 64512 }, { hopLimit: undefined }],
    ['so is one of whatever AS of ours', { peerAs: 'internal' }, { hopLimit: undefined }],
    ['an external one where it may be', { multihop: true }, { hopLimit: undefined }],
    ['GTSM counts hops from 255 down', { ttlSecurityHops: 1 }, { hopLimit: 255, minimumHopLimit: 255 }],
    ['as many as are said', { ttlSecurityHops: 3 }, { hopLimit: 255, minimumHopLimit: 253 }],
    ['a password', { password: 'x' }, { hopLimit: 1, password: 'x' }],
  ])('%s', (_, peer, options) => {
    scene.up(assignedPeer(peer));
    const { hopLimit, minimumHopLimit, password } = scene.tcp.ends[0]?.options ?? {};
    const none = { hopLimit: undefined, minimumHopLimit: undefined, password: undefined };
    expect({ hopLimit, minimumHopLimit, password }).toEqual({ ...none, ...options });
  });

  it('a new password goes to the port and to the connection that stands, which goes on', () => {
    scene.up(assignedPeer({ password: 'old' }));
    expect(scene.tcp.port(NODE, 179)?.keys).toEqual(new Map([['192.0.2.1', 'old']]));
    scene.assign(assignedPeer({ password: 'new' }));
    scene.clock.advance(100);
    expect(scene.tcp.port(NODE, 179)?.keys).toEqual(new Map([['192.0.2.1', 'new']]));
    expect(scene.tcp.ends[0]?.passwords).toEqual(['old', 'new']);
    expect(scene.router.of('NOTIFICATION')).toEqual([]);
    scene.assign();
    expect(scene.tcp.port(NODE, 179)).toBeUndefined();
  });
});
