import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NamespaceKind } from '../../../src/api/kubernetes/namespace.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { LocalServer } from './local-server.ts';
import { silentLogger } from './silent-logger.ts';

/** What the server says of each page, by its `continue` token: three pages of two objects. */
const FOLLOWING: Readonly<Record<string, string | undefined>> = { '': 'a', a: 'b', b: undefined };

let local: LocalServer;
let store: ClusterStore;
/** The `continue` tokens that were asked for, in order; `watch` for a watch. */
let asked: string[];
/** How the next pages are answered instead, by token. */
let faults: Record<string, number>;

beforeEach(async () => {
  asked = [];
  faults = {};
  local = await LocalServer.start();
  local.handles = [
    (request, response) => {
      const query = new URL(request.url ?? '', 'http://server').searchParams;
      const token = query.get('continue') ?? '';
      asked.push(query.get('watch') === 'true' ? 'watch' : token);
      if (query.get('watch') === 'true') return void response.writeHead(200).flushHeaders();
      const code = faults[token] ?? 200;
      delete faults[token];
      const next = query.has('limit') ? FOLLOWING[token] : undefined;
      const items = [1, 2].map((index) => ({
        metadata: { name: `page-${token || 'first'}-${index}`, uid: `${token}${index}`, resourceVersion: '7' },
      }));
      const list = { metadata: { resourceVersion: '9', ...(next === undefined ? {} : { continue: next }) }, items };
      const refusal = { kind: 'Status', code, reason: 'Expired', message: 'the past is forgotten' };
      response
        .writeHead(code, { 'content-type': 'application/json' })
        .end(JSON.stringify(code === 200 ? list : refusal));
    },
  ];
  const { credentials } = local;
  store = new ClusterStore({ credentials, logger: silentLogger, namespace: 'berth-system' });
});
afterEach(async () => {
  await store.close();
  await local.stop();
});

describe('a list of several pages', () => {
  function follow() {
    const names: string[] = [];
    const onSynced = vi.fn<() => void>();
    store.watch(NamespaceKind, { onEvent: ({ object }) => names.push(object.metadata.name), onSynced });
    return { names, onSynced };
  }

  it('is delivered page by page, each asked for once', async () => {
    const { names, onSynced } = follow();
    await vi.waitFor(() => expect(onSynced).toHaveBeenCalled());
    expect(names).toEqual(['page-first-1', 'page-first-2', 'page-a-1', 'page-a-2', 'page-b-1', 'page-b-2']);
    await vi.waitFor(() => expect(asked).toEqual(['', 'a', 'b', 'watch']));
  });

  it('is not known before its last page has come, though that was asked for ahead and refused', async () => {
    faults.b = 410;
    const { onSynced } = follow();
    await vi.waitFor(() => expect(asked).toEqual(['', 'a', 'b']));
    await new Promise((resolve) => setImmediate(resolve));
    expect(onSynced).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(onSynced).toHaveBeenCalled(), 5_000);
    // In one piece, as the server has forgotten what the pages were of.
    expect(asked.slice(3, 4)).toEqual(['']);
  });
});
