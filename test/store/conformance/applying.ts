import { describe, expect, it, vi } from 'vitest';
import { type Ingress, IngressKind } from '../../../src/api/kubernetes/ingress.ts';
import { keyOf } from '../../../src/api/object.ts';
import { FIELD_MANAGER, ownsStatus } from '../../../src/api/owned-status.ts';
import type { Store } from '../../../src/store/store.ts';
import { rejection, type StoreHarness, WAIT, WatchLog } from './harness.ts';

const KEY = { namespace: 'default', name: 'shop' };

function ingress(edit = 'none'): Ingress {
  // An API server wants a rule or this, which Berth does not read.
  const spec: object = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...KEY, labels: { edit } },
    spec,
  };
}

const shows = (...ips: readonly string[]) => ({ loadBalancer: { ingress: ips.map((ip) => ({ ip })) } });
const shown = (object: Ingress | undefined) => (object?.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
const isOurs = (object: Ingress | undefined) => ownsStatus(object?.metadata.managedFields, 'loadBalancer');

/** Status that others may write too. */
export function describeApplying(harness: () => StoreHarness): void {
  const apply = (status: Ingress['status'] & object, manager = FIELD_MANAGER, store: Store = harness().store) =>
    store.applyStatus(IngressKind, KEY, status, manager);
  const current = () => harness().store.get(IngressKind, KEY);

  async function putIngress(edit = 'none'): Promise<void> {
    await harness().userPuts(ingress(edit));
    await vi.waitFor(async () => expect((await current())?.metadata.labels?.edit).toBe(edit), WAIT);
  }

  describe('applyStatus', () => {
    it('sets what is not there, changes what it set, and takes away what is left out', async () => {
      await putIngress();
      for (const ips of [['192.0.2.1'], ['192.0.2.1', '2001:db8::1'], ['192.0.2.2']]) {
        const applied = await apply(shows(...ips));
        expect([shown(applied), isOurs(applied)]).toEqual([ips, true]);
        expect(await current()).toEqual(applied);
      }
      const cleared = await apply({});
      expect([shown(cleared), isOurs(cleared)]).toEqual([[], false]);
      expect(cleared.spec).toEqual((await current())?.spec);
    });

    it('changes nothing where all is so already', async () => {
      await putIngress();
      const first = await apply(shows('192.0.2.1'));
      expect((await apply(shows('192.0.2.1'))).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    it('is refused where another manager has applied something else, which stands', async () => {
      await putIngress();
      const second = await harness().openSecond();
      await apply(shows('192.0.2.9'), 'another', second);
      expect(await rejection(apply(shows('192.0.2.1')))).toBe('Conflict');
      expect([shown(await current()), isOurs(await current())]).toEqual([['192.0.2.9'], false]);
      await apply({});
      expect(shown(await current())).toEqual(['192.0.2.9']);
    });

    it('shares what another manager has applied likewise, and leaves it behind', async () => {
      await putIngress();
      await apply(shows('192.0.2.1'), 'another');
      expect(isOurs(await apply(shows('192.0.2.1')))).toBe(true);
      const left = await apply({});
      expect([shown(left), isOurs(left)]).toEqual([['192.0.2.1'], false]);
    });

    it('is refused where somebody has patched it to something else since', async () => {
      await putIngress();
      await apply(shows('192.0.2.1'));
      const second = await harness().openSecond();
      await second.patchStatus(IngressKind, KEY, shows('192.0.2.9'));
      expect(isOurs(await second.get(IngressKind, KEY))).toBe(false);
      await vi.waitFor(async () => expect(shown(await current())).toEqual(['192.0.2.9']), WAIT);
      expect(isOurs(await current())).toBe(false);
      expect(await rejection(apply(shows('192.0.2.1')))).toBe('Conflict');
    });

    it('is refused where the object is not in the state that it was decided on, whoever changed it', async () => {
      await putIngress();
      const read = await apply(shows('192.0.2.1'));
      const on = (status: Ingress['status'] & object, { metadata: { resourceVersion } }: Ingress) =>
        harness().store.applyStatus(IngressKind, KEY, status, FIELD_MANAGER, { resourceVersion });
      const second = await on(shows('192.0.2.2'), read);
      expect([shown(second), isOurs(second)]).toEqual([['192.0.2.2'], true]);
      expect(await rejection(on(shows('192.0.2.1'), read))).toBe('Conflict');
      expect(await rejection(on({}, read))).toBe('Conflict');
      expect(await current()).toEqual(second);
      expect(shown(await on({}, second))).toEqual([]);
    });

    it('tells every watch who owns what, and outlives an edit by people', async () => {
      await putIngress();
      await apply(shows('192.0.2.1'));
      const log = new WatchLog<Ingress>();
      (await harness().openSecond()).watch(IngressKind, log);
      const last = () => log.events.at(-1)?.object;
      await vi.waitFor(() => expect([shown(last()), isOurs(last())]).toEqual([['192.0.2.1'], true]), WAIT);
      await putIngress('edited');
      await vi.waitFor(() => expect(last()?.metadata.labels?.edit).toBe('edited'), WAIT);
      expect([shown(last()), isOurs(last())]).toEqual([['192.0.2.1'], true]);
      await apply({});
      await vi.waitFor(() => expect([shown(last()), isOurs(last())]).toEqual([[], false]), WAIT);
    });

    it('fails where there is no such object, and makes none', async () => {
      expect(await rejection(apply(shows('192.0.2.1')))).toBe('NotFound');
      expect(await harness().store.get(IngressKind, keyOf(ingress()))).toBeUndefined();
    });
  });
}
