import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { LocalApi } from '../cluster/local-api.ts';
import { recordingContext } from '../recording-context.ts';

async function run(...args: readonly string[]): Promise<string> {
  const context = recordingContext();
  expect(await runProgram(args, context)).toBe(0);
  return context.out();
}

/** What is offered, without what it is about. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const lines = (await run('__complete', '--', ...words)).trimEnd().split('\n');
  return lines.map((line) => line.split('\t')[0] ?? '');
}

describe('__complete', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['ex'], ['explain', ':4']],
    [['un'], ['undrain', 'uninstall', ':4']],
    [['nonsense'], [':4']],
    [
      ['import', 'm'],
      ['metallb', ':4'],
    ],
    [
      ['get', 's'],
      ['services', 'speakers', 'sessions', ':4'],
    ],
    [
      ['get', 'services', '-o', ''],
      ['table', 'wide', 'json', 'yaml', ':4'],
    ],
    [
      ['get', '--out'],
      ['--output', ':4'],
    ],
    [['plan', '-f', ''], [':0']],
    [
      ['explain', ''],
      ['service/', 'pool/', 'ingress/', 'gateway/', 'peer/', 'node/', 'speaker/', ':4'],
    ],
    [
      ['completion', 'z'],
      ['zsh', ':4'],
    ],
  ])('%j offers %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('is no command that people see', async () => {
    expect(await run('--help')).not.toContain('__complete');
  });
});

describe('names of objects', () => {
  let folder: string;
  let api: LocalApi;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-completion-'));
    api = await LocalApi.start(folder);
    const metadata = (name: string, namespace?: string) => ({ name, namespace, uid: name, resourceVersion: '1' });
    api.answers.services = ['web', 'wiki'].map((name) => ({ metadata: metadata(name, 'team-a'), spec: {} }));
    api.answers.services = [...api.answers.services, { metadata: metadata('other', 'default'), spec: {} }];
    api.answers.gateways = [{ metadata: metadata('edge', 'team-a') }];
    api.answers.nodes = [{ metadata: metadata('n1') }];
  });
  afterEach(async () => {
    await api.stop();
    await rm(folder, { recursive: true });
  });
  const live = (...words: readonly string[]) =>
    offered(words[0] ?? '', '--kubeconfig', api.kubeconfig, ...words.slice(1));

  it('are those of the cluster, in the namespace that counts', async () => {
    expect(await live('get', 'services', 'w')).toEqual(['web', 'wiki', ':4']);
    expect(await live('get', '-n', 'default', 'services', '')).toEqual(['other', ':4']);
    expect(await live('explain', 'svc/w')).toEqual(['svc/web', 'svc/wiki', ':4']);
    expect(await live('explain', 'service', 'wi')).toEqual(['wiki', ':4']);
    expect(await live('explain', 'node', '')).toEqual(['n1', ':4']);
    expect(await live('explain', 'gateway/')).toEqual(['gateway/edge', ':4']);
    expect(await live('drain', '')).toEqual(['n1', ':4']);
  });

  it('are none where there is no cluster', async () => {
    await api.stop();
    expect(await live('get', 'services', 'w')).toEqual([':4']);
  });
});

it.each(['bash', 'zsh', 'fish'])('completion %s prints a script that asks berth', async (shell) => {
  const script = await run('completion', shell);
  expect(script).toMatch(/^#/);
  expect(script).toContain('__complete -- ');
});
