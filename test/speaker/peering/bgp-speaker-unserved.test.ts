import { beforeEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/ip/address.ts';
import type { Prefix } from '../../../src/ip/prefix.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import type { NetworkInterface } from '../../../src/os/interfaces.ts';
import type { RejectedPrefixes } from '../../../src/os/rejected-prefixes.ts';
import type { BgpSpeaker } from '../../../src/speaker/peering/bgp-speaker.ts';
import { LOOK } from '../../../src/speaker/peering/bouncing-traffic.ts';
import { LAST_LINGER, LINGER, Unserved } from '../../../src/speaker/peering/unserved.ts';
import type { ToWire } from '../../../src/speaker/wire/messages.ts';
import { advertisement, peer } from '../../announcement/bgp/objects.ts';
import { ManualClock } from '../manual-clock.ts';
import { MemoryObjects } from '../memory-store.ts';
import { node, pool, service } from '../objects.ts';
import { startedBgpSpeaker } from './started-bgp-speaker.ts';

let clock: ManualClock;
let objects: MemoryObjects;
let speaker: BgpSpeaker;
let interfaces: readonly NetworkInterface[];
let unserved: Unserved | undefined;
let ended: number;
let post: (message: ToWire) => void;

beforeEach(() => {
  clock = new ManualClock();
  objects = new MemoryObjects();
  interfaces = [];
  unserved = undefined;
  ended = 0;
  post = () => {};
  objects.put(pool('public', ['192.0.2.0/24']));
  objects.put(node('n1'));
  objects.put(peer('tor'));
  objects.put(advertisement());
  objects.put(service('web', ['192.0.2.50']));
});

async function start(): Promise<void> {
  const options = { unserved, timeExceeded: () => ended, interfaces: () => interfaces, post };
  speaker = await startedBgpSpeaker(clock, objects, options);
}

describe('traffic that nobody serves', () => {
  const ROUTE = '192.0.2.50/32';
  const text = ({ address, length }: Prefix) => `${formatAddress(address)}/${length}`;
  let rejected: Set<string>;

  beforeEach(() => {
    rejected = new Set();
    const table: RejectedPrefixes = {
      add: (prefix) => void rejected.add(text(prefix)),
      delete: (prefix) => void rejected.delete(text(prefix)),
      clear: () => rejected.clear(),
    };
    unserved = new Unserved(table, clock, silentLogger);
  });

  /** What is rejected whenever the worker is told of something. */
  async function followed(): Promise<readonly string[]> {
    const seen: string[] = [];
    post = ({ type }) => void seen.push(`${type}: ${[...rejected]}`);
    await start();
    return seen;
  }

  it('is rejected before its prefix is advertised', async () => {
    const seen = await followed();
    expect(seen).toEqual([`routes: ${ROUTE}`, `sessions: ${ROUTE}`]);
    objects.put(service('api', ['192.0.2.51']));
    await clock.run(20);
    expect(seen.at(-1)).toBe(`routes: ${ROUTE},192.0.2.51/32`);
  });

  it('is rejected for a while after the withdrawal', async () => {
    const seen = await followed();
    objects.remove('Service', { namespace: 'default', name: 'web' });
    await clock.run(LINGER - 1000, 100);
    expect([seen.length, [...rejected]]).toEqual([3, [ROUTE]]);
    await clock.run(2000, 100);
    expect([...rejected]).toEqual([]);
  });

  it('is rejected until the sessions have ended', async () => {
    await start();
    speaker.stop();
    await clock.run(LAST_LINGER * 2, 100);
    expect([...rejected]).toEqual([ROUTE]);
    const isOver = speaker.sessionsEnded();
    await clock.run(LAST_LINGER, 100);
    await isOver;
    expect([...rejected]).toEqual([]);
  });

  it('is not rejected again by what comes after the end', async () => {
    objects.put(advertisement('default', { aggregationLength: 24 }));
    await start();
    speaker.stop();
    const isOver = speaker.sessionsEnded();
    await clock.run(LAST_LINGER, 100);
    await isOver;
    interfaces = [];
    speaker.interfacesChanged();
    speaker.changed();
    await clock.run(100);
    expect([...rejected]).toEqual([]);
  });

  it('is let through to neighbours that come to be in an aggregate, until they are gone', async () => {
    objects.put(advertisement('default', { aggregationLength: 24 }));
    await start();
    expect([...rejected]).toEqual(['192.0.2.0/24']);
    const eth0 = { name: 'eth0', index: 2, mac: '', up: true, loopback: false, noArp: false, master: false };
    interfaces = [{ ...eth0, addresses: ['192.0.2.11/24'], gateways: [] }];
    speaker.interfacesChanged();
    expect([...rejected]).toEqual([]);
    interfaces = [];
    speaker.interfacesChanged();
    expect([...rejected]).toEqual(['192.0.2.0/24']);
  });
});

describe('packets whose TTL ends here', () => {
  const established = { peer: 'tor', address: '192.0.2.1', state: 'Established', since: 1000, received: 0 } as const;

  it.each([
    ['are told of while something is advertised', 1, false, true],
    ['are not while nothing is', 0, false, false],
    ['are not where what nobody serves is rejected', 1, true, false],
  ])('%s', async (_, advertised, isRejected, isTold) => {
    const table: RejectedPrefixes = { add: () => {}, delete: () => {}, clear: () => {} };
    if (isRejected) unserved = new Unserved(table, clock, silentLogger);
    await start();
    speaker.report([{ ...established, advertised }]);
    await clock.run(LOOK, 100);
    ended = 20;
    await clock.run(LOOK, 100);
    expect(speaker.bouncingSince() !== undefined).toBe(isTold);
  });
});
