import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import type { DirectoryStore } from '../../../src/store/directory/directory-store.ts';
import { service, WAIT, WatchLog } from '../conformance/harness.ts';
import { TestFolder } from './folder.ts';

const POOL = (more = '') => `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.0/24]${more}}
`;
const PUBLIC = { name: 'public' };
const HELD = 'example.com/held';

let folder: TestFolder;
beforeEach(async () => {
  folder = await TestFolder.make();
  await folder.write('pool.yaml', POOL());
  await folder.write('web.yaml', service('web'));
});
afterEach(() => folder.clean());

const states = async () =>
  (await readdir(folder.file('.status'), { recursive: true })).filter((p) => p.endsWith('public.yaml'));
const pool = (store: DirectoryStore) => store.get(IPAddressPoolKind, PUBLIC);
const isDeleted = async (store: DirectoryStore) => (await pool(store))?.metadata.deletionTimestamp !== undefined;
const eventually = (check: () => Promise<void>) => vi.waitFor(check, WAIT);

async function held(): Promise<DirectoryStore> {
  const store = await folder.open();
  await store.setFinalizers(IPAddressPoolKind, PUBLIC, [HELD]);
  return store;
}

describe('an object that a finalizer holds back', { timeout: 30_000 }, () => {
  it('is being deleted from the moment that its document counts as removed, without a gap', async () => {
    const store = await held();
    const log = new WatchLog();
    store.watch(IPAddressPoolKind, log);
    await folder.remove('pool.yaml');
    await eventually(async () => expect(await isDeleted(store)).toBe(true));
    expect(await store.pruneOrphans()).toEqual([]);
    expect(log.lines).toEqual(['ADDED public', 'synced', 'MODIFIED public']);
    await store.setFinalizers(IPAddressPoolKind, PUBLIC, []);
    expect(await states()).toEqual([]);
  });

  it('is being deleted as it was last, not as Berth last wrote it, and after a restart as Berth then wrote it', async () => {
    const first = await held();
    await folder.write('pool.yaml', POOL(', reclaimPolicy: Evict'));
    await eventually(async () => expect((await pool(first))?.spec.reclaimPolicy).toBe('Evict'));
    await folder.remove('pool.yaml');
    await eventually(async () => expect(await isDeleted(first)).toBe(true));
    expect((await pool(first))?.spec.reclaimPolicy).toBe('Evict');
    await first.patchStatus(IPAddressPoolKind, PUBLIC, { assignedIPv4: 1 });
    await first.close();
    const second = await folder.open();
    expect(await isDeleted(second)).toBe(true);
    expect(await pool(second)).toMatchObject({ spec: { reclaimPolicy: 'Evict' }, status: { assignedIPv4: 1 } });
    expect(await second.pruneOrphans()).toEqual([]);
    await second.setFinalizers(IPAddressPoolKind, PUBLIC, []);
    expect(await states()).toEqual([]);
    expect(await pool(second)).toBeUndefined();
  });

  it('is being deleted where it was removed while nobody looked', async () => {
    await (await held()).close();
    await folder.remove('pool.yaml');
    expect(await isDeleted(await folder.open({ readOnly: true }))).toBe(true);
  });

  it('is out of sight, and stays held back, while the folder has no document at all', async () => {
    await (await held()).close();
    await folder.remove('pool.yaml');
    await folder.remove('web.yaml');
    const store = await folder.open();
    expect(await pool(store)).toBeUndefined();
    expect(await store.pruneOrphans()).toEqual([]);
    await folder.write('web.yaml', service('web'));
    await eventually(async () => {
      expect(await store.pruneOrphans()).toEqual([]);
      expect(await isDeleted(store)).toBe(true);
    });
  });

  it('stands as it was while a file cannot be read', async () => {
    await (await held()).close();
    await folder.write('pool.yaml', `${POOL()}: [`);
    const store = await folder.open();
    expect(await isDeleted(store)).toBe(false);
    expect((await pool(store))?.metadata.finalizers).toEqual([HELD]);
    await folder.write('pool.yaml', '# removed\n');
    await eventually(async () => expect(await isDeleted(store)).toBe(true));
  });

  it('is as its document says once that returns', async () => {
    const store = await held();
    await folder.remove('pool.yaml');
    await eventually(async () => expect(await isDeleted(store)).toBe(true));
    await store.patchStatus(IPAddressPoolKind, PUBLIC, { assignedIPv4: 1 });
    await folder.write('pool.yaml', POOL(', disabled: true'));
    await eventually(async () => expect(await isDeleted(store)).toBe(false));
    expect(await pool(store)).toMatchObject({ metadata: { finalizers: [HELD] }, spec: { disabled: true } });
  });

  it('has the finalizers that Berth set, whatever its document says', async () => {
    await folder.write('pool.yaml', POOL().replace('{name: public}', '{name: public, finalizers: [example.com/own]}'));
    const store = await folder.open();
    expect((await pool(store))?.metadata.finalizers).toBeUndefined();
    await store.setFinalizers(IPAddressPoolKind, PUBLIC, [HELD]);
    expect((await pool(store))?.metadata.finalizers).toEqual([HELD]);
  });
});
