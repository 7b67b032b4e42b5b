import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFault } from '../../../src/store/directory/source-fault.ts';
import { readPaths } from '../../../src/store/directory/source-paths.ts';
import { service } from '../conformance/harness.ts';
import { TestFolder } from './folder.ts';

let folder: TestFolder;

beforeEach(async () => {
  folder = await TestFolder.make();
});
afterEach(() => folder.clean());

describe('readPaths', { timeout: 30_000 }, () => {
  it('reads files, folders and standard input, each once', async () => {
    await folder.write('d/b.yaml', service('b'));
    await folder.write('d/a.yaml', service('a'));
    await folder.write('d/.status/x.yaml', service('x'));
    await folder.write('named', service('named'));
    const paths = [folder.file('named'), folder.file('d'), folder.file('d/a.yaml'), '-', '-'];
    const read = await readPaths(paths, { stdin: JSON.stringify(service('stdin')) });
    expect(read.faults).toEqual([]);
    expect(read.objects.map(({ object }) => object.metadata.name)).toEqual(['stdin', 'named', 'a', 'b']);
  });

  it('reads a pipe', async () => {
    execFileSync('mkfifo', [folder.file('pipe')]);
    const reading = readPaths([folder.file('pipe')]);
    await folder.write('pipe', service('piped'));
    expect((await reading).objects.map(({ object }) => object.metadata.name)).toEqual(['piped']);
  });

  it('names every fault: what is not there, what cannot be read, and what is there twice', async () => {
    await folder.write('a.yaml', service('web'));
    await folder.write('b.yaml', service('web'));
    await folder.write('c.yaml', 'a: [\n');
    const { faults } = await readPaths([folder.path, folder.file('none.yaml'), '-'], { stdin: 'kind: Node\n' });
    expect(faults.map(formatFault).map((text) => text.replaceAll(`${folder.path}/`, ''))).toEqual([
      '<stdin>:1: Node: apiVersion: is required',
      expect.stringMatching(/^c\.yaml:\d: /),
      'none.yaml: is not there: make it, or name another',
      'b.yaml:2: Service/default/web: is defined in a.yaml:2 as well: remove one of the two',
    ]);
  });
});
