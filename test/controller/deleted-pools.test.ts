import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADDRESSES_HELD } from '../../src/api/finalizers.ts';
import { IPAddressPoolKind } from '../../src/api/ip-address-pool.ts';
import { ServiceKind } from '../../src/api/kubernetes/service.ts';
import { StoreError } from '../../src/store/store.ts';
import { DirectoryHarness } from './directory-harness.ts';

const POOL = (name: string, addresses = '192.0.2.0/24', more = '') => `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: ${name}}
spec: {addresses: ["${addresses}"]${more}}
`;
const SERVICE = (name: string, more = '') => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: LoadBalancer, ports: [{port: 80}]${more}}
`;

let harness: DirectoryHarness;
beforeEach(async () => {
  harness = await DirectoryHarness.open();
});
afterEach(() => harness.close());

const pool = (name: string) => harness.store.get(IPAddressPoolKind, { name });
const service = (name: string) => harness.store.get(ServiceKind, { namespace: 'default', name });
/** `192.0.2.0 Allocated`. */
const says = async (name: string) => {
  const { status } = (await service(name)) ?? {};
  const reason = status?.conditions?.find(({ type }) => type === 'berth.dev/Allocated')?.reason;
  return [...(status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip), reason].join(' ');
};
/** `False Deleting`, with `held` where the finalizer is in place. */
const state = async (name: string) => {
  const object = await pool(name);
  if (object === undefined) return 'gone';
  const { status, reason } = object.status?.conditions?.[0] ?? {};
  return [status, reason, ...(object.metadata.finalizers?.includes(ADDRESSES_HELD) ? ['held'] : [])].join(' ');
};
const message = async (name: string) => (await pool(name))?.status?.conditions?.[0]?.message;
const isSo = (check: () => Promise<string | undefined>, text: string) =>
  harness.eventually(async () => expect(await check()).toBe(text));

describe('a pool whose addresses are held', { timeout: 30_000 }, () => {
  it('has the finalizer for as long as somebody holds one', async () => {
    await harness.put('public', POOL('public'));
    await harness.start();
    await isSo(() => state('public'), 'True Ready');
    await harness.put('web', SERVICE('web'));
    await isSo(() => says('web'), '192.0.2.0 Allocated');
    await isSo(() => state('public'), 'True Ready held');
    await harness.remove('web');
    await isSo(() => state('public'), 'True Ready');
  });

  it('is published to nobody before it has the finalizer', async () => {
    const { patchStatus } = harness.store;
    vi.spyOn(harness.store, 'setFinalizers').mockRejectedValueOnce(new StoreError('Unavailable', 'not now'));
    const heldBack: unknown[] = [];
    vi.spyOn(harness.store, 'patchStatus').mockImplementation(async (kind, ...call) => {
      if (kind.kind === 'Service') heldBack.push((await pool('public'))?.metadata.finalizers);
      return patchStatus.call(harness.store, kind, ...call) as never;
    });
    await harness.put('public', POOL('public'));
    await harness.put('web', SERVICE('web'));
    await harness.start();
    await isSo(() => says('web'), '192.0.2.0 Allocated');
    expect(heldBack[0]).toEqual([ADDRESSES_HELD]);
  });

  it('stays, deleted, says for whom, gives out nothing, and goes with the last holder', async () => {
    await harness.put('public', POOL('public'));
    await harness.put('web', SERVICE('web'));
    await harness.start();
    await isSo(() => state('public'), 'True Ready held');
    await harness.remove('public');
    await isSo(() => state('public'), 'False Deleting held');
    await isSo(() => says('web'), '192.0.2.0 Retained');
    expect(await message('public')).toMatch(/waits for default\/web$/);
    await harness.put('api', SERVICE('api'));
    await isSo(() => says('api'), 'NoPools');
    await harness.start();
    await isSo(() => state('public'), 'False Deleting held');
    expect(await says('web')).toBe('192.0.2.0 Retained');
    await harness.remove('web');
    await isSo(() => state('public'), 'gone');
  });

  it('may be renamed: nothing moves, and the new one has the finalizer before the old one loses it', async () => {
    await harness.put('old', POOL('old'));
    await harness.put('web', SERVICE('web'));
    await harness.start();
    await isSo(() => state('old'), 'True Ready held');
    await harness.put('renamed', POOL('renamed'));
    await isSo(() => state('renamed'), 'False OverlapsPool');
    const order: string[] = [];
    const { setFinalizers } = harness.store;
    vi.spyOn(harness.store, 'setFinalizers').mockImplementation(async (kind, key, finalizers, precondition) => {
      if (order.push(key.name) === 1) throw new StoreError('Unavailable', 'not now');
      await setFinalizers.call(harness.store, kind, key, finalizers, precondition);
    });
    await harness.remove('old');
    await isSo(() => state('old'), 'gone');
    expect([...new Set(order)]).toEqual(['renamed', 'old']);
    expect(order.indexOf('old')).toBeGreaterThan(1);
    expect(await state('renamed')).toBe('True Ready held');
    expect(await says('web')).toBe('192.0.2.0 Allocated');
  });

  it('is let go of only when the status of those who had to move says so', async () => {
    await harness.put('public', POOL('public'));
    await harness.put('web', SERVICE('web'));
    await harness.start();
    await isSo(() => state('public'), 'True Ready held');
    await harness.put('other', POOL('other', '198.51.100.0/24'));
    const { patchStatus } = harness.store;
    let isRefusing = true;
    vi.spyOn(harness.store, 'patchStatus').mockImplementation(async (kind, ...call) => {
      if (isRefusing && kind.kind === 'Service') throw new StoreError('Unavailable', 'not now');
      return patchStatus.call(harness.store, kind, ...call) as never;
    });
    await harness.put('public', POOL('public', '192.0.2.0/24', ', reclaimPolicy: Evict'));
    await harness.remove('public');
    await isSo(() => state('public'), 'False Deleting held');
    await isSo(() => state('other'), 'True Ready held');
    // A restart at this point finds the old address, and evicts it again.
    await harness.start();
    await isSo(() => state('other'), 'True Ready held');
    expect(await state('public')).toBe('False Deleting held');
    expect(await says('web')).toBe('192.0.2.0 Allocated');
    isRefusing = false;
    await isSo(() => says('web'), '198.51.100.0 Allocated');
    await isSo(() => state('public'), 'gone');
  });

  it('is not held back by a former leader’s finalizer that nobody needs', async () => {
    await harness.put('public', POOL('public'));
    await harness.store.setFinalizers(IPAddressPoolKind, { name: 'public' }, [ADDRESSES_HELD]);
    await harness.start();
    await isSo(() => state('public'), 'True Ready');
  });

  it('has it too where it was in use before there were finalizers', async () => {
    await harness.put('public', POOL('public'));
    await harness.put('web', SERVICE('web'));
    const loadBalancer = { ingress: [{ ip: '192.0.2.7', ipMode: 'VIP' as const }] };
    await harness.store.patchStatus(ServiceKind, { namespace: 'default', name: 'web' }, { loadBalancer });
    await harness.start();
    await isSo(() => state('public'), 'True Ready held');
    expect(await says('web')).toBe('192.0.2.7 Allocated');
  });
});

it('an address that is reserved for all is never given, and the pool counts without it', async () => {
  await harness.put('public', POOL('public', '192.0.2.0/30'));
  await harness.put('web', SERVICE('web'));
  await harness.start({ reserved: [{ family: 'IPv4', first: 0xc0000200, last: 0xc0000201 }] });
  await isSo(() => says('web'), '192.0.2.2 Allocated');
  await harness.eventually(async () => expect((await pool('public'))?.status?.totalIPv4).toBe(2));
});
