import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { service } from '../../store/conformance/harness.ts';
import { TestFolder } from '../../store/directory/folder.ts';

const run = promisify(execFile);
const WEB = { namespace: 'default', name: 'web' };

let folder: TestFolder;
let disk: string;

beforeEach(async () => {
  folder = await TestFolder.make();
  disk = folder.file('disk');
  await mkdir(disk);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
});
afterEach(async () => {
  await run('umount', ['-l', disk]);
  await folder.clean();
});

describe('a folder on a full disk', () => {
  it('gets no default L2Advertisement, nor a part of one, and the log says what to do', async () => {
    await expect(writeFile(`${disk}/filler`, Buffer.alloc(100_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    const store = await folder.open({ directory: disk, installDefaults: true });
    expect(await readdir(disk)).toEqual(['.status', 'filler']);
    expect(store.faults()).toEqual([]);
    const said =
      /^warn: .*l2advertisement-default\.yaml: .* cannot be written: ENOSPC: .*: make room there; .*: write one/;
    expect(folder.log.lines).toContainEqual(expect.stringMatching(said));
  });
});

describe('a state folder on a full disk', () => {
  it('rejects a write as Unavailable, keeps the old file, and is written again when there is room', async () => {
    await folder.write('web.yaml', service('web'));
    const store = await folder.open({ stateDirectory: disk });
    await store.patchStatus(ServiceKind, WEB, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
    const before = await readFile(`${disk}/services/default/web.yaml`, 'utf8');
    await expect(writeFile(`${disk}/filler`, Buffer.alloc(100_000))).rejects.toMatchObject({ code: 'ENOSPC' });

    const patch = { loadBalancer: { ingress: [{ ip: '192.0.2.2' }] } };
    const refused = {
      code: 'Unavailable',
      message: expect.stringMatching(/web\.yaml: cannot be written: ENOSPC: .*: make room there$/),
    };
    await expect(store.patchStatus(ServiceKind, WEB, patch)).rejects.toMatchObject(refused);
    expect(await readFile(`${disk}/services/default/web.yaml`, 'utf8')).toBe(before);
    expect(await readdir(`${disk}/services/default`)).toEqual(['web.yaml']);
    expect((await store.get(ServiceKind, WEB))?.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1' }]);

    await rm(`${disk}/filler`);
    await store.patchStatus(ServiceKind, WEB, patch);
    expect((await store.get(ServiceKind, WEB))?.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.2' }]);
    expect(store.faults()).toEqual([]);
  });
});
