import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { BGPPeerKind } from '../../../src/api/bgp-peer.ts';
import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import { type ServiceCIDR, ServiceCIDRKind } from '../../../src/api/kubernetes/service-cidr.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { DEFAULT_TIMING } from '../../../src/store/cluster/reflector-protocol.ts';
import { ObjectCache } from '../../../src/store/object-cache.ts';
import { type Handle, json, LocalServer, status } from './local-server.ts';
import { silentLogger } from './silent-logger.ts';

const CIDR = { metadata: { name: 'kubernetes', resourceVersion: '1' }, spec: { cidrs: ['10.96.0.0/16'] } };
const timing = { ...DEFAULT_TIMING, backoff: { shortest: 5, longest: 10 } };

let local: LocalServer;
let store: ClusterStore;
/** How the server answers lists: 404 is that of one that does not have the kind. */
let code: number;
let lists: number;
/** What it has, of whatever kind is asked for. */
let items: unknown[];
/** Ends all watches under way: the state that they are from has been forgotten. */
let forget: () => Promise<void>;
let info: Mock<Logger['info']>;
let warn: Mock<Logger['warn']>;

beforeEach(async () => {
  code = 404;
  lists = 0;
  items = [CIDR];
  const watches: ServerResponse[] = [];
  forget = async () => {
    await vi.waitFor(() => expect(watches).not.toHaveLength(0), 5_000);
    const object = { kind: 'Status', code: 410, reason: 'Expired' };
    for (const watch of watches.splice(0)) watch.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
  };
  info = vi.fn();
  warn = vi.fn();
  local = await LocalServer.start();
  local.handles = [
    ({ url = '' }, response) => {
      if (url.includes('watch=true')) {
        watches.push(response);
        return response.writeHead(200).flushHeaders();
      }
      lists++;
      if (code === 200) json(response, 200, { metadata: { resourceVersion: '1' }, items });
      else json(response, code, status(code, code === 404 ? 'NotFound' : 'Forbidden'));
    },
  ];
  const logger = { ...silentLogger, info, warn };
  store = new ClusterStore({ credentials: local.credentials, logger, namespace: 'berth-system', timing });
});
afterEach(async () => {
  await store.close();
  await local.stop();
});

function follow(isOptional: boolean): { readonly cache: ObjectCache<ServiceCIDR>; readonly isSynced: () => boolean } {
  const onSynced = vi.fn();
  const cache = new ObjectCache(store, ServiceCIDRKind, () => {}, { isOptional });
  void cache.synced.then(onSynced);
  return { cache, isSynced: () => onSynced.mock.calls.length > 0 };
}

const listedAgain = async () => {
  const before = lists;
  await vi.waitFor(() => expect(lists).toBeGreaterThan(before + 1));
};

it('a kind that is there is listed once, whether it has to be or not', async () => {
  code = 200;
  const { cache } = follow(true);
  await cache.synced;
  await vi.waitFor(() => expect(local.requests).toHaveLength(2));
  expect([lists, cache.size, store.unfollowed()]).toEqual([1, 1, []]);
});

it('a kind that need not be there has no objects while it is not, and is found once it is', async () => {
  const { cache } = follow(true);
  await cache.synced;
  expect([cache.size, store.unfollowed()]).toEqual([0, []]);
  await listedAgain();
  // What goes wrong then is no news: there may be none still.
  code = 403;
  await listedAgain();
  expect(store.unfollowed()).toEqual([]);
  expect([info.mock.calls.length, warn.mock.calls.length]).toEqual([1, 0]);
  code = 200;
  await vi.waitFor(() => expect(cache.size).toBe(1));
  expect(store.unfollowed()).toEqual([]);
});

it('a kind that need not be there is waited for where it cannot be listed', async () => {
  code = 403;
  const { cache, isSynced } = follow(true);
  await listedAgain();
  expect(isSynced()).toBe(false);
  expect(store.unfollowed()).toEqual([
    expect.objectContaining({ kind: 'ServiceCIDR', isSynced: false, status: 403, reason: expect.any(String) }),
  ]);
  expect(warn).toHaveBeenCalledTimes(1);
  code = 404;
  await cache.synced;
  expect(store.unfollowed()).toEqual([]);
});

it('a kind that somebody needs is waited for, whoever else does not need it', async () => {
  const optional = follow(true);
  await optional.cache.synced;
  const another = follow(true);
  await another.cache.synced;
  const needed = follow(false);
  expect(store.unfollowed()).toEqual([expect.objectContaining({ kind: 'ServiceCIDR', isSynced: false })]);
  await listedAgain();
  expect([needed.isSynced(), warn.mock.calls.length]).toEqual([false, 1]);
  code = 200;
  await needed.cache.synced;
  await vi.waitFor(() => expect(store.unfollowed()).toEqual([]));
});

describe('a kind of our own, which an installation brings', () => {
  const POOL = { metadata: { name: 'public', resourceVersion: '1' }, spec: { addresses: ['192.0.2.0/24'] } };
  const PEER = {
    metadata: { name: 'tor', resourceVersion: '1' },
    spec: { myASN: 64512, peerASN: 64513, peerAddress: '192.0.2.1' },
  };

  it('is not taken for one without objects while the server is about to have it', async () => {
    items = [PEER];
    const onMissing = vi.fn();
    const onSynced = vi.fn();
    const onEvent = vi.fn();
    const [first] = local.handles;
    local.handles = [
      ...Array.from({ length: 5 }, (): Handle => (_, response) => json(response, 404, status(404, 'NotFound'))),
      ...(first ? [first] : []),
    ];
    code = 200;
    store.watch(BGPPeerKind, { onEvent, onSynced, onMissing });
    await vi.waitFor(() => expect(onSynced).toHaveBeenCalled(), 5_000);
    expect([onMissing.mock.calls.length, onEvent.mock.calls.length, lists]).toEqual([0, 1, 1]);
    await vi.waitFor(() => expect(store.unfollowed()).toEqual([]), 5_000);
  });

  it('has no objects where the server goes on without it, for who can do without', async () => {
    const after: number[] = [];
    store.watch(BGPPeerKind, { onEvent: vi.fn(), onMissing: () => after.push(lists) });
    await vi.waitFor(() => expect(after).toEqual([11]), 5_000);
    expect(store.unfollowed()).toEqual([]);
  });

  it('keeps its objects where the server does not have it any more for a moment', async () => {
    items = [POOL];
    code = 200;
    const onEvent = vi.fn();
    const pools = new ObjectCache(store, IPAddressPoolKind, onEvent);
    await pools.synced;
    code = 404;
    const before = lists;
    await forget();
    await vi.waitFor(() => expect(lists).toBeGreaterThan(before + 12), 5_000);
    expect([pools.size, onEvent.mock.calls.length]).toEqual([1, 1]);
    expect(store.unfollowed()).toEqual([expect.objectContaining({ kind: 'IPAddressPool', isSynced: true })]);
    code = 200;
    await vi.waitFor(() => expect(store.unfollowed()).toEqual([]), 5_000);
    expect([pools.size, onEvent.mock.calls.length]).toEqual([1, 1]);
  });
});
