import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lease, LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import type { DirectoryStore } from '../../../src/store/directory/directory-store.ts';
import { service, WAIT, WatchLog, WEB } from '../conformance/harness.ts';
import { TestFolder, TIMES } from './folder.ts';

const LEASE: Lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'kube-system', name: 'berth-speaker-n1' },
  spec: { holderIdentity: 'n1' },
};

let folder: TestFolder;

beforeEach(async () => {
  folder = await TestFolder.make();
  await folder.write('web.yaml', service('web'));
});
afterEach(() => folder.clean());

function give(store: DirectoryStore, ip: string): Promise<void> {
  return store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip }] } });
}

async function addressOf(store: DirectoryStore): Promise<string | undefined> {
  return (await store.get(ServiceKind, WEB))?.status?.loadBalancer?.ingress?.[0]?.ip;
}

describe('state of an object without a document', { timeout: 30_000 }, () => {
  const states = async () =>
    (await readdir(folder.file('.status'), { recursive: true })).filter((p) => p.endsWith('web.yaml'));

  it('is pruned once the removal is confirmed, even though another file is broken', async () => {
    const store = await folder.open();
    const log = new WatchLog();
    store.watch(ServiceKind, log);
    await give(store, '192.0.2.1');
    await folder.write('other.yaml', 'a: [');
    await folder.remove('web.yaml');
    expect(await store.pruneOrphans()).toEqual([]);
    await vi.waitFor(() => expect(log.lines).toContain('DELETED default/web'), WAIT);
    expect(await store.pruneOrphans()).toEqual(['services/default/web']);
    expect(await states()).toEqual([]);
    await folder.write('web.yaml', service('web'));
    await vi.waitFor(async () => expect(await store.get(ServiceKind, WEB)).toBeDefined(), WAIT);
    expect(await addressOf(store)).toBeUndefined();
  });

  it('of a run before is pruned too, but not from a folder without any document, which may not be mounted', async () => {
    const first = await folder.open();
    await give(first, '192.0.2.1');
    await first.create(LeaseKind, LEASE);
    await first.close();
    await folder.remove('web.yaml');
    const second = await folder.open();
    expect(await second.pruneOrphans()).toEqual([]);
    await folder.write('other.yaml', service('other'));
    await vi.waitFor(async () => expect(await second.pruneOrphans()).toEqual(['services/default/web']), WAIT);
    expect(await states()).toEqual([]);
    expect(await second.get(LeaseKind, { namespace: 'kube-system', name: 'berth-speaker-n1' })).toBeDefined();
  });

  it('waits at the start for a document that is just being replaced', async () => {
    const first = await folder.open();
    await give(first, '192.0.2.1');
    await first.close();
    await rename(folder.file('web.yaml'), folder.file('web.yaml~'));
    const opening = folder.open();
    await new Promise((resolve) => setTimeout(resolve, TIMES.confirmMillis / 2));
    await rename(folder.file('web.yaml~'), folder.file('web.yaml'));
    expect(await addressOf(await opening)).toBe('192.0.2.1');
  });

  it('stands for the object where a file cannot be read at the start, until it can', async () => {
    const first = await folder.open();
    await give(first, '192.0.2.1');
    await first.close();
    const document = await readFile(folder.file('web.yaml'), 'utf8');
    await folder.write('web.yaml', document.replace('metadata:', 'metadata: ['));
    const store = await folder.open();
    const log = new WatchLog<Service>();
    store.watch(ServiceKind, log);
    expect(await addressOf(store)).toBe('192.0.2.1');
    expect((await store.get(ServiceKind, WEB))?.spec?.type).toBe('LoadBalancer');
    expect(await store.pruneOrphans()).toEqual([]);
    await give(store, '192.0.2.2');
    await folder.write('web.yaml', service('web', 'mended'));
    await vi.waitFor(() => expect(log.events.at(-1)?.object.metadata.labels?.edit).toBe('mended'), WAIT);
    expect(await addressOf(store)).toBe('192.0.2.2');
    expect(log.lines.filter((line) => line.startsWith('DELETED'))).toEqual([]);
    await folder.write('web.yaml', '# removed\n');
    await vi.waitFor(async () => expect(await store.get(ServiceKind, WEB)).toBeUndefined(), WAIT);
  });

  it('goes, after standing in, when the mended file does not define the object', async () => {
    const first = await folder.open();
    await give(first, '192.0.2.1');
    await first.close();
    await folder.write('web.yaml', '');
    const store = await folder.open();
    expect(await addressOf(store)).toBe('192.0.2.1');
    await folder.write('web.yaml', service('other'));
    await vi.waitFor(async () => expect(await store.get(ServiceKind, WEB)).toBeUndefined(), WAIT);
    expect(await store.pruneOrphans()).toEqual(['services/default/web']);
    expect(join(...(await states()), '.')).toBe('.');
  });
});
