import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LeaseKind } from '../../src/api/kubernetes/lease.ts';
import { type Service, ServiceKind } from '../../src/api/kubernetes/service.ts';
import { type KubernetesObject, keyOf, keyText, type ObjectKey } from '../../src/api/object.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../../src/api/speaker-status.ts';
import {
  type Store,
  StoreError,
  type StoreErrorCode,
  type WatchEvent,
  type WatchHandler,
} from '../../src/store/store.ts';

/** A source of objects as the suite needs it: what people do to it, and clients that look at it. */
export interface StoreHarness {
  readonly store: Store;
  /** A person adds or edits an object. Resolves when that is done at the source. */
  userPuts(object: KubernetesObject): Promise<void>;
  /** A person removes an object. */
  userRemoves(object: KubernetesObject): Promise<void>;
  /** A further client of the same source, as another process has it. The harness closes it. */
  openSecond(): Promise<Store>;
  close(): Promise<void>;
}

/** Gathers what a watch delivers, as lines such as `ADDED default/web`. */
export class WatchLog<T extends KubernetesObject> implements WatchHandler<T> {
  readonly events: WatchEvent<T>[] = [];
  readonly lines: string[] = [];

  onEvent(event: WatchEvent<T>): void {
    this.events.push(event);
    this.lines.push(`${event.type} ${keyText(keyOf(event.object))}`);
  }

  onSynced(): void {
    this.lines.push('synced');
  }
}

/** A Service as people write it; the label makes one edit differ from another. */
export function service(name: string, edit = 'none', namespace = 'default'): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { edit } },
    spec: { type: 'LoadBalancer', ports: [{ port: 80, protocol: 'TCP' }] },
  };
}

function speaker(name: string, mac = '02:00:00:00:00:01'): SpeakerStatus {
  const up = { up: true, addresses: ['192.0.2.11/24'], gateways: [] };
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'SpeakerStatus',
    metadata: { name },
    status: { interfaces: [{ name: 'eth0', mac, ...up }] },
  };
}

const WEB: ObjectKey = { namespace: 'default', name: 'web' };
const WAIT = { timeout: 8_000, interval: 5 };

async function rejection(call: Promise<unknown>): Promise<StoreErrorCode> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return (error as StoreError).code;
}

