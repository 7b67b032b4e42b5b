import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { readDocuments } from '../../../src/store/directory/documents.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-drain-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function berth(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram([...args, '--dir', folder], context);
  return { code, out: context.out(), err: context.err() };
}

const file = () => join(folder, 'nodes.yaml');
const HEAD = '# our nodes\napiVersion: v1\nkind: Node\n';
const OTHER = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: n0\n---\n';

/** Does what the message says, where it says to insert lines, and returns the annotations of n1 afterwards. */
async function obey(err: string): Promise<unknown> {
  const [first = '', ...lines] = err.trimEnd().split('\n');
  const line = Number(/nodes\.yaml:(\d+) insert below it$/.exec(first)?.[1]);
  const text = (await readFile(file(), 'utf8')).split('\n');
  const after = text.toSpliced(line, 0, ...lines).join('\n');
  const { objects, faults } = readDocuments(after, file());
  expect(faults).toEqual([]);
  return objects.find(({ object }) => object.metadata.name === 'n1')?.object.metadata.annotations;
}

describe('berth drain --dir', () => {
  it.each<[string, string, object]>([
    ['metadata alone', `${HEAD}metadata:\n  name: n1\n`, {}],
    ['wide indents and comments', `${HEAD}metadata:   # of n1\n     # here\n     name: n1 # x\nspec: {}\n`, {}],
    ['annotations without any', `${HEAD}metadata:\n  annotations: # none\n  name: n1\n`, {}],
    ['other annotations', `${HEAD}metadata:\n  annotations:\n      a/b: c\n  name: n1\n`, { 'a/b': 'c' }],
    ['another document before', `${OTHER}${HEAD}metadata: # m\n  name: n1\n`, {}],
    ['a list', 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: n1\n', {}],
  ])('gives lines that drain the node when they are inserted: %s', async (_, text, others) => {
    await writeFile(file(), text);
    const { code, out, err } = await berth('drain', 'n1');
    expect([code, out]).toEqual([1, '']);
    expect(await obey(err)).toEqual({ ...others, 'berth.dev/drain': '' });
    expect(await readFile(file(), 'utf8')).toBe(text);
  });

  it.each([
    ['metadata: {name: n1}\n', /nodes\.yaml:4 add to the metadata "annotations": {"berth\.dev\/drain": ""}$/m],
    [
      'metadata:\n  name: n1\n  annotations: {a: b}\n',
      /nodes\.yaml:6 add to the annotations "berth\.dev\/drain": ""$/m,
    ],
    [
      'metadata:\n  name: n1\n  annotations:\n    berth.dev/drain: "false"\n',
      /nodes\.yaml:7 write "" for the value of berth\.dev\/drain$/m,
    ],
  ])('says what to add where %j leaves no line to insert', async (metadata, told) => {
    await writeFile(file(), `${HEAD}${metadata}`);
    expect(await berth('drain', 'n1')).toEqual({ code: 1, out: '', err: expect.stringMatching(told) });
  });

  it('says of a drained node that it is, and how it is undrained', async () => {
    await writeFile(file(), `${HEAD}metadata:\n  name: n1\n  annotations:\n    berth.dev/drain: ""\n`);
    expect(await berth('drain', 'n1')).toEqual({
      code: 0,
      out: expect.stringMatching(/^node\/n1 is drained, /),
      err: '',
    });
    const told = /to undrain n1, at .*nodes\.yaml:7 take the annotation berth\.dev\/drain away$/m;
    expect(await berth('undrain', 'n1')).toEqual({ code: 1, out: '', err: expect.stringMatching(told) });
  });

  it('gives a whole file for a node that only its speaker tells of, and none for one that nobody knows', async () => {
    const states = join(folder, '.status', 'speakerstatuses.berth.dev');
    await mkdir(states, { recursive: true });
    const status =
      'apiVersion: berth.dev/v1beta1\nkind: SpeakerStatus\nmetadata: {name: n1, resourceVersion: "1"}\n...\n';
    await writeFile(join(states, 'n1.yaml'), status);
    const { code, err } = await berth('drain', 'n1');
    expect(code).toBe(1);
    const { objects } = readDocuments(err.slice(err.indexOf('apiVersion:')), 'new.yaml');
    expect(objects.map(({ object }) => object)).toMatchObject([
      {
        kind: 'Node',
        metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1' }, annotations: { 'berth.dev/drain': '' } },
      },
    ]);
    expect(await berth('undrain', 'n1')).toMatchObject({ code: 0, err: '' });
    expect(await berth('drain', 'n2')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no node n2, .*knows n1$/m),
    });
  });

  it('says what cannot be read where the node may be in it', async () => {
    await writeFile(file(), 'kind: [\n');
    const told = /^error: cannot tell what .* says of node n1: .*nodes\.yaml:/;
    expect(await berth('drain', 'n1')).toMatchObject({ code: 1, err: expect.stringMatching(told) });
  });

  it('wants a folder for a state directory', async () => {
    const context = recordingContext();
    expect(await runProgram(['drain', 'n1', '--state-dir', folder], context)).toBe(1);
    expect(context.err()).toMatch(/name the folder with --dir DIR too/);
  });
});
