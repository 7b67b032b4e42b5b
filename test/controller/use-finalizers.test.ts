import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BFDProfile, BFDProfileKind } from '../../src/api/bfd-profile.ts';
import { type Community, CommunityKind } from '../../src/api/community.ts';
import { findCondition } from '../../src/api/conditions.ts';
import { IN_USE } from '../../src/api/finalizers.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { UseFinalizers } from '../../src/controller/use-finalizers.ts';
import { silentLogger } from '../../src/log/silent.ts';
import { StoreError } from '../../src/store/store.ts';
import { profile } from '../announcement/bgp/objects.ts';
import { DirectoryHarness } from './directory-harness.ts';
import { inFakeTime } from './fake-time.ts';

const OBJECT = (kind: string, name: string, spec: string) =>
  `apiVersion: berth.dev/v1beta1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
const PEER = (more = '') => OBJECT('BGPPeer', 'tor', `myASN: 64512, peerASN: 64513, peerAddress: 192.0.2.1${more}`);
const ADVERTISEMENT = OBJECT('BGPAdvertisement', 'all', 'communities: [blue]');
const COMMUNITY = (name: string) => OBJECT('Community', name, "communities: [{name: blue, value: '64512:1'}]");

describe('what others name', { timeout: 30_000 }, () => {
  let harness: DirectoryHarness;
  beforeEach(async () => {
    harness = await DirectoryHarness.open();
  });
  afterEach(() => harness.close());

  /** `held` where the finalizer is in place, else `free`, with the reason of its condition; `gone` where there is none. */
  const said = (object: BFDProfile | Community | undefined) => {
    if (object === undefined) return 'gone';
    const held = object.metadata.finalizers?.includes(IN_USE) === true ? 'held' : 'free';
    return `${held} ${findCondition(object.status?.conditions, 'Ready')?.reason}`;
  };
  const isProfile = (name: string, wanted: string) =>
    harness.eventually(async () => expect(said(await harness.store.get(BFDProfileKind, { name }))).toBe(wanted));
  const isCommunity = (name: string, wanted: string) =>
    harness.eventually(async () => expect(said(await harness.store.get(CommunityKind, { name }))).toBe(wanted));

  it('has the finalizer for as long as it is named, and goes then', async () => {
    await harness.put('profile', OBJECT('BFDProfile', 'fast', ''));
    await harness.start();
    await isProfile('fast', 'free Ready');
    await harness.put('peer', PEER(', bfdProfile: fast'));
    await isProfile('fast', 'held Ready');
    await harness.remove('profile');
    await isProfile('fast', 'held InUse');
    await harness.put('peer', PEER());
    await isProfile('fast', 'gone');
  });

  it('goes at once where nobody names it any more', async () => {
    await harness.put('profile', OBJECT('BFDProfile', 'fast', ''));
    await harness.put('peer', PEER(', bfdProfile: fast'));
    await harness.start();
    await isProfile('fast', 'held Ready');
    await harness.remove('peer');
    await isProfile('fast', 'free Ready');
    await harness.remove('profile');
    await isProfile('fast', 'gone');
  });

  it('is held by a controller that begins, and let go by one', async () => {
    await harness.put('community', COMMUNITY('blue'));
    await harness.put('advertisement', ADVERTISEMENT);
    const controller = await harness.start();
    await isCommunity('blue', 'held Ready');
    await controller.stop();
    await harness.remove('advertisement');
    await harness.remove('community');
    await harness.eventually(async () => {
      expect((await harness.store.get(CommunityKind, { name: 'blue' }))?.metadata.deletionTimestamp).toBeDefined();
    });
    await harness.start();
    await isCommunity('blue', 'gone');
  });

  it('goes when another one that says the same has taken its place', async () => {
    await harness.put('old', COMMUNITY('a'));
    await harness.put('advertisement', ADVERTISEMENT);
    await harness.start();
    await isCommunity('a', 'held Ready');
    await harness.remove('old');
    await isCommunity('a', 'held InUse');
    await harness.put('new', COMMUNITY('b'));
    await isCommunity('b', 'held Ready');
    await isCommunity('a', 'gone');
  });
});

describe('UseFinalizers', () => {
  const FAST = profile({ name: 'fast', resourceVersion: '7', finalizers: ['example.com/other'] });
  const HELD = { ...FAST, metadata: { ...FAST.metadata, finalizers: ['example.com/other', IN_USE] } };

  function world() {
    const writes: string[] = [];
    const refusals: StoreError[] = [];
    let leads = true;
    const finalizers = new UseFinalizers<KubernetesObject>({
      store: {
        setFinalizers: async (_kind, { name }, list, { resourceVersion } = {}) => {
          writes.push(`${name} ${resourceVersion} ${list.join(' ')}`);
          const refusal = refusals.shift();
          if (refusal !== undefined) throw refusal;
        },
      },
      kind: BFDProfileKind,
      leadership: {
        ...{ held: () => leads, holder: () => 'test', onChange: () => () => {} },
        ...{ start: () => {}, stop: async () => {} },
      },
      logger: silentLogger,
    });
    const depose = () => {
      leads = false;
    };
    return { finalizers, writes, refusals, depose };
  }

  it.each([
    ['is added beside those of others', FAST, true, ['fast 7 example.com/other berth.dev/in-use']],
    ['is taken away, and those of others stay', HELD, false, ['fast 7 example.com/other']],
    ['is written once', HELD, true, []],
    ['is left where it is not', FAST, false, []],
    [
      'cannot be added to what is being deleted',
      { ...FAST, metadata: { ...FAST.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
      true,
      [],
    ],
  ])('%s', (_, object, isUsed, wanted) =>
    inFakeTime(async () => {
      const { finalizers, writes } = world();
      finalizers.judge([object], () => isUsed);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(writes).toEqual(wanted);
      expect(finalizers.size).toBe(0);
    }),
  );

  it('is tried again, by what is so then', () =>
    inFakeTime(async () => {
      const { finalizers, writes, refusals } = world();
      refusals.push(new StoreError('Conflict', 'changed'), new StoreError('Unavailable', 'away'));
      finalizers.judge([FAST], () => true);
      await vi.advanceTimersByTimeAsync(0);
      const newer = { ...FAST, metadata: { ...FAST.metadata, resourceVersion: '8' } };
      finalizers.judge([newer], () => true);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(writes.map((write) => write.slice(0, 6))).toEqual(['fast 7', 'fast 8', 'fast 8']);
    }));

  it('is not written by who does not lead, or leads no more', () =>
    inFakeTime(async () => {
      const { finalizers, writes, refusals, depose } = world();
      refusals.push(new StoreError('Unavailable', 'away'));
      finalizers.judge([FAST], () => true);
      await vi.advanceTimersByTimeAsync(0);
      depose();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(writes).toHaveLength(1);
      finalizers.judge([FAST], () => true);
      finalizers.clear();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(finalizers.size).toBe(0);
      expect(writes).toHaveLength(1);
    }));
});
