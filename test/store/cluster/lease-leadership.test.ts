import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lease, LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import type { LogFields } from '../../../src/log/logger.ts';
import { LeaseLeadership } from '../../../src/store/cluster/lease-leadership.ts';
import { type Store, StoreError } from '../../../src/store/store.ts';
import { silentLogger } from './silent-logger.ts';

const KEY = { namespace: 'berth-system', name: 'berth-controller' };

/** One Lease, as an API server keeps it, and a way to keep a process from it. */
class LeaseShelf {
  lease: Lease | undefined;
  version = 0;
  writes = 0;
  reads = 0;
  readonly unreachable = new Set<string>();
  /** What nobody may do. */
  forbidden: 'get' | 'create' | 'update' | undefined;

  /** The store as one process has it. */
  seenBy(process: string): Pick<Store, 'get' | 'create' | 'update'> {
    const reach = (verb: typeof this.forbidden) => {
      if (this.forbidden === verb) throw new StoreError('Forbidden', `cannot ${verb} leases`);
      if (this.unreachable.has(process)) throw new StoreError('Unavailable', 'out of reach');
    };
    const store = {
      get: async () => {
        reach('get');
        this.reads++;
        return this.lease;
      },
      create: async (_kind: unknown, lease: Lease) => {
        reach('create');
        if (this.lease) throw new StoreError('AlreadyExists', 'there');
        return this.#write(lease);
      },
      update: async (_kind: unknown, lease: Lease) => {
        reach('update');
        if (!this.lease) throw new StoreError('NotFound', 'not there');
        if (lease.metadata.resourceVersion !== this.lease.metadata.resourceVersion) {
          throw new StoreError('Conflict', 'changed');
        }
        return this.#write(lease);
      },
    };
    return store as unknown as Pick<Store, 'get' | 'create' | 'update'>;
  }

  #write(lease: Lease): Lease {
    this.writes++;
    this.lease = { ...lease, metadata: { ...lease.metadata, uid: 'u', resourceVersion: String(++this.version) } };
    return this.lease;
  }
}

