import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { json, LocalServer } from './local-server.ts';
import { silentLogger } from './silent-logger.ts';

let local: LocalServer;
let store: ClusterStore;
/** Lists that wait for their answer. */
let lists: ServerResponse[];
let listed: number;
let told: string[];

beforeEach(async () => {
  local = await LocalServer.start();
  lists = [];
  listed = 0;
  told = [];
  local.handles = [
    ({ url = '' }, response) => {
      if (url.includes('watch=true')) response.writeHead(200).flushHeaders();
      else {
        listed++;
        lists.push(response);
      }
    },
  ];
  store = new ClusterStore({ credentials: local.credentials, logger: silentLogger, namespace: 'berth-system' });
});
afterEach(async () => {
  await store.close();
  await local.stop();
});

function answer(...names: readonly string[]): void {
  const items = names.map((name) => ({ metadata: { name, namespace: 'default', resourceVersion: '1' } }));
  const response = lists.shift();
  if (response) json(response, 200, { metadata: { resourceVersion: '1' }, items });
}

async function follow(): Promise<void> {
  store.watch(ServiceKind, { onEvent: ({ object }) => told.push(object.metadata.name) });
  await vi.waitFor(() => expect(lists).toHaveLength(1));
}

it('is done where a list that began since is known', async () => {
  const before = performance.now();
  await follow();
  answer('a');
  await vi.waitFor(() => expect(told).toEqual(['a']));
  await store.catchUp(ServiceKind, before);
  expect(listed).toBe(1);
});

it('waits for a list that began since and is under way', async () => {
  const before = performance.now();
  await follow();
  const caughtUp = store.catchUp(ServiceKind, before).then(() => told.push('caught up'));
  answer('a');
  await caughtUp;
  expect([told, listed]).toEqual([['a', 'caught up'], 1]);
});

it('lists anew where the list that is known, or under way, began earlier', async () => {
  await follow();
  const after = performance.now();
  const first = store.catchUp(ServiceKind, after);
  await vi.waitFor(() => expect(listed).toBe(2));
  lists.shift();
  answer('a');
  await first;
  const second = store.catchUp(ServiceKind);
  await vi.waitFor(() => expect(listed).toBe(3));
  answer('a', 'b');
  await second;
  expect(told).toEqual(['a', 'b']);
});
