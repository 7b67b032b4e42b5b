import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lease, LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import type { DirectoryStore } from '../../../src/store/directory/directory-store.ts';
import { formatFault } from '../../../src/store/directory/source-fault.ts';
import { service, WAIT, WatchLog, WEB } from '../conformance/harness.ts';
import { TestFolder, TIMES } from './folder.ts';

const WEB_STATE = '.status/services/default/web.yaml';
const POOL_STATE = '.status/ipaddresspools.berth.dev/public.yaml';
const POOL =
  'apiVersion: berth.dev/v1beta1\nkind: IPAddressPool\nmetadata: {name: public}\nspec: {addresses: [192.0.2.0/24]}\n';
const LEASE: Lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'kube-system', name: 'berth-speaker-n1' },
  spec: { holderIdentity: 'n1' },
};

let folder: TestFolder;

beforeEach(async () => {
  folder = await TestFolder.make();
  await folder.write('web.yaml', service('web'));
});
afterEach(() => folder.clean());

async function give(store: DirectoryStore, ip: string): Promise<Service | undefined> {
  await store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip }] } });
  return await store.get(ServiceKind, WEB);
}

async function addressOf(store: DirectoryStore): Promise<string | undefined> {
  return (await store.get(ServiceKind, WEB))?.status?.loadBalancer?.ingress?.[0]?.ip;
}

function faultsOf(store: DirectoryStore): string[] {
  return store.faults().map((fault) => formatFault(fault).replaceAll(`${folder.path}/`, ''));
}

async function outwait(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2 * TIMES.confirmMillis + 4 * TIMES.quietMillis));
}