describe('LeaseLeadership', () => {
  let shelf: LeaseShelf;
  let all: LeaseLeadership[];

  beforeEach(() => {
    vi.useFakeTimers();
    shelf = new LeaseShelf();
    all = [];
  });
  afterEach(async () => {
    for (const leadership of all) await leadership.stop();
    vi.useRealTimers();
  });

  function contender(identity: string, logger = silentLogger): LeaseLeadership {
    const leadership = new LeaseLeadership({
      store: shelf.seenBy(identity),
      lease: KEY,
      identity,
      logger,
      now: () => Date.now(),
    });
    all.push(leadership);
    return leadership;
  }

  it('takes a free Lease at once and renews it every two seconds', async () => {
    const a = contender('a');
    const changes: boolean[] = [];
    a.onChange((held) => changes.push(held));
    expect(a.held()).toBe(false);
    a.start();
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(a.held()).toBe(true);
    expect(a.holder()).toBe('a');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(shelf.writes).toBe(11);
    expect(changes).toEqual([true]);
  });

  it('leaves notes on the Lease, which the next holder finds', async () => {
    const [a, b] = [contender('a'), contender('b')];
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(a.note('berth.dev/x')).toBeUndefined();
    a.setNote('berth.dev/x', 'done');
    expect(a.note('berth.dev/x')).toBe('done');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(shelf.lease?.metadata.annotations).toEqual({ 'berth.dev/x': 'done' });
    await vi.advanceTimersByTimeAsync(4_000);
    await a.stop();
    b.start();
    await vi.advanceTimersByTimeAsync(1);
    expect([b.held(), b.note('berth.dev/x')]).toEqual([true, 'done']);
  });

  it('drops a note that it could not leave before another took the Lease', async () => {
    const a = contender('a');
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    shelf.unreachable.add('a');
    a.setNote('berth.dev/x', 'done');
    await vi.advanceTimersByTimeAsync(60_000);
    expect([a.held(), a.note('berth.dev/x')]).toEqual([false, undefined]);
  });

  it('takes in one request a Lease that it saw released, and knows that it was alone since', async () => {
    const a = contender('a');
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(a.aloneSince()).toBeUndefined();
    await a.stop();
    const b = contender('b');
    await b.look();
    const lookedAt = performance.now();
    shelf.reads = 0;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(b.aloneSince()).toBeUndefined();
    b.start();
    await vi.advanceTimersByTimeAsync(1);
    expect([b.held(), shelf.reads, b.aloneSince()]).toEqual([true, 0, lookedAt]);
  });

  it.each(['held by another', 'taken after it was looked at', 'not there', 'not to be seen'])(
    'knows nothing of the time before where the Lease is %s',
    async (state) => {
      const [a, b] = [contender('a'), contender('b')];
      if (state !== 'not there' && state !== 'not to be seen') {
        a.start();
        await vi.advanceTimersByTimeAsync(1);
      }
      if (state === 'taken after it was looked at') await a.stop();
      if (state === 'not to be seen') shelf.unreachable.add('b');
      await b.look();
      shelf.unreachable.clear();
      if (state === 'taken after it was looked at') {
        a.start();
        await vi.advanceTimersByTimeAsync(4_000);
        expect(a.held()).toBe(true);
      }
      b.start();
      await vi.advanceTimersByTimeAsync(1);
      expect([b.held(), b.aloneSince()]).toEqual([!a.held(), undefined]);
      await a.stop();
      await vi.advanceTimersByTimeAsync(4_000);
      expect([b.held(), b.aloneSince()]).toEqual([true, undefined]);
    },
  );

  it('does not wait for longer than a second to see the Lease', async () => {
    const store = { get: () => new Promise(() => {}) } as unknown as Pick<Store, 'get' | 'create' | 'update'>;
    const a = new LeaseLeadership({ store, lease: KEY, identity: 'a', logger: silentLogger });
    let hasLooked = false;
    void a.look().then(() => (hasLooked = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(hasLooked).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(hasLooked).toBe(true);
  });

  it('leaves one contender waiting, and lets it in as soon as the leader stops', async () => {
    const [a, b] = [contender('a'), contender('b')];
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    b.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([a.held(), b.held(), b.holder()]).toEqual([true, false, 'a']);
    await a.stop();
    expect(a.held()).toBe(false);
    await vi.advanceTimersByTimeAsync(4_000);
    expect([b.held(), shelf.lease?.spec?.leaseTransitions]).toEqual([true, 1]);
  });

  it('tells once who leads while it stands by', async () => {
    const lines: unknown[] = [];
    const logger = { ...silentLogger, info: (...line: unknown[]) => void lines.push(line) };
    const b = contender('b', logger);
    contender('a').start();
    await vi.advanceTimersByTimeAsync(1);
    b.start();
    await vi.advanceTimersByTimeAsync(30_000);
    const fields = { lease: 'berth-system/berth-controller', holder: 'a' };
    expect(lines).toEqual([['another process leads; this one stands by', fields]]);
  });

  it('says why the Lease cannot be looked at for as long as that is so', async () => {
    const a = contender('a');
    shelf.unreachable.add('a');
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(a.trouble()).toBe('the Lease berth-system/berth-controller cannot be looked at or renewed: out of reach');
    shelf.unreachable.clear();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(a.trouble()).toBeUndefined();
  });

  it('tells of each right on the Lease that is missing, once', async () => {
    const told: string[] = [];
    const warn = (_: string, fields?: LogFields) => void told.push(String(fields?.error));
    const a = contender('a', { ...silentLogger, warn });
    a.start();
    for (const verb of ['get', 'create', 'update'] as const) {
      shelf.forbidden = verb;
      await vi.advanceTimersByTimeAsync(9_000);
    }
    expect(told).toEqual(['get', 'create', 'update'].map((verb) => `StoreError: cannot ${verb} leases`));
    shelf.forbidden = undefined;
  });

  it('stops leading ten seconds after its last renewal, before another begins', async () => {
    const [a, b] = [contender('a'), contender('b')];
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    b.start();
    await vi.advanceTimersByTimeAsync(5_000);
    const changes: [number, string, boolean][] = [];
    const from = Date.now();
    a.onChange((held) => changes.push([Date.now() - from, 'a', held]));
    b.onChange((held) => changes.push([Date.now() - from, 'b', held]));
    shelf.unreachable.add('a');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(changes.map(([, name, held]) => `${name} ${held}`)).toEqual(['a false', 'b true']);
    const [lost, gained] = changes.map(([at]) => at) as [number, number];
    expect(lost).toBeLessThanOrEqual(10_000);
    expect(gained).toBeGreaterThanOrEqual(lost + 3_000);
    expect(a.held()).toBe(false);
    shelf.unreachable.clear();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([a.held(), a.holder(), b.held()]).toEqual([false, 'b', true]);
  });

  it('notices after a suspend, in which no timer ran, that another may have led: its term ends before the next begins', async () => {
    const a = contender('a');
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    const changes: boolean[] = [];
    a.onChange((held) => changes.push(held));
    vi.setSystemTime(Date.now() + 3_600_000);
    const { lease } = shelf;
    if (!lease) throw new Error('no Lease');
    const store = shelf.seenBy('b');
    const taken = await store.update(LeaseKind, { ...lease, spec: { ...lease.spec, holderIdentity: 'b' } });
    await store.update(LeaseKind, { ...taken, spec: { ...taken.spec, holderIdentity: '' } });
    await vi.advanceTimersByTimeAsync(4_000);
    expect([a.held(), changes]).toEqual([true, [false, true]]);
  });

  it('goes on where somebody else has written to the Lease without taking it', async () => {
    const a = contender('a');
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    const { lease } = shelf;
    if (!lease) throw new Error('no Lease');
    shelf.lease = { ...lease, metadata: { ...lease.metadata, labels: { seen: 'yes' }, resourceVersion: 'other' } };
    await vi.advanceTimersByTimeAsync(30_000);
    expect(a.held()).toBe(true);
    expect(shelf.lease.metadata.labels).toEqual({ seen: 'yes' });
  });

  it('makes the Lease anew where it has been removed', async () => {
    const a = contender('a');
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    shelf.lease = undefined;
    await vi.advanceTimersByTimeAsync(2_500);
    expect([a.held(), (shelf.lease as Lease | undefined)?.spec?.holderIdentity]).toEqual([true, 'a']);
  });

  it('tells every listener, also where one fails, and none that has left', async () => {
    const a = contender('a');
    const heard: string[] = [];
    a.onChange(() => {
      throw new Error('a listener that fails');
    });
    a.onChange((held) => heard.push(`kept ${held}`));
    a.onChange(() => heard.push('left'))();
    a.start();
    await vi.advanceTimersByTimeAsync(1);
    await a.stop();
    expect(heard).toEqual(['kept true', 'kept false']);
  });
});
