import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BGPAdvertisementKind } from '../../src/api/bgp-advertisement.ts';
import type { Kind } from '../../src/api/kind.ts';
import { L2AdvertisementKind } from '../../src/api/l2-advertisement.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { DefaultAdvertisement } from '../../src/controller/default-advertisement.ts';
import { silentLogger } from '../../src/log/silent.ts';
import { type Store, StoreError } from '../../src/store/store.ts';
import { Baton } from './baton.ts';
import { FakeClock } from './fake-clock.ts';

/** What there is in the cluster, and a way to make it fail. */
class Shelf {
  readonly names = new Map<string, string[]>();
  made: KubernetesObject[] = [];
  failure: StoreError | undefined;
  beforeAnswer = () => {};

  has(kind: Kind<KubernetesObject>, name: string): void {
    this.names.set(kind.plural, [...(this.names.get(kind.plural) ?? []), name]);
  }

  store(): Pick<Store, 'list' | 'create'> {
    const store = {
      list: async ({ plural }: Kind<KubernetesObject>) => {
        if (this.failure) throw this.failure;
        const found = (this.names.get(plural) ?? []).map((name) => ({ metadata: { name } }));
        this.beforeAnswer();
        return found;
      },
      create: async (kind: Kind<KubernetesObject>, object: KubernetesObject) => {
        if (this.names.get(kind.plural)?.includes(object.metadata.name)) throw new StoreError('AlreadyExists', 'there');
        this.has(kind, object.metadata.name);
        this.made.push(object);
        return object;
      },
    };
    return store as unknown as Pick<Store, 'list' | 'create'>;
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('DefaultAdvertisement', () => {
  let shelf: Shelf;
  let baton: Baton;
  let clock: FakeClock;
  let isNoted: boolean;
  let running: DefaultAdvertisement[];
  beforeEach(() => {
    [shelf, baton, clock, isNoted, running] = [new Shelf(), new Baton(false), new FakeClock(), false, []];
  });
  afterEach(() => Promise.all(running.map((one) => one.stop())));

  function start(): DefaultAdvertisement {
    const note = {
      isSet: () => isNoted,
      set: () => {
        isNoted = true;
      },
    };
    const one = new DefaultAdvertisement({
      store: shelf.store(),
      leadership: baton,
      note,
      logger: silentLogger,
      clock,
    });
    running.push(one);
    return one;
  }

  it('makes one that leaves nothing out, when this process comes to lead, and notes it', async () => {
    start();
    await turn();
    expect([shelf.made, isNoted]).toEqual([[], false]);
    baton.pass(true);
    await turn();
    expect(shelf.made).toMatchObject([{ kind: 'L2Advertisement', metadata: { name: 'default' } }]);
    expect(shelf.made[0]).not.toHaveProperty('spec.ipAddressPools');
    expect(isNoted).toBe(true);
  });

  it('makes none a second time, whatever has become of the first', async () => {
    isNoted = true;
    baton.pass(true);
    start();
    await turn();
    expect(shelf.made).toEqual([]);
  });

  it.each([
    ['an L2Advertisement', L2AdvertisementKind],
    ['a BGPAdvertisement', BGPAdvertisementKind],
  ])('makes none where people have %s, nor later when that is gone', async (_, kind) => {
    shelf.has(kind as unknown as Kind<KubernetesObject>, 'mine');
    baton.pass(true);
    start();
    await turn();
    shelf.names.clear();
    baton.pass(false);
    baton.pass(true);
    await turn();
    expect([shelf.made, isNoted]).toEqual([[], true]);
  });

  it('is content where somebody else was faster', async () => {
    shelf.beforeAnswer = () => shelf.names.set('l2advertisements', ['default']);
    baton.pass(true);
    start();
    await turn();
    expect([shelf.made, isNoted]).toEqual([[], true]);
  });

  it('writes nothing when it leads no more by the time of the answer', async () => {
    shelf.beforeAnswer = () => baton.pass(false);
    baton.pass(true);
    start();
    await turn();
    expect([shelf.made, isNoted]).toEqual([[], false]);
  });

  it('asks again while the store fails', async () => {
    shelf.failure = new StoreError('Unavailable', 'out of reach');
    baton.pass(true);
    start();
    await turn();
    expect(isNoted).toBe(false);
    shelf.failure = undefined;
    clock.advance(5_000);
    await turn();
    expect([shelf.made.length, isNoted]).toEqual([1, true]);
  });

  it('does nothing more once it is stopped', async () => {
    shelf.failure = new StoreError('Unavailable', 'out of reach');
    baton.pass(true);
    const one = start();
    await turn();
    await one.stop();
    shelf.failure = undefined;
    clock.advance(60_000);
    baton.pass(true);
    await turn();
    expect(shelf.made).toEqual([]);
  });
});