describe('state files', { timeout: 30_000 }, () => {
  it('lie at a path that names their object', async () => {
    const store = await folder.open();
    await give(store, '192.0.2.1');
    await store.create(LeaseKind, LEASE);
    await store.create(SpeakerStatusKind, {
      apiVersion: 'berth.dev/v1beta1',
      kind: 'SpeakerStatus',
      metadata: { name: 'n1.example' },
    });
    const paths = [
      'leases.coordination.k8s.io/kube-system/berth-speaker-n1.yaml',
      'services/default/web.yaml',
      'speakerstatuses.berth.dev/n1.example.yaml',
    ];
    const found = await readdir(folder.file('.status'), { recursive: true });
    expect(found.filter((path) => path.endsWith('.yaml')).sort()).toEqual(paths);
    expect(found.filter((path) => path.endsWith('.tmp'))).toEqual([]);
    expect(await readFile(folder.file(WEB_STATE), 'utf8')).toContain('- ip: 192.0.2.1\n');
    expect(await readFile(folder.file(WEB_STATE), 'utf8')).not.toContain('resourceVersion');
  });

  it.each([
    ['a folder for all to read', 0o755, 0o755],
    ['one that others may even write', 0o777, 0o755],
    ['a private one', 0o700, 0o700],
  ])('can be read by whoever can read %s, and written by nobody else', async (_, mode, expected) => {
    await chmod(folder.path, mode);
    await give(await folder.open(), '192.0.2.1');
    expect((await stat(folder.file('.status'))).mode & 0o777).toBe(expected & ~process.umask());
    expect((await stat(folder.file(WEB_STATE))).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('keep the status over a restart', async () => {
    const first = await folder.open();
    const written = await give(first, '192.0.2.1');
    await first.close();
    const second = await folder.open();
    expect(await second.get(ServiceKind, WEB)).toEqual(written);
  });

  it.each(['.status', '.status/services', '.status/services/default'])(
    'are read again at the next start where %s is a link to a folder elsewhere',
    async (linked) => {
      const first = await folder.open();
      await give(first, '192.0.2.1');
      await first.close();
      await rename(folder.file(linked), folder.file('.elsewhere'));
      await symlink(folder.file('.elsewhere'), folder.file(linked));
      const second = await folder.open();
      expect(await addressOf(second)).toBe('192.0.2.1');
      await give(second, '192.0.2.2');
      await second.close();
      expect(await addressOf(await folder.open())).toBe('192.0.2.2');
    },
  );

  it('that cannot be written are told of once, not as a cause too', async () => {
    const store = await folder.open();
    await folder.write('.status/services', 'a file where a folder should be');
    const error: unknown = await give(store, '192.0.2.1').catch((caught) => caught);
    expect(error).toMatchObject({ message: expect.stringMatching(/web\.yaml: cannot be written: E/) });
    expect((error as Error).cause).toBeUndefined();
  });

  it('outrank a status in the document, which counts only while there is none', async () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.5' }] }, other: 'kept' };
    await folder.write('web.yaml', { ...service('web'), status } as Service);
    const store = await folder.open();
    expect(await addressOf(store)).toBe('192.0.2.5');
    const patched = await give(store, '192.0.2.6');
    expect(patched?.status).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.6' }] }, other: 'kept' });
    await folder.write('web.yaml', { ...service('web', 'edited'), status: { loadBalancer: {} } } as Service);
    await vi.waitFor(
      async () => expect((await store.get(ServiceKind, WEB))?.metadata.labels?.edit).toBe('edited'),
      WAIT,
    );
    expect(await addressOf(store)).toBe('192.0.2.6');
  });

  it('are written of kinds of Berth only as a whole', async () => {
    const store = await folder.open();
    const refused = { code: 'Invalid', message: expect.stringMatching(/Service\/default\/web is for people to write/) };
    await expect(store.create(ServiceKind, service('web'))).rejects.toMatchObject(refused);
    await expect(store.update(ServiceKind, service('web'))).rejects.toMatchObject(refused);
    await expect(store.delete(ServiceKind, WEB)).rejects.toMatchObject(refused);
  });

  it('stand over what people write of kinds of Berth, who must remove that themselves', async () => {
    const written: SpeakerStatus = { apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name: 'n9' } };
    await folder.write('n9.yaml', written);
    const store = await folder.open();
    expect((await store.get(SpeakerStatusKind, { name: 'n9' }))?.status).toBeUndefined();
    await expect(store.delete(SpeakerStatusKind, { name: 'n9' })).rejects.toMatchObject({ code: 'Invalid' });
    await store.update(SpeakerStatusKind, { ...written, status: { withheld: [] } });
    expect((await store.get(SpeakerStatusKind, { name: 'n9' }))?.status).toEqual({ withheld: [] });
  });

  it('tell another process of a renewed Lease within 200 ms', async () => {
    const writer = await folder.open();
    const reader = await folder.open();
    await writer.create(LeaseKind, LEASE);
    const log = new WatchLog<Lease>();
    reader.watch(LeaseKind, log);
    await vi.waitFor(() => expect(log.lines).toHaveLength(2), WAIT);
    const delays: number[] = [];
    for (let renewal = 1; renewal <= 10; renewal++) {
      await writer.update(LeaseKind, { ...LEASE, spec: { holderIdentity: 'n1', leaseTransitions: renewal } });
      const begun = performance.now();
      await vi.waitFor(() => expect(log.events.at(-1)?.object.spec?.leaseTransitions).toBe(renewal), WAIT);
      delays.push(performance.now() - begun);
    }
    expect(delays.sort((a, b) => a - b)[5]).toBeLessThan(200);
    expect(log.events).toHaveLength(11);
  });

  it('cannot be written by one who only looks', async () => {
    const store = await folder.open({ readOnly: true });
    await expect(give(store, '192.0.2.1')).rejects.toMatchObject({ code: 'Forbidden' });
    expect(await readdir(folder.path)).toEqual(['web.yaml']);
  });

  it('reject a write as Unavailable where a file is in the way, and can be written once it is gone', async () => {
    const store = await folder.open();
    await folder.write('.status/services', 'a file where a folder should be');
    await expect(give(store, '192.0.2.1')).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await addressOf(store)).toBeUndefined();
    await folder.remove('.status/services');
    await give(store, '192.0.2.1');
    expect(await addressOf(store)).toBe('192.0.2.1');
  });

  it('stay in force when their folder vanishes; nothing is written to another in its place', async () => {
    const store = await folder.open({ pollMillis: 30 });
    await give(store, '192.0.2.1');
    await rename(folder.file('.status'), folder.file('.away'));
    await expect(give(store, '192.0.2.2')).rejects.toMatchObject({ code: 'Unavailable' });
    await mkdir(folder.file('.status'));
    await vi.waitFor(() => expect(faultsOf(store)).toEqual([expect.stringMatching(/^\.status: is another/)]), WAIT);
    await expect(give(store, '192.0.2.2')).rejects.toMatchObject({ code: 'Unavailable' });
    await outwait();
    expect(await addressOf(store)).toBe('192.0.2.1');
    await folder.remove('.status');
    await rename(folder.file('.away'), folder.file('.status'));
    await vi.waitFor(() => expect(faultsOf(store)).toEqual([]), WAIT);
    await give(store, '192.0.2.2');
  });

  it('of one object change one after another, so that no patch is lost', async () => {
    const first = await folder.open();
    const second = await folder.open();
    await give(first, '192.0.2.1');
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        first.patchStatus(ServiceKind, WEB, { [`key${index}`]: index } as unknown as Service['status'] & object),
      ),
    );
    const state = await readFile(folder.file(WEB_STATE), 'utf8');
    for (let index = 0; index < 20; index++) expect(state).toContain(`key${index}: ${index}\n`);
    await vi.waitFor(
      async () => expect(await second.get(ServiceKind, WEB)).toEqual(await first.get(ServiceKind, WEB)),
      WAIT,
    );
  });
});

