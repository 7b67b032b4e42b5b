import { describe, expect, it, vi } from 'vitest';
import { LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { keyOf, keyText } from '../../../src/api/object.ts';
import { put, type StoreHarness, service, WAIT, WatchLog, WEB } from './harness.ts';

/** Watch, list and get. */
export function describeReading(harness: () => StoreHarness): void {
  describe('watch', () => {
    it('delivers what exists, says so, then delivers the changes', async () => {
      await put(harness(), service('b'));
      await put(harness(), service('a'));
      const log = new WatchLog<Service>();
      harness().store.watch(ServiceKind, log);
      await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
      expect([...log.lines].sort()).toEqual(['ADDED default/a', 'ADDED default/b', 'synced']);
      expect(log.lines.at(-1)).toBe('synced');
      await put(harness(), service('a', 'first'));
      await harness().userRemoves(service('b'));
      await vi.waitFor(() => expect(log.lines).toContain('DELETED default/b'), WAIT);
      await put(harness(), service('b'));
      await vi.waitFor(() => expect(log.lines.length).toBe(6), WAIT);
      expect(log.lines.slice(3)).toEqual(['MODIFIED default/a', 'DELETED default/b', 'ADDED default/b']);
    });

    it('says that it is synced where there is nothing', async () => {
      const log = new WatchLog();
      harness().store.watch(LeaseKind, log);
      await vi.waitFor(() => expect(log.lines).toEqual(['synced']), WAIT);
    });

    it('delivers nothing within the call itself', async () => {
      await put(harness(), service('web'));
      const log = new WatchLog();
      harness().store.watch(ServiceKind, log);
      expect(log.lines).toEqual([]);
      await vi.waitFor(() => expect(log.lines).toEqual(['ADDED default/web', 'synced']), WAIT);
    });

    it('delivers a modification only where something changed, and with the state after it', async () => {
      await put(harness(), service('web'));
      const log = new WatchLog<Service>();
      harness().store.watch(ServiceKind, log);
      await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
      await harness().userPuts(service('web'));
      await harness().store.patchStatus(ServiceKind, WEB, {
        loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] },
      });
      await harness().store.patchStatus(ServiceKind, WEB, {
        loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] },
      });
      await put(harness(), service('web', 'last'));
      await vi.waitFor(() => expect(log.events.at(-1)?.object.metadata.labels?.edit).toBe('last'), WAIT);
      const added = log.lines.indexOf('ADDED default/web');
      expect(log.lines.filter((line) => line.startsWith('MODIFIED'))).toHaveLength(2);
      expect(log.lines.indexOf('synced')).toBeGreaterThan(added);
      expect(log.events[1]?.object.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1', ipMode: 'VIP' }]);
      expect(log.events[2]?.object.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1', ipMode: 'VIP' }]);
      const versions = log.events.map(({ object }) => object.metadata.resourceVersion);
      expect(new Set(versions).size).toBe(versions.length);
    });

    it('carries the last state known when an object goes', async () => {
      await put(harness(), service('web', 'mark'));
      const log = new WatchLog<Service>();
      harness().store.watch(ServiceKind, log);
      await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
      await harness().userRemoves(service('web'));
      await vi.waitFor(() => expect(log.events.at(-1)?.type).toBe('DELETED'), WAIT);
      expect(log.events.at(-1)?.object.metadata.labels?.edit).toBe('mark');
      expect(await harness().store.get(ServiceKind, WEB)).toBeUndefined();
    });

    it('goes on when a handler throws, for this watch and the others', async () => {
      const seen: string[] = [];
      harness().store.watch(ServiceKind, {
        onEvent: ({ object }) => {
          seen.push(object.metadata.name);
          throw new Error('a handler that fails');
        },
      });
      const log = new WatchLog();
      harness().store.watch(ServiceKind, log);
      await put(harness(), service('a'));
      await put(harness(), service('b'));
      await vi.waitFor(() => expect(log.lines).toContain('ADDED default/b'), WAIT);
      expect(seen).toEqual(['a', 'b']);
    });

    it('calls nobody after it was stopped, be it from within a handler', async () => {
      await put(harness(), service('a'));
      await put(harness(), service('b'));
      const log = new WatchLog<Service>();
      const stopped = harness().store.watch(ServiceKind, {
        onEvent: (event) => {
          log.onEvent(event);
          stopped.stop();
          stopped.stop();
        },
        onSynced: () => log.onSynced(),
      });
      const other = new WatchLog();
      harness().store.watch(ServiceKind, other);
      await put(harness(), service('c'));
      await vi.waitFor(() => expect(other.lines).toContain('ADDED default/c'), WAIT);
      expect(log.lines).toHaveLength(1);
    });

    it('is not entered again by a write that a handler makes', async () => {
      let depth = 0;
      const states: (string | undefined)[] = [];
      const writes: Promise<unknown>[] = [];
      harness().store.watch(ServiceKind, {
        onEvent: ({ object }) => {
          expect(++depth).toBe(1);
          const ip = object.status?.loadBalancer?.ingress?.[0]?.ip;
          states.push(ip);
          if (!ip) {
            const patch = { loadBalancer: { ingress: [{ ip: '192.0.2.9', ipMode: 'VIP' }] } } as const;
            writes.push(harness().store.patchStatus(ServiceKind, keyOf(object), patch));
          }
          depth--;
        },
      });
      await put(harness(), service('web'));
      await vi.waitFor(() => expect(states).toEqual([undefined, '192.0.2.9']), WAIT);
      // The watch may tell of a write before it is answered.
      await Promise.all(writes);
    });
  });

  describe('catching up', () => {
    it('has told of everything that anybody wrote before', async () => {
      for (const name of ['a', 'b', 'web']) await put(harness(), service(name));
      const log = new WatchLog<Service>();
      harness().store.watch(ServiceKind, log);
      await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
      const second = await harness().openSecond();
      await second.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] } });
      await harness().store.catchUp(ServiceKind);
      expect(log.events.at(-1)?.object.status?.loadBalancer?.ingress?.[0]?.ip).toBe('192.0.2.1');
      await harness().userRemoves(service('a'));
      await put(harness(), service('c'));
      await Promise.all([harness().store.catchUp(ServiceKind), harness().store.catchUp(ServiceKind)]);
      expect(log.lines.slice(4)).toEqual(expect.arrayContaining(['MODIFIED default/web', 'ADDED default/c']));
      const { length } = log.lines;
      await harness().store.catchUp(ServiceKind);
      expect(log.lines).toHaveLength(length);
    });

    it('has nothing to do for what nobody watches', async () => {
      await harness().store.catchUp(LeaseKind);
    });

    it('ends with the store', async () => {
      const second = await harness().openSecond();
      await second.close();
      await expect(second.catchUp(ServiceKind)).rejects.toMatchObject({ name: 'StoreError', code: 'Unavailable' });
    });
  });

  describe('list and get', () => {
    it('orders by namespace and name', async () => {
      for (const [namespace, name] of [
        ['b', 'a'],
        ['a', 'c'],
        ['a', 'b-1'],
        ['a', 'b'],
      ] as const) {
        await put(harness(), service(name, 'none', namespace));
      }
      const names = (await harness().store.list(ServiceKind)).map((object) => keyText(keyOf(object)));
      expect(names).toEqual(['a/b', 'a/b-1', 'a/c', 'b/a']);
    });

    it('finds nothing where there is nothing', async () => {
      expect(await harness().store.get(ServiceKind, WEB)).toBeUndefined();
      expect(await harness().store.list(ServiceKind)).toEqual([]);
    });

    it('names the state of an object, the same for every client', async () => {
      const first = await put(harness(), service('web', 'one'));
      const second = await put(harness(), service('web', 'two'));
      expect(first.metadata.resourceVersion).toBeTruthy();
      expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      const other = await (await harness().openSecond()).get(ServiceKind, WEB);
      expect(other).toEqual(second);
    });
  });
}
