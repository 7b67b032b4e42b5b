import { beforeEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import { WireBfd } from '../../../src/speaker/wire/bfd.ts';
import { BFD_PORT, MULTIHOP_PORT } from '../../../src/speaker/wire/bfd-sockets.ts';
import type { WatchedPeer } from '../../../src/speaker/wire/messages.ts';
import { control } from '../bfd/packet-bytes.ts';
import { ManualClock } from '../manual-clock.ts';
import { MemoryDatagrams } from '../memory-datagrams.ts';
import { MemoryWire } from '../memory-wire.ts';

const A = '192.0.2.11';
const B = '192.0.2.12';

let clock: ManualClock;
let network: MemoryDatagrams;
let faults: string[];
let events: string[];
let a: WireBfd;
let b: WireBfd;

function watched(local: string, remote: string, more: Partial<WatchedPeer> = {}): WatchedPeer {
  return { node: remote, interface: { name: 'eth0', index: 2 }, local, remote, interval: 100, multiplier: 3, ...more };
}

function bfdOf(host: readonly string[], refuse: () => string | undefined = () => undefined): WireBfd {
  let draws = host[0]?.length ?? 0;
  const ports = {
    ...new MemoryWire().ports,
    clock,
    random: () => (++draws * 0.37) % 1,
    openUdpSocket: (options: Parameters<MemoryDatagrams['open']>[1]) => {
      const reason = refuse();
      if (reason !== undefined) throw Object.assign(new Error(reason), { code: reason });
      return network.open(host, options);
    },
    send: (message: { readonly type: string; readonly message?: string }) => void faults.push(message.message ?? ''),
  };
  return new WireBfd(ports, ({ local }, news) => {
    if (news === 'Late') return;
    const { from, to, diagnostic, remoteState } = news;
    events.push(`${local} ${from} -> ${to}: ${diagnostic}, ${remoteState}`);
  });
}

const takeEvents = () => events.splice(0);

async function comeUp(): Promise<void> {
  a.assign([watched(A, B)]);
  b.assign([watched(B, A)]);
  await clock.run(1500);
  expect(a.counters().sessions.Up).toBe(1);
  expect(b.counters().sessions.Up).toBe(1);
  takeEvents();
}

describe('peers that are more than one hop away', () => {
  const far = { interface: undefined, minimumTtl: 250 };

  it.each([
    [250, 1, undefined],
    [249, 0, expect.any(Number)],
  ])('with packets that arrive with TTL %i', async (hopLimit, up, dropped) => {
    network.hopLimit = hopLimit;
    a.assign([watched(A, B, far)]);
    b.assign([watched(B, A, far)]);
    await clock.run(1500);
    expect([a.counters().sessions.Up, b.counters().sessions.Up]).toEqual([up, up]);
    expect(a.counters().dropped.HopLimit).toEqual(dropped);
    expect(network.ports.filter((port) => port === MULTIHOP_PORT)).toHaveLength(2);
    expect(network.ports).not.toContain(BFD_PORT);
  });

  it('are told apart by their VRFs', async () => {
    const [red, blue] = [
      { ...far, node: 'red', vrf: { name: 'red', index: 9 } },
      { ...far, node: 'blue', vrf: { name: 'blue', index: 10 }, minimumTtl: 255 },
    ];
    a.assign([watched(A, B, red), watched(A, B, blue), watched(A, B, far)]);
    b.assign([watched(B, A, red), watched(B, A, far)]);
    await clock.run(1500);
    expect(a.counters().sessions).toMatchObject({ Up: 2, Down: 1 });
    b.assign([watched(B, A, red), watched(B, A, blue)]);
    await clock.run(1500);
    expect(a.counters().sessions).toMatchObject({ Up: 2, Down: 1 });
    expect(a.counters().dropped.WrongInterface).toBeUndefined();
    network.hopLimit = 254;
    await clock.run(1500);
    expect(a.counters().sessions).toMatchObject({ Up: 1, Down: 2 });
  });

  it('hears of none that it does not know from where routers have been', async () => {
    a.assign([watched(A, B, far)]);
    network.hopLimit = 253;
    network.inject(A, parseAddress('203.0.113.9'), control(), MULTIHOP_PORT);
    await clock.run(10);
    expect(a.counters().dropped).toEqual({ HopLimit: 1 });
  });
});

beforeEach(() => {
  clock = new ManualClock();
  network = new MemoryDatagrams();
  faults = [];
  events = [];
  a = bfdOf([A]);
  b = bfdOf([B]);
});

describe('WireBfd', () => {
  it('brings a session up, from a source port of its own (RFC 5881 section 4)', async () => {
    await comeUp();
    const sources = new Set(network.carried.filter(({ from }) => from === A).map(({ port }) => port));
    expect(sources.size).toBe(1);
    for (const port of sources) expect(port).toBeGreaterThanOrEqual(49_152);
    expect(network.ports.filter((port) => port === BFD_PORT)).toHaveLength(2);
    const { sent, received, dropped } = a.counters();
    expect(sent).toBeGreaterThan(4);
    expect(received).toBeGreaterThan(4);
    expect(dropped).toEqual({});
  });

  it('notices within three intervals that the peer is silent, and that it is back', async () => {
    await comeUp();
    network.cut.add(B);
    await clock.run(190);
    expect(takeEvents()).toEqual([]);
    await clock.run(150);
    expect(takeEvents()).toEqual([
      `${A} Up -> Down: Control Detection Time Expired, Up`,
      `${B} Up -> Down: Neighbor Signaled Session Down, Down`,
    ]);
    network.cut.clear();
    await clock.run(2500);
    expect(a.counters().sessions.Up).toBe(1);
  });

  it('does not give a peer up for packets that wait to be read', async () => {
    await comeUp();
    network.slow.add(A);
    await clock.run(3000);
    expect(takeEvents()).toEqual([]);
    expect(a.counters().sessions.Up).toBe(1);
  });

  it('ignores what came through a router', async () => {
    await comeUp();
    const before = a.counters().dropped.HopLimit ?? 0;
    network.hopLimit = 254;
    await clock.run(400);
    expect(takeEvents().sort()).toEqual(
      [A, B].map((local) => `${local} Up -> Down: Control Detection Time Expired, Up`),
    );
    expect(a.counters().dropped.HopLimit).toBeGreaterThan(before);
  });

  it.each([
    ['rubbish', 'Truncated', new Uint8Array(3), B],
    ['a packet for nobody', 'NoSession', control({ yours: '00000001' }), B],
    ['a packet of a stranger', 'NoSession', control(), '192.0.2.99'],
    ['an authenticated packet', 'Authenticated', control({ flags: 4, length: 28, rest: '01040161' }), B],
  ])('counts %s and goes on', async (_name, drop, payload, source) => {
    await comeUp();
    network.inject(A, parseAddress(source), payload);
    await clock.run(10);
    expect(a.counters().dropped).toEqual({ [drop]: 1 });
    expect(takeEvents()).toEqual([]);
  });

  it('tells a peer that it leaves on purpose, and closes its sockets', async () => {
    await comeUp();
    a.assign([]);
    await clock.run(10);
    expect(takeEvents()).toEqual([
      `${A} Up -> AdminDown: Administratively Down, Up`,
      `${B} Up -> Down: Neighbor Signaled Session Down, AdminDown`,
    ]);
    expect(network.ports).toHaveLength(2);
    b.stop();
    expect(network.ports).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('keeps its sockets and sessions when the same is assigned again', async () => {
    await comeUp();
    const ports = network.ports;
    a.assign([watched(A, B)]);
    await clock.run(1000);
    expect(network.ports).toEqual(ports);
    expect(takeEvents()).toEqual([]);
  });

  it('says once that a socket cannot be opened, and tries again', async () => {
    let reason: string | undefined = 'EADDRNOTAVAIL';
    const late = bfdOf(['192.0.2.13'], () => reason);
    late.assign([watched('192.0.2.13', A)]);
    late.openSockets();
    expect(faults).toEqual(['BFD: EADDRNOTAVAIL', 'BFD: EADDRNOTAVAIL']);
    reason = undefined;
    late.openSockets();
    expect(network.ports).toHaveLength(2);
  });

  it('draws another source port where one is taken', () => {
    const many = Array.from({ length: 40 }, (_, index) => watched(A, `198.51.100.${index + 1}`));
    a.assign(many);
    expect(new Set(network.ports).size).toBe(41);
    expect(faults).toEqual([]);
  });
});