describe('state files that another tool has broken', { timeout: 30_000 }, () => {
  const BROKEN = 'apiVersion: v1\nkind: Service\nmetadata: {name: "we';

  it.each([
    ['half written', BROKEN],
    ['empty', ''],
    ['of another object', 'apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: default}\n...\n'],
    ['of another kind', 'apiVersion: v1\nkind: Node\nmetadata: {name: web}\n...\n'],
    ['of a wrong field', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nstatus: {conditions: 1}\n...\n'],
  ])('while it runs (%s): the status stays, and is written again', async (_, text) => {
    const store = await folder.open();
    await give(store, '192.0.2.1');
    const good = await readFile(folder.file(WEB_STATE), 'utf8');
    await writeFile(folder.file(WEB_STATE), text);
    await vi.waitFor(() => expect(faultsOf(store)).toEqual([expect.stringMatching(`^${WEB_STATE}`)]), WAIT);
    expect(await addressOf(store)).toBe('192.0.2.1');
    await vi.waitFor(async () => expect(await readFile(folder.file(WEB_STATE), 'utf8')).toBe(good), WAIT);
    expect(await readFile(folder.file(`${WEB_STATE}.broken-1`), 'utf8')).toBe(text);
    expect(await addressOf(store)).toBe('192.0.2.1');
  });

  it('at the start, of what is worked out anew: are kept aside, each under a name of its own', async () => {
    await folder.write('pool.yaml', POOL);
    for (const [round, text] of ['first: [', 'second: ['].entries()) {
      await folder.write(POOL_STATE, text);
      const store = await folder.open();
      expect(store.unknownHolders()).toEqual([]);
      expect(faultsOf(store)).toEqual([expect.stringContaining(`public.yaml.broken-${round + 1}`)]);
      expect(await readFile(folder.file(`${POOL_STATE}.broken-${round + 1}`), 'utf8')).toBe(text);
      await store.close();
    }
    const looking = await folder.open({ readOnly: true });
    const kept = ['public.yaml.broken-1', 'public.yaml.broken-2'];
    expect(await readdir(folder.file('.status/ipaddresspools.berth.dev'))).toEqual(kept);
    expect(faultsOf(looking)).toEqual([]);
  });

  it('are left alone by one who only looks', async () => {
    await folder.write(WEB_STATE, BROKEN);
    const store = await folder.open({ readOnly: true });
    expect(faultsOf(store)).toEqual([expect.stringMatching(`^${WEB_STATE}`)]);
    expect(await readFile(folder.file(WEB_STATE), 'utf8')).toBe(BROKEN);
  });

  it('are put aside by a write, which goes on from what was known', async () => {
    const store = await folder.open();
    await store.patchStatus(ServiceKind, WEB, { conditions: [] });
    await writeFile(folder.file(WEB_STATE), BROKEN);
    const patched = await give(store, '192.0.2.1');
    expect(patched?.status).toEqual({ conditions: [], loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
    expect(await readFile(folder.file(`${WEB_STATE}.broken-1`), 'utf8')).toBe(BROKEN);
    expect(faultsOf(store)).toEqual([expect.stringContaining('web.yaml.broken-1')]);
  });

  it('and those removed by hand end the status only after a while', async () => {
    const store = await folder.open();
    const log = new WatchLog<Service>();
    await give(store, '192.0.2.1');
    store.watch(ServiceKind, log);
    const state = await readFile(folder.file(WEB_STATE), 'utf8');
    await folder.remove(WEB_STATE);
    await new Promise((resolve) => setTimeout(resolve, TIMES.confirmMillis / 4));
    await folder.write(WEB_STATE, state);
    await outwait();
    expect(log.lines).toEqual(['ADDED default/web', 'synced']);
    await folder.remove(WEB_STATE);
    await vi.waitFor(async () => expect(await addressOf(store)).toBeUndefined(), WAIT);
  });
});
