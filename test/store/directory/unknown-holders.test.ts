import { lstat, mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import type { DirectoryStore } from '../../../src/store/directory/directory-store.ts';
import { formatFault } from '../../../src/store/directory/source-fault.ts';
import { service, WAIT, WEB } from '../conformance/harness.ts';
import { TestFolder } from './folder.ts';

const STATE = '.status/services/default/web.yaml';

let folder: TestFolder;
let good: string;

/** A folder in which a Service holds an address, and on which nobody runs. */
beforeEach(async () => {
  folder = await TestFolder.make();
  await folder.write('web.yaml', service('web'));
  const store = await folder.open();
  await give(store);
  await store.close();
  good = await readFile(folder.file(STATE), 'utf8');
});
afterEach(() => folder.clean());

function give(store: DirectoryStore): Promise<void> {
  return store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
}

async function addressOf(store: DirectoryStore): Promise<string | undefined> {
  return (await store.get(ServiceKind, WEB))?.status?.loadBalancer?.ingress?.[0]?.ip;
}

function unknownIn(store: DirectoryStore): string[] {
  return store.unknownHolders().map((fault) => formatFault(fault).replaceAll(`${folder.path}/`, ''));
}

/** A loop of links, which cannot be read, not even by root. */
async function loop(name: string): Promise<void> {
  await rm(folder.file(name), { recursive: true });
  await symlink(folder.file(name), folder.file(name));
}

/** Puts a good state file, or a folder that leads to it, in place in one step: to be gone means to be removed. */
async function restore(path: string): Promise<void> {
  await folder.write(STATE.replace(path, '.mended'), good);
  const isLink = (await lstat(folder.file(path))).isSymbolicLink();
  if (!isLink) await folder.remove(path);
  await symlink(folder.file('.mended'), folder.file('.link'));
  await rename(folder.file('.link'), folder.file(path));
}

const BROKEN = [
  ['broken', () => '{['],
  ['empty', () => ''],
  ['of NUL bytes', () => '\0'.repeat(64)],
  ['cut off after a line that leaves it well-formed', () => good.slice(0, good.indexOf('status:'))],
  ['cut off before its last byte', () => good.slice(0, -1)],
  ['of another object', () => good.replace('name: web', 'name: other')],
] as const;

describe('who holds which address, at the start', { timeout: 30_000 }, () => {
  it.each(BROKEN)('is unknown by a status file that is %s, which stays until it is restored', async (_, text) => {
    await writeFile(folder.file(STATE), text());
    const store = await folder.open({ pollMillis: 30 });
    expect(unknownIn(store)).toEqual([expect.stringMatching(`^${STATE}:.*; no address is given until `)]);
    expect(store.faults()).toEqual(store.unknownHolders());
    await expect(give(store)).rejects.toMatchObject({ code: 'Unavailable', message: expect.stringContaining(STATE) });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await readdir(folder.file('.status/services/default'))).toEqual(['web.yaml']);
    expect(await readFile(folder.file(STATE), 'utf8')).toBe(text());
    expect(unknownIn(store)).toHaveLength(1);
    await folder.replace(STATE, good);
    await vi.waitFor(() => expect(unknownIn(store)).toEqual([]), WAIT);
    expect(await addressOf(store)).toBe('192.0.2.1');
  });

  it.each([
    ['a status file that cannot be read', STATE, () => loop(STATE)],
    [
      'a folder in the place of a status file',
      STATE,
      () => rm(folder.file(STATE)).then(() => mkdir(folder.file(STATE))),
    ],
    ['a namespace that cannot be listed', '.status/services/default', () => loop('.status/services/default')],
    ['a resource that cannot be listed', '.status/services', () => loop('.status/services')],
    ['a state folder that cannot be listed', '.status', () => loop('.status')],
  ])('is unknown by %s, until that can be read', async (_, path, spoil) => {
    await spoil();
    const store = await folder.open({ pollMillis: 30 });
    expect(unknownIn(store)).toEqual([
      expect.stringMatching(`^${path}: cannot be (read|made).*; no address is given until `),
    ]);
    await expect(give(store)).rejects.toMatchObject({ code: 'Unavailable' });
    await restore(path);
    await vi.waitFor(() => expect(unknownIn(store)).toEqual([]), WAIT);
    expect(await addressOf(store)).toBe('192.0.2.1');
  });

  it('is unknown where a link leads nowhere', async () => {
    await rename(folder.file('.status/services/default'), folder.file('.away'));
    await symlink(folder.file('.elsewhere'), folder.file('.status/services/default'));
    const store = await folder.open({ pollMillis: 30 });
    expect(unknownIn(store)).toHaveLength(1);
    await rename(folder.file('.away'), folder.file('.elsewhere'));
    await vi.waitFor(() => expect(unknownIn(store)).toEqual([]), WAIT);
    expect(await addressOf(store)).toBe('192.0.2.1');
  });

  it('is known again once a person has removed the file: it held nothing', async () => {
    await truncate(folder.file(STATE), 10);
    const store = await folder.open();
    expect(unknownIn(store)).toHaveLength(1);
    await folder.remove(STATE);
    await vi.waitFor(() => expect(unknownIn(store)).toEqual([]), WAIT);
    expect(await addressOf(store)).toBeUndefined();
    await give(store);
    expect(await addressOf(store)).toBe('192.0.2.1');
  });

  it('is told in the log without a claim that something stood before', async () => {
    await truncate(folder.file(STATE), 10);
    await folder.open();
    const lines = folder.log.lines.filter((line) => line.includes(STATE));
    expect(lines).toEqual([expect.stringMatching(/^warn: .*restore.*; no address is given until/)]);
    expect(lines.join()).not.toContain('what stood before');
  });
});

describe('who holds which address, while it runs', { timeout: 30_000 }, () => {
  it('stays known by a broken file, which only this process has understood and can write again', async () => {
    const store = await folder.open();
    await writeFile(folder.file(STATE), '{[');
    await vi.waitFor(() => expect(store.faults()).toHaveLength(1), WAIT);
    expect(unknownIn(store)).toEqual([]);
    await vi.waitFor(async () => expect(await readFile(folder.file(STATE), 'utf8')).toBe(good), WAIT);
  });

  it('is in doubt by a file that cannot be read: it may say something else by now', async () => {
    const store = await folder.open({ pollMillis: 30 });
    await loop(STATE);
    await vi.waitFor(() => expect(unknownIn(store)).toEqual([expect.stringContaining(STATE)]), WAIT);
    expect(await addressOf(store)).toBe('192.0.2.1');
    await folder.remove(STATE);
    await folder.write(STATE, good.replace('192.0.2.1', '192.0.2.2'));
    await vi.waitFor(() => expect(unknownIn(store)).toEqual([]), WAIT);
    expect(await addressOf(store)).toBe('192.0.2.2');
  });
});
