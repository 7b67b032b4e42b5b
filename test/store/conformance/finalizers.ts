import { describe, expect, it, vi } from 'vitest';
import { type IPAddressPool, IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import { rejection, type StoreHarness, WAIT, WatchLog } from './harness.ts';

const POOL: IPAddressPool = {
  apiVersion: 'berth.dev/v1beta1',
  kind: 'IPAddressPool',
  metadata: { name: 'public' },
  spec: {
    addresses: ['192.0.2.0/24'],
    autoAssign: true,
    avoidBuggyIPs: false,
    disabled: false,
    reclaimPolicy: 'Retain',
    sharing: 'Namespace',
  },
};
const PUBLIC = { name: 'public' };
const HELD = 'example.com/held';

/** What finalizers do to an object that people delete. */
export function describeFinalizers(harness: () => StoreHarness): void {
  describe('setFinalizers', () => {
    const get = () => harness().store.get(IPAddressPoolKind, PUBLIC);
    const set = (finalizers: readonly string[], resourceVersion?: string) =>
      harness().store.setFinalizers(IPAddressPoolKind, PUBLIC, finalizers, { resourceVersion });
    const begin = async () => {
      await harness().userPuts(POOL);
      await vi.waitFor(async () => expect(await get()).toBeDefined(), WAIT);
    };
    const remove = async () => {
      await harness().userRemoves(POOL);
      await vi.waitFor(async () => expect((await get())?.metadata.deletionTimestamp).toBeDefined(), WAIT);
    };

    it('changes nothing else', async () => {
      await begin();
      await harness().store.patchStatus(IPAddressPoolKind, PUBLIC, { assignedIPv4: 1 });
      const before = await get();
      await set([HELD, 'example.com/other']);
      const after = await get();
      expect(after?.metadata.finalizers).toEqual([HELD, 'example.com/other']);
      expect(after?.spec).toEqual(before?.spec);
      expect(after?.status).toEqual(before?.status);
      await harness().store.patchStatus(IPAddressPoolKind, PUBLIC, { assignedIPv4: 2 });
      expect((await get())?.metadata.finalizers).toEqual([HELD, 'example.com/other']);
      await set([]);
      expect((await get())?.metadata.finalizers ?? []).toEqual([]);
    });

    it('keeps an object that people delete, marked, until the last one is taken away', async () => {
      await begin();
      await set([HELD]);
      const log = new WatchLog<IPAddressPool>();
      harness().store.watch(IPAddressPoolKind, log);
      await remove();
      expect((await harness().store.list(IPAddressPoolKind)).map(({ metadata }) => metadata.name)).toEqual(['public']);
      await harness().store.patchStatus(IPAddressPoolKind, PUBLIC, { assignedIPv4: 1 });
      expect(await get()).toMatchObject({ spec: POOL.spec, metadata: { finalizers: [HELD] } });
      expect(await rejection(set([HELD, 'example.com/other']))).toBe('Invalid');
      await set([], (await get())?.metadata.resourceVersion);
      await vi.waitFor(() => expect(log.lines.at(-1)).toBe('DELETED public'), WAIT);
      expect(log.lines.filter((line) => line.startsWith('DELETED'))).toHaveLength(1);
      expect(await get()).toBeUndefined();
    });

    it('is seen by others', async () => {
      await begin();
      await set([HELD]);
      const second = await harness().openSecond();
      await remove();
      await vi.waitFor(
        async () => expect((await second.get(IPAddressPoolKind, PUBLIC))?.metadata.deletionTimestamp).toBeDefined(),
        WAIT,
      );
      await second.setFinalizers(IPAddressPoolKind, PUBLIC, []);
      await vi.waitFor(async () => expect(await get()).toBeUndefined(), WAIT);
    });

    it('fails where the object has changed since, or is not there', async () => {
      expect(await rejection(set([HELD]))).toBe('NotFound');
      await begin();
      const { resourceVersion } = (await get())?.metadata ?? {};
      await set([HELD], resourceVersion);
      expect(await rejection(set([], resourceVersion))).toBe('Conflict');
      expect((await get())?.metadata.finalizers).toEqual([HELD]);
      await set([]);
    });
  });
}
