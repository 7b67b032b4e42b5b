import { mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { L2AdvertisementKind } from '../../../src/api/l2-advertisement.ts';
import type { DirectoryStore } from '../../../src/store/directory/directory-store.ts';
import { formatFault } from '../../../src/store/directory/source-fault.ts';
import { service, WatchLog } from '../conformance/harness.ts';
import { TestFolder, TIMES } from './folder.ts';

const WAIT = { timeout: 8_000, interval: 5 };

let folder: TestFolder;

beforeEach(async () => {
  folder = await TestFolder.make();
});
afterEach(() => folder.clean());

async function edits(store: DirectoryStore): Promise<Record<string, string | undefined>> {
  const services = await store.list(ServiceKind);
  return Object.fromEntries(services.map(({ metadata }) => [metadata.name, metadata.labels?.edit]));
}

async function expectEdits(store: DirectoryStore, expected: Record<string, string>): Promise<void> {
  await vi.waitFor(async () => expect(await edits(store)).toEqual(expected), WAIT);
}

/** Long enough for a removal to be confirmed, if it were wrongly taken for one. */
async function outwait(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2 * TIMES.confirmMillis + 4 * TIMES.quietMillis));
}

function faultsOf(store: DirectoryStore): string[] {
  return store.faults().map((fault) => formatFault(fault).replaceAll(`${folder.path}/`, ''));
}