/** What every {@link Store} does, whatever is behind it. */
export function describeStoreConformance(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(`${name}: what every store does`, { timeout: 30_000 }, () => {
    let harness: StoreHarness;
    let store: Store;

    beforeEach(async () => {
      harness = await makeHarness();
      store = harness.store;
    });
    afterEach(() => harness.close());

    /** Puts a Service and waits until the store has it. */
    async function put(object: Service): Promise<Service> {
      await harness.userPuts(object);
      return vi.waitFor(async () => {
        const found = await store.get(ServiceKind, keyOf(object));
        expect(found?.metadata.labels?.edit).toBe(object.metadata.labels?.edit);
        return found as Service;
      }, WAIT);
    }

    describe('watch', () => {
      it('delivers what exists, says so, then delivers the changes', async () => {
        await put(service('b'));
        await put(service('a'));
        const log = new WatchLog<Service>();
        store.watch(ServiceKind, log);
        await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
        expect([...log.lines].sort()).toEqual(['ADDED default/a', 'ADDED default/b', 'synced']);
        expect(log.lines.at(-1)).toBe('synced');
        await put(service('a', 'first'));
        await harness.userRemoves(service('b'));
        await vi.waitFor(() => expect(log.lines).toContain('DELETED default/b'), WAIT);
        await put(service('b'));
        await vi.waitFor(() => expect(log.lines.length).toBe(6), WAIT);
        expect(log.lines.slice(3)).toEqual(['MODIFIED default/a', 'DELETED default/b', 'ADDED default/b']);
      });

      it('says that it is synced where there is nothing', async () => {
        const log = new WatchLog();
        store.watch(LeaseKind, log);
        await vi.waitFor(() => expect(log.lines).toEqual(['synced']), WAIT);
      });

      it('delivers nothing within the call itself', async () => {
        await put(service('web'));
        const log = new WatchLog();
        store.watch(ServiceKind, log);
        expect(log.lines).toEqual([]);
        await vi.waitFor(() => expect(log.lines).toEqual(['ADDED default/web', 'synced']), WAIT);
      });

      it('delivers a modification only where something changed, and with the state after it', async () => {
        await put(service('web'));
        const log = new WatchLog<Service>();
        store.watch(ServiceKind, log);
        await harness.userPuts(service('web'));
        await store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
        await store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
        await put(service('web', 'last'));
        await vi.waitFor(() => expect(log.events.at(-1)?.object.metadata.labels?.edit).toBe('last'), WAIT);
        const added = log.lines.indexOf('ADDED default/web');
        expect(log.lines.filter((line) => line.startsWith('MODIFIED'))).toHaveLength(2);
        expect(log.lines.indexOf('synced')).toBeGreaterThan(added);
        expect(log.events[1]?.object.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1' }]);
        expect(log.events[2]?.object.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1' }]);
        const versions = log.events.map(({ object }) => object.metadata.resourceVersion);
        expect(new Set(versions).size).toBe(versions.length);
      });

      it('carries the last state known when an object goes', async () => {
        await put(service('web', 'mark'));
        const log = new WatchLog<Service>();
        store.watch(ServiceKind, log);
        await harness.userRemoves(service('web'));
        await vi.waitFor(() => expect(log.events.at(-1)?.type).toBe('DELETED'), WAIT);
        expect(log.events.at(-1)?.object.metadata.labels?.edit).toBe('mark');
        expect(await store.get(ServiceKind, WEB)).toBeUndefined();
      });

      it('goes on when a handler throws, for this watch and the others', async () => {
        const seen: string[] = [];
        store.watch(ServiceKind, {
          onEvent: ({ object }) => {
            seen.push(object.metadata.name);
            throw new Error('a handler that fails');
          },
        });
        const log = new WatchLog();
        store.watch(ServiceKind, log);
        await put(service('a'));
        await put(service('b'));
        await vi.waitFor(() => expect(log.lines).toContain('ADDED default/b'), WAIT);
        expect(seen).toEqual(['a', 'b']);
      });

      it('calls nobody after it was stopped, be it from within a handler', async () => {
        await put(service('a'));
        await put(service('b'));
        const log = new WatchLog<Service>();
        const stopped = store.watch(ServiceKind, {
          onEvent: (event) => {
            log.onEvent(event);
            stopped.stop();
            stopped.stop();
          },
          onSynced: () => log.onSynced(),
        });
        const other = new WatchLog();
        store.watch(ServiceKind, other);
        await put(service('c'));
        await vi.waitFor(() => expect(other.lines).toContain('ADDED default/c'), WAIT);
        expect(log.lines).toHaveLength(1);
      });

      it('is not entered again by a write that a handler makes', async () => {
        let depth = 0;
        const states: (string | undefined)[] = [];
        store.watch(ServiceKind, {
          onEvent: ({ object }) => {
            expect(++depth).toBe(1);
            const ip = object.status?.loadBalancer?.ingress?.[0]?.ip;
            states.push(ip);
            if (!ip) {
              void store.patchStatus(ServiceKind, keyOf(object), { loadBalancer: { ingress: [{ ip: '192.0.2.9' }] } });
            }
            depth--;
          },
        });
        await put(service('web'));
        await vi.waitFor(() => expect(states).toEqual([undefined, '192.0.2.9']), WAIT);
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
          await put(service(name, 'none', namespace));
        }
        const names = (await store.list(ServiceKind)).map((object) => keyText(keyOf(object)));
        expect(names).toEqual(['a/b', 'a/b-1', 'a/c', 'b/a']);
      });

      it('finds nothing where there is nothing', async () => {
        expect(await store.get(ServiceKind, WEB)).toBeUndefined();
        expect(await store.list(ServiceKind)).toEqual([]);
      });

      it('names the state of an object, the same for every client', async () => {
        const first = await put(service('web', 'one'));
        const second = await put(service('web', 'two'));
        expect(first.metadata.resourceVersion).toBeTruthy();
        expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
        const other = await (await harness.openSecond()).get(ServiceKind, WEB);
        expect(other).toEqual(second);
      });
    });

    describe('patchStatus', () => {
      it('merges: sets members, removes with null, replaces lists, and leaves the rest', async () => {
        const before = await put(service('web'));
        const condition = {
          type: 'Seen',
          status: 'True',
          reason: 'Seen',
          message: '',
          lastTransitionTime: '2024-01-01T00:00:00Z',
        } as const;
        await store.patchStatus(ServiceKind, WEB, {
          conditions: [condition],
          loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }] },
        });
        await store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.3' }] } });
        const replaced = await store.get(ServiceKind, WEB);
        expect(replaced?.status).toEqual({ conditions: [condition], loadBalancer: { ingress: [{ ip: '192.0.2.3' }] } });
        const removed = await store.patchStatus(ServiceKind, WEB, { conditions: null });
        expect(removed.status).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.3' }] } });
        expect(removed.spec).toEqual(before.spec);
        expect(removed.metadata.labels).toEqual(before.metadata.labels);
        expect(await store.get(ServiceKind, WEB)).toEqual(removed);
      });

      it('outlives an edit by people', async () => {
        await put(service('web'));
        await store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
        const edited = await put(service('web', 'edited'));
        expect(edited.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1' }]);
      });

      it('fails where there is no such object', async () => {
        expect(await rejection(store.patchStatus(ServiceKind, WEB, {}))).toBe('NotFound');
      });

      it('fails where the object has changed since, and changes nothing then', async () => {
        const { metadata } = await put(service('web', 'one'));
        await put(service('web', 'two'));
        const patch = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
        const late = store.patchStatus(ServiceKind, WEB, patch, { resourceVersion: metadata.resourceVersion });
        expect(await rejection(late)).toBe('Conflict');
        const current = await store.get(ServiceKind, WEB);
        expect(current?.status?.loadBalancer?.ingress).toBeUndefined();
        const fresh = { resourceVersion: current?.metadata.resourceVersion };
        const patched = await store.patchStatus(ServiceKind, WEB, patch, fresh);
        expect(patched.status?.loadBalancer?.ingress).toEqual(patch.loadBalancer.ingress);
      });

      it('lets one of several with the same precondition through', async () => {
        const { metadata } = await put(service('web'));
        const second = await harness.openSecond();
        const precondition = { resourceVersion: metadata.resourceVersion };
        const calls = [store, second, store, second].map((client, index) =>
          client
            .patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: `192.0.2.${index}` }] } }, precondition)
            .then(
              () => 'done',
              (error: StoreError) => error.code,
            ),
        );
        const outcomes = await Promise.all(calls);
        expect(outcomes.sort()).toEqual(['Conflict', 'Conflict', 'Conflict', 'done']);
      });

      it('loses none of several patches of different members', async () => {
        await put(service('web'));
        const time = '2024-01-01T00:00:00Z';
        const condition = {
          type: 'Seen',
          status: 'True',
          reason: 'Seen',
          message: '',
          lastTransitionTime: time,
        } as const;
        await Promise.all([
          store.patchStatus(ServiceKind, WEB, { conditions: [condition] }),
          store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } }),
        ]);
        const status = (await store.get(ServiceKind, WEB))?.status;
        expect(status).toEqual({ conditions: [condition], loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } });
      });

      it('refuses a status that the kind does not allow', async () => {
        await put(service('web'));
        const wrong = { conditions: 'none' } as unknown as Service['status'] & object;
        expect(await rejection(store.patchStatus(ServiceKind, WEB, wrong))).toBe('Invalid');
      });
    });

    describe('objects that Berth owns', () => {
      it('creates, replaces and removes them', async () => {
        const log = new WatchLog<SpeakerStatus>();
        store.watch(SpeakerStatusKind, log);
        const created = await store.create(SpeakerStatusKind, speaker('n1'));
        expect(await store.get(SpeakerStatusKind, { name: 'n1' })).toEqual(created);
        const updated = await store.update(SpeakerStatusKind, speaker('n1', '02:00:00:00:00:02'));
        expect(updated.status?.interfaces?.[0]?.mac).toBe('02:00:00:00:00:02');
        await store.delete(SpeakerStatusKind, { name: 'n1' });
        await store.delete(SpeakerStatusKind, { name: 'n1' });
        await vi.waitFor(() => expect(log.lines).toHaveLength(4), WAIT);
        expect(log.lines.filter((line) => line !== 'synced')).toEqual(['ADDED n1', 'MODIFIED n1', 'DELETED n1']);
        expect(await store.get(SpeakerStatusKind, { name: 'n1' })).toBeUndefined();
      });

      it('creates a name once', async () => {
        const second = await harness.openSecond();
        const outcomes = await Promise.all(
          [store, second, store].map((client) =>
            client.create(SpeakerStatusKind, speaker('n1')).then(
              () => 'done',
              (error: StoreError) => error.code,
            ),
          ),
        );
        expect(outcomes.sort()).toEqual(['AlreadyExists', 'AlreadyExists', 'done']);
      });

      it('replaces only what is there, and in the state that it was read in', async () => {
        expect(await rejection(store.update(SpeakerStatusKind, speaker('n1')))).toBe('NotFound');
        const first = await store.create(SpeakerStatusKind, speaker('n1'));
        await store.update(SpeakerStatusKind, { ...first, status: speaker('n1', '02:00:00:00:00:02').status });
        expect(await rejection(store.update(SpeakerStatusKind, first))).toBe('Conflict');
        const precondition = { resourceVersion: first.metadata.resourceVersion };
        expect(await rejection(store.delete(SpeakerStatusKind, { name: 'n1' }, precondition))).toBe('Conflict');
        expect(await store.get(SpeakerStatusKind, { name: 'n1' })).toBeDefined();
      });

      it('patches their status too', async () => {
        await store.create(SpeakerStatusKind, speaker('n1'));
        const withheld = [{ reason: 'NotOwner', count: 1, examples: ['192.0.2.1 default/web'] }];
        const patched = await store.patchStatus(SpeakerStatusKind, { name: 'n1' }, { withheld });
        expect(patched.status).toEqual({ ...speaker('n1').status, withheld });
      });

      it('refuses what the kind does not allow', async () => {
        const nameless = { ...speaker('n1'), metadata: { name: 'Not A Name' } };
        expect(await rejection(store.create(SpeakerStatusKind, nameless))).toBe('Invalid');
      });
    });

    describe('two clients', () => {
      it('see what the other writes, in order', async () => {
        await put(service('web'));
        const second = await harness.openSecond();
        const log = new WatchLog<Service>();
        const speakers = new WatchLog();
        second.watch(ServiceKind, log);
        second.watch(SpeakerStatusKind, speakers);
        await store.create(SpeakerStatusKind, speaker('n1'));
        await store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
        await vi.waitFor(() => {
          expect(log.events.at(-1)?.object.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1' }]);
          expect(speakers.lines).toContain('ADDED n1');
        }, WAIT);
        await store.delete(SpeakerStatusKind, { name: 'n1' });
        await vi.waitFor(() => expect(speakers.lines).toContain('DELETED n1'), WAIT);
        expect(await second.get(ServiceKind, WEB)).toEqual(await store.get(ServiceKind, WEB));
      });
    });

    describe('close', () => {
      it('ends the watches and every further call', async () => {
        await put(service('web'));
        const log = new WatchLog();
        store.watch(ServiceKind, log);
        await store.close();
        await store.close();
        const count = log.lines.length;
        expect(await rejection(store.get(ServiceKind, WEB))).toBe('Unavailable');
        expect(await rejection(store.list(ServiceKind))).toBe('Unavailable');
        expect(await rejection(store.patchStatus(ServiceKind, WEB, {}))).toBe('Unavailable');
        expect(await rejection(store.create(SpeakerStatusKind, speaker('n1')))).toBe('Unavailable');
        expect(await rejection(store.delete(SpeakerStatusKind, { name: 'n1' }))).toBe('Unavailable');
        expect(() => store.watch(ServiceKind, log)).toThrow(StoreError);
        expect(log.lines).toHaveLength(count);
      });
    });
  });
}
