import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import type { Kind } from '../../src/api/kind.ts';
import { type ServiceCIDR, ServiceCIDRKind } from '../../src/api/kubernetes/service-cidr.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { OptionalKind } from '../../src/controller/optional-kind.ts';
import type { Logger } from '../../src/log/logger.ts';
import { silentLogger } from '../../src/log/silent.ts';
import { type Store, StoreError, type WatchHandler } from '../../src/store/store.ts';

const CIDR = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes' },
  spec: { cidrs: ['10.96.0.0/16'] },
} as const satisfies ServiceCIDR;

describe('OptionalKind', () => {
  let list: () => Promise<readonly KubernetesObject[]>;
  let lists: number;
  let handler: WatchHandler<KubernetesObject> | undefined;
  let stopped: boolean;
  let kinds: OptionalKind<ServiceCIDR>[];
  let warn: Mock<Logger['warn']>;

  beforeEach(() => {
    vi.useFakeTimers();
    list = async () => [];
    lists = 0;
    handler = undefined;
    stopped = false;
    kinds = [];
    warn = vi.fn();
  });
  afterEach(() => {
    for (const kind of kinds) kind.stop();
    vi.useRealTimers();
  });

  function follow(onEvent = () => {}): OptionalKind<ServiceCIDR> {
    const store: Pick<Store, 'list' | 'watch'> = {
      list: async <T extends KubernetesObject>() => {
        lists++;
        return (await list()) as readonly T[];
      },
      watch: <T extends KubernetesObject>(_: Kind<T>, given: WatchHandler<T>) => {
        handler = given as unknown as WatchHandler<KubernetesObject>;
        return {
          stop: () => {
            stopped = true;
          },
        };
      },
    };
    const made = new OptionalKind(store as Store, ServiceCIDRKind, { ...silentLogger, warn }, onEvent);
    kinds.push(made);
    return made;
  }

  /** Whether a promise is settled by now. */
  async function isSettled(promise: Promise<void>): Promise<boolean> {
    let settled = false;
    void promise.then(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    return settled;
  }

  const refuse = (code: StoreError['code']) => async () => {
    throw new StoreError(code, 'it is refused');
  };

  it('follows a kind that the store has, and is synced when the watch is', async () => {
    const onEvent = vi.fn();
    const kind = follow(onEvent);
    expect(await isSettled(kind.synced)).toBe(false);
    handler?.onEvent({ type: 'ADDED', object: CIDR });
    expect([...kind.values()]).toEqual([CIDR]);
    expect(onEvent).toHaveBeenCalledTimes(1);
    handler?.onSynced?.();
    expect(await isSettled(kind.synced)).toBe(true);
    kind.stop();
    expect(stopped).toBe(true);
  });

  it('has no objects of one that is not there, waits for none, and finds it once it is', async () => {
    list = refuse('NotFound');
    const onEvent = vi.fn();
    const kind = follow(onEvent);
    expect(await isSettled(kind.synced)).toBe(true);
    expect([[...kind.values()], handler]).toEqual([[], undefined]);
    await vi.advanceTimersByTimeAsync(89_000);
    expect(lists).toBe(3);
    list = async () => [CIDR];
    await vi.advanceTimersByTimeAsync(1_000);
    handler?.onEvent({ type: 'ADDED', object: CIDR });
    expect([...kind.values()]).toEqual([CIDR]);
    expect(onEvent).toHaveBeenCalledTimes(1);
    kind.stop();
    expect(stopped).toBe(true);
  });

  it.each([
    ['Unavailable', /servicecidrs/],
    ['Forbidden', /rights list and watch on servicecidrs of networking\.k8s\.io\/v1/],
    ['Invalid', /servicecidrs/],
  ] as const)(
    'asks again while the store says %s, is not synced before it knows, and warns once',
    async (code, text) => {
      list = refuse(code);
      const kind = follow();
      await vi.advanceTimersByTimeAsync(3_500);
      expect(lists).toBe(4);
      expect(await isSettled(kind.synced)).toBe(false);
      expect(warn.mock.calls.map(([message]) => message)).toEqual([expect.stringMatching(text)]);
      expect(kind.unlisted()).toEqual({ kind: 'ServiceCIDR', reason: 'it is refused' });
      list = async () => [CIDR];
      await vi.advanceTimersByTimeAsync(1_000);
      expect(handler).toBeDefined();
      expect(kind.unlisted()).toBeUndefined();
      expect(await isSettled(kind.synced)).toBe(false);
      handler?.onSynced?.();
      expect(await isSettled(kind.synced)).toBe(true);
    },
  );

  it('waits for nothing once it is clear that the kind is not there', async () => {
    list = refuse('NotFound');
    const kind = follow();
    await vi.advanceTimersByTimeAsync(0);
    expect(kind.unlisted()).toBeUndefined();
    list = refuse('Unavailable');
    await vi.advanceTimersByTimeAsync(30_000);
    expect([lists, kind.unlisted()]).toEqual([2, undefined]);
  });

  it('begins no watch once it is stopped', async () => {
    let answer = () => {};
    list = () =>
      new Promise((resolve) => {
        answer = () => resolve([]);
      });
    const kind = follow();
    kind.stop();
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(handler).toBeUndefined();
    list = refuse('Unavailable');
    const other = follow();
    await vi.advanceTimersByTimeAsync(0);
    other.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lists).toBe(2);
  });
});
