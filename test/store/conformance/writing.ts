import { describe, expect, it, vi } from 'vitest';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import { StoreError } from '../../../src/store/store.ts';
import { put, rejection, type StoreHarness, service, speaker, WAIT, WatchLog, WEB } from './harness.ts';

/** What Berth writes, alone and with another client, until the end. */
export function describeWriting(harness: () => StoreHarness): void {
  describe('patchStatus', () => {
    it('merges: sets members, removes with null, replaces lists, and leaves the rest', async () => {
      const before = await put(harness(), service('web'));
      const condition = {
        type: 'Seen',
        status: 'True',
        reason: 'Seen',
        message: '',
        lastTransitionTime: '2024-01-01T00:00:00Z',
      } as const;
      await harness().store.patchStatus(ServiceKind, WEB, {
        conditions: [condition],
        loadBalancer: {
          ingress: [
            { ip: '192.0.2.1', ipMode: 'VIP' },
            { ip: '192.0.2.2', ipMode: 'VIP' },
          ],
        },
      });
      await harness().store.patchStatus(ServiceKind, WEB, {
        loadBalancer: { ingress: [{ ip: '192.0.2.3', ipMode: 'VIP' }] },
      });
      const replaced = await harness().store.get(ServiceKind, WEB);
      expect(replaced?.status).toEqual({
        conditions: [condition],
        loadBalancer: { ingress: [{ ip: '192.0.2.3', ipMode: 'VIP' }] },
      });
      await harness().store.patchStatus(ServiceKind, WEB, { conditions: null });
      const removed = await harness().store.get(ServiceKind, WEB);
      expect(removed?.status).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.3', ipMode: 'VIP' }] } });
      expect(removed?.spec).toEqual(before.spec);
      expect(removed?.metadata.labels).toEqual(before.metadata.labels);
    });

    it('outlives an edit by people', async () => {
      await put(harness(), service('web'));
      await harness().store.patchStatus(ServiceKind, WEB, {
        loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] },
      });
      const edited = await put(harness(), service('web', 'edited'));
      expect(edited.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1', ipMode: 'VIP' }]);
    });

    it('fails where there is no such object', async () => {
      expect(await rejection(harness().store.patchStatus(ServiceKind, WEB, {}))).toBe('NotFound');
    });

    it('fails where the object has changed since, and changes nothing then', async () => {
      const { metadata } = await put(harness(), service('web', 'one'));
      await put(harness(), service('web', 'two'));
      const patch = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] } } as const;
      const late = harness().store.patchStatus(ServiceKind, WEB, patch, { resourceVersion: metadata.resourceVersion });
      expect(await rejection(late)).toBe('Conflict');
      const current = await harness().store.get(ServiceKind, WEB);
      expect(current?.status?.loadBalancer?.ingress).toBeUndefined();
      const fresh = { resourceVersion: current?.metadata.resourceVersion };
      await harness().store.patchStatus(ServiceKind, WEB, patch, fresh);
      const patched = await harness().store.get(ServiceKind, WEB);
      expect(patched?.status?.loadBalancer?.ingress).toEqual(patch.loadBalancer.ingress);
    });

    it('lets one of several with the same precondition through', async () => {
      const { metadata } = await put(harness(), service('web'));
      const second = await harness().openSecond();
      const precondition = { resourceVersion: metadata.resourceVersion };
      const calls = [harness().store, second, harness().store, second].map((client, index) =>
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
      await put(harness(), service('web'));
      const time = '2024-01-01T00:00:00Z';
      const condition = {
        type: 'Seen',
        status: 'True',
        reason: 'Seen',
        message: '',
        lastTransitionTime: time,
      } as const;
      await Promise.all([
        harness().store.patchStatus(ServiceKind, WEB, { conditions: [condition] }),
        harness().store.patchStatus(ServiceKind, WEB, {
          loadBalancer: { ingress: [{ ip: '192.0.2.7', ipMode: 'VIP' }] },
        }),
      ]);
      const status = (await harness().store.get(ServiceKind, WEB))?.status;
      expect(status).toEqual({
        conditions: [condition],
        loadBalancer: { ingress: [{ ip: '192.0.2.7', ipMode: 'VIP' }] },
      });
    });

    it('refuses a status that the kind does not allow', async () => {
      await put(harness(), service('web'));
      const wrong = { conditions: 'none' } as unknown as Service['status'] & object;
      expect(await rejection(harness().store.patchStatus(ServiceKind, WEB, wrong))).toBe('Invalid');
    });
  });
  describe('objects that Berth owns', () => {
    it('creates, replaces and removes them', async () => {
      const log = new WatchLog<SpeakerStatus>();
      harness().store.watch(SpeakerStatusKind, log);
      await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
      const created = await harness().store.create(SpeakerStatusKind, speaker('n1'));
      expect(await harness().store.get(SpeakerStatusKind, { name: 'n1' })).toEqual(created);
      const updated = await harness().store.update(SpeakerStatusKind, speaker('n1', '02:00:00:00:00:02'));
      expect(updated.status?.interfaces?.[0]?.mac).toBe('02:00:00:00:00:02');
      await harness().store.delete(SpeakerStatusKind, { name: 'n1' });
      await harness().store.delete(SpeakerStatusKind, { name: 'n1' });
      await vi.waitFor(() => expect(log.lines).toContain('DELETED n1'), WAIT);
      // A store may write an object and its status one after the other.
      expect([...new Set(log.lines)]).toEqual(['synced', 'ADDED n1', 'MODIFIED n1', 'DELETED n1']);
      expect(await harness().store.get(SpeakerStatusKind, { name: 'n1' })).toBeUndefined();
    });

    it('creates a name once', async () => {
      const second = await harness().openSecond();
      const outcomes = await Promise.all(
        [harness().store, second, harness().store].map((client) =>
          client.create(SpeakerStatusKind, speaker('n1')).then(
            () => 'done',
            (error: StoreError) => error.code,
          ),
        ),
      );
      expect(outcomes.sort()).toEqual(['AlreadyExists', 'AlreadyExists', 'done']);
    });

    it('replaces only what is there, and in the state that it was read in', async () => {
      expect(await rejection(harness().store.update(SpeakerStatusKind, speaker('n1')))).toBe('NotFound');
      const first = await harness().store.create(SpeakerStatusKind, speaker('n1'));
      await harness().store.update(SpeakerStatusKind, { ...first, status: speaker('n1', '02:00:00:00:00:02').status });
      expect(await rejection(harness().store.update(SpeakerStatusKind, first))).toBe('Conflict');
      const precondition = { resourceVersion: first.metadata.resourceVersion };
      expect(await rejection(harness().store.delete(SpeakerStatusKind, { name: 'n1' }, precondition))).toBe('Conflict');
      expect(await harness().store.get(SpeakerStatusKind, { name: 'n1' })).toBeDefined();
    });

    it('patches their status too', async () => {
      await harness().store.create(SpeakerStatusKind, speaker('n1'));
      const withheld = [{ reason: 'NotOwner', count: 1, examples: ['192.0.2.1 default/web'] }];
      await harness().store.patchStatus(SpeakerStatusKind, { name: 'n1' }, { withheld });
      const patched = await harness().store.get(SpeakerStatusKind, { name: 'n1' });
      expect(patched?.status).toEqual({ ...speaker('n1').status, withheld });
    });

    it('refuses what the kind does not allow', async () => {
      const nameless = { ...speaker('n1'), metadata: { name: 'Not A Name' } };
      expect(await rejection(harness().store.create(SpeakerStatusKind, nameless))).toBe('Invalid');
    });
  });
  describe('two clients', () => {
    it('see what the other writes, in order', async () => {
      await put(harness(), service('web'));
      const second = await harness().openSecond();
      const log = new WatchLog<Service>();
      const speakers = new WatchLog();
      second.watch(ServiceKind, log);
      second.watch(SpeakerStatusKind, speakers);
      await harness().store.create(SpeakerStatusKind, speaker('n1'));
      await harness().store.patchStatus(ServiceKind, WEB, {
        loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] },
      });
      await vi.waitFor(() => {
        expect(log.events.at(-1)?.object.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1', ipMode: 'VIP' }]);
        expect(speakers.lines).toContain('ADDED n1');
      }, WAIT);
      await harness().store.delete(SpeakerStatusKind, { name: 'n1' });
      await vi.waitFor(() => expect(speakers.lines).toContain('DELETED n1'), WAIT);
      expect(await second.get(ServiceKind, WEB)).toEqual(await harness().store.get(ServiceKind, WEB));
    });
  });
  describe('close', () => {
    it('ends the watches and every further call', async () => {
      await put(harness(), service('web'));
      const log = new WatchLog();
      harness().store.watch(ServiceKind, log);
      await harness().store.close();
      await harness().store.close();
      const count = log.lines.length;
      expect(await rejection(harness().store.get(ServiceKind, WEB))).toBe('Unavailable');
      expect(await rejection(harness().store.list(ServiceKind))).toBe('Unavailable');
      expect(await rejection(harness().store.patchStatus(ServiceKind, WEB, {}))).toBe('Unavailable');
      expect(await rejection(harness().store.create(SpeakerStatusKind, speaker('n1')))).toBe('Unavailable');
      expect(await rejection(harness().store.delete(SpeakerStatusKind, { name: 'n1' }))).toBe('Unavailable');
      expect(() => harness().store.watch(ServiceKind, log)).toThrow(StoreError);
      expect(log.lines).toHaveLength(count);
    });
  });
}