describe('files of a directory store', { timeout: 30_000 }, () => {
  it('are those named as YAML or JSON in the folder and below, and none that hides or that an editor left', async () => {
    await folder.write('a.yaml', service('a'));
    await folder.write('b.yml', service('b'));
    await folder.write('c.json', JSON.stringify(service('c')));
    await folder.write('deep/down/d.yaml', service('d'));
    for (const name of [
      '.x.yaml',
      'x.yaml~',
      '.x.yaml.swp',
      '#x.yaml#',
      '4913',
      'x.txt',
      '.git/x.yaml',
      'x.yaml.orig',
    ]) {
      await folder.write(name, service('x'));
    }
    const store = await folder.open();
    expect(Object.keys(await edits(store))).toEqual(['a', 'b', 'c', 'd']);
    expect(faultsOf(store)).toEqual([]);
  });

  it('may lie in a folder that is added later', async () => {
    const store = await folder.open();
    await folder.write('later/a.yaml', service('a', 'one'));
    await expectEdits(store, { a: 'one' });
    await folder.write('later/a.yaml', service('a', 'two'));
    await expectEdits(store, { a: 'two' });
  });

  it('survive being replaced, as editors do it, without a removal', async () => {
    await folder.write('a.yaml', service('a', 'one'));
    const store = await folder.open();
    const log = new WatchLog();
    store.watch(ServiceKind, log);
    await folder.replace('a.yaml', service('a', 'two'));
    await expectEdits(store, { a: 'two' });
    await rename(folder.file('a.yaml'), folder.file('a.yaml~'));
    await new Promise((resolve) => setTimeout(resolve, TIMES.confirmMillis / 4));
    await folder.write('a.yaml', service('a', 'three'));
    await expectEdits(store, { a: 'three' });
    await outwait();
    expect(log.lines).toEqual(['ADDED default/a', 'synced', 'MODIFIED default/a', 'MODIFIED default/a']);
  });

  it('are not read while they are being written', async () => {
    const store = await folder.open();
    const log = new WatchLog();
    store.watch(ServiceKind, log);
    const faults = vi.fn();
    store.onFaults(faults);
    await folder.write('a.yaml', 'apiVersion: v1\nkind: Serv');
    await folder.write('a.yaml', service('a'));
    await vi.waitFor(() => expect(log.lines).toContain('ADDED default/a'), WAIT);
    expect(faults).not.toHaveBeenCalled();
  });

  it.each([
    ['cut off in the middle', 'apiVersion: v1\nkind: Service\nmetadata:\n  name: "a\n', /a\.yaml:\d+: /],
    ['empty', '', /a\.yaml: is empty/],
    ['not UTF-8', Buffer.from([0x61, 0xff, 0xfe]), /a\.yaml: is not UTF-8/],
    ['too large', '# comment line\n'.repeat(1_200_000), /a\.yaml: is larger than 16 MiB/],
    ['binary', 'a\0b', /a\.yaml:1: contains a NUL/],
    [
      'of a wrong field',
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: X}\n',
      /a\.yaml:4: Service\/a: spec\.type: /,
    ],
  ])('keep what they held when they become %s', async (_, content, fault) => {
    await folder.write('a.yaml', [service('a', 'one'), service('b', 'one')]);
    const store = await folder.open();
    await writeFile(folder.file('a.yaml'), content);
    await vi.waitFor(() => expect(faultsOf(store)).toEqual([expect.stringMatching(fault)]), WAIT);
    await outwait();
    expect(await edits(store)).toEqual({ a: 'one', b: 'one' });
    expect(folder.log.lines.at(-1)).toMatch(/^warn: .*a\.yaml/);
    await folder.write('a.yaml', service('a', 'two'));
    await expectEdits(store, { a: 'two' });
    expect(faultsOf(store)).toEqual([]);
    expect(folder.log.lines.at(-1)).toMatch(/^info: .*mended/);
  });

  it('keep what they held when they are truncated', async () => {
    await folder.write('a.yaml', service('a', 'one'));
    const store = await folder.open();
    await truncate(folder.file('a.yaml'));
    await vi.waitFor(() => expect(faultsOf(store)).toHaveLength(1), WAIT);
    await outwait();
    expect(await edits(store)).toEqual({ a: 'one' });
  });

  it('name both places of an object that is there twice', async () => {
    await folder.write('a.yaml', service('web', 'a'));
    await folder.write('b.yaml', service('web', 'b'));
    const store = await folder.open();
    expect(await edits(store)).toEqual({ web: 'a' });
    expect(store.faults().map(formatFault)).toEqual([
      `${folder.file('b.yaml')}:2: Service/default/web: is defined in ${folder.file('a.yaml')}:2 as well: remove one of the two`,
    ]);
    await folder.remove('a.yaml');
    await expectEdits(store, { web: 'b' });
    expect(faultsOf(store)).toEqual([]);
  });

  it('may be links that a ConfigMap volume swaps as one', async () => {
    await folder.write('..2024_1/a.yaml', service('a', 'one'));
    await folder.write('..2024_2/a.yaml', service('a', 'two'));
    await symlink('..2024_1', folder.file('..data'));
    await symlink('..data/a.yaml', folder.file('a.yaml'));
    const store = await folder.open();
    const log = new WatchLog();
    store.watch(ServiceKind, log);
    expect(await edits(store)).toEqual({ a: 'one' });
    await symlink('..2024_2', folder.file('..data_tmp'));
    await rename(folder.file('..data_tmp'), folder.file('..data'));
    await folder.remove('..2024_1');
    await expectEdits(store, { a: 'two' });
    await outwait();
    expect(log.lines).toEqual(['ADDED default/a', 'synced', 'MODIFIED default/a']);
  });

  it('do not lead round in circles', async () => {
    await folder.write('a.yaml', service('a', 'one'));
    await symlink('.', folder.file('loop'));
    await symlink('self.yaml', folder.file('self.yaml'));
    const store = await folder.open();
    expect(await edits(store)).toEqual({ a: 'one' });
    expect(faultsOf(store)).toEqual([expect.stringMatching(/^self\.yaml: /)]);
  });

  it('stay in force when the folder vanishes, is no folder, or is another and empty', async () => {
    await folder.write('conf/a.yaml', service('a', 'one'));
    const directory = folder.file('conf');
    const store = await folder.open({ directory, stateDirectory: folder.file('state'), pollMillis: 30 });
    await rename(directory, folder.file('away'));
    await vi.waitFor(() => expect(faultsOf(store)).toEqual([expect.stringMatching(/^conf: is not there/)]), WAIT);
    await outwait();
    await writeFile(directory, 'a file where a folder should be');
    await vi.waitFor(() => expect(faultsOf(store)).toEqual([expect.stringMatching(/^conf: is not a folder/)]), WAIT);
    await folder.remove('conf');
    await mkdir(directory);
    await vi.waitFor(() => expect(faultsOf(store)).toEqual([expect.stringMatching(/^conf: is another folder/)]), WAIT);
    await outwait();
    expect(await edits(store)).toEqual({ a: 'one' });
    await folder.remove('conf');
    await rename(folder.file('away'), directory);
    await folder.write('conf/a.yaml', service('a', 'two'));
    await expectEdits(store, { a: 'two' });
    expect(faultsOf(store)).toEqual([]);
  });

  it('are found by polling where no notice tells of them', async () => {
    await folder.write('a.yaml', service('a', 'one'));
    await folder.write('elsewhere/b.yaml', service('b', 'one'));
    await symlink('../elsewhere/b.yaml', folder.file('b.yaml'));
    const directory = folder.file('linked');
    await mkdir(directory);
    await symlink('../elsewhere/b.yaml', `${directory}/b.yaml`);
    const store = await folder.open({ directory, pollMillis: 30 });
    await folder.replace('elsewhere/b.yaml', service('b', 'two'));
    await expectEdits(store, { b: 'two' });
  });

  it('refuse to be opened where there is no folder', async () => {
    await expect(folder.open({ directory: folder.file('none') })).rejects.toMatchObject({ code: 'Unavailable' });
    await folder.write('file', 'x');
    await expect(folder.open({ directory: folder.file('file') })).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('the default L2Advertisement', { timeout: 30_000 }, () => {
  const names = async (store: DirectoryStore) => (await store.list(L2AdvertisementKind)).map((o) => o.metadata.name);

  it('is written on the very first start, and never again', async () => {
    const store = await folder.open({ installDefaults: true });
    expect(await names(store)).toEqual(['default']);
    await folder.remove('l2advertisement-default.yaml');
    await vi.waitFor(async () => expect(await names(store)).toEqual([]), WAIT);
    const second = await folder.open({ installDefaults: true });
    expect(await names(second)).toEqual([]);
  });

  it.each([
    ['an L2Advertisement', 'kind: L2Advertisement\nspec: {ipAddressPools: [public]}\n', ['mine']],
    ['a faulty L2Advertisement', 'kind: L2Advertisement\nspec: {noSuchField: 1}\n', []],
    ['a BGPAdvertisement', 'kind: BGPAdvertisement\nspec: {}\n', []],
    ['a faulty BGPAdvertisement', 'kind: BGPAdvertisement\nspec: {noSuchField: 1}\n', []],
  ])('is not written beside %s of the user', async (_, text, expected) => {
    await folder.write('mine.yaml', `apiVersion: berth.dev/v1beta1\nmetadata: {name: mine}\n${text}`);
    const store = await folder.open({ installDefaults: true });
    expect(await names(store)).toEqual(expected);
  });

  it('does not overwrite a file of its name', async () => {
    await folder.write('l2advertisement-default.yaml', '# mine\n');
    expect(await names(await folder.open({ installDefaults: true }))).toEqual([]);
  });

  it('is not written by one who only looks, who leaves no trace at all', async () => {
    const store = await folder.open({ installDefaults: true, readOnly: true });
    expect(await names(store)).toEqual([]);
    expect(faultsOf(store)).toEqual([]);
    const second = await folder.open({ installDefaults: true });
    expect(await names(second)).toEqual(['default']);
  });
});
