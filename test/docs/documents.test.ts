import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { readDocuments } from '../../src/store/directory/documents.ts';
import { formatFault } from '../../src/store/directory/source-fault.ts';
import { recordingContext } from '../cli/recording-context.ts';
import { listFiles, readText } from '../house/files.ts';
import { type Call, callsOf, fencesOf } from './commands.ts';

const DOCUMENTS = listFiles().filter((path) => /^(docs\/.*|README|CHANGELOG|CONTRIBUTING)\.?(md)?$/.test(path));

describe('fencesOf', () => {
  it('gives what is fenced, with its line', () => {
    expect(fencesOf('a\n```yaml\nb: 1\n```\n\n```sh daemon\nc\n```\n')).toEqual([
      { info: 'yaml', line: 3, text: 'b: 1\n' },
      { info: 'sh daemon', line: 7, text: 'c\n' },
    ]);
  });
});

describe('callsOf', () => {
  it.each([
    ['    berth plan -f pool.yaml   # a remark', [['plan', '-f', 'pool.yaml']]],
    [
      '`kubectl berth get pools`, or `sudo berth probe ADDRESS`.',
      [
        ['get', 'pools'],
        ['probe', 'ADDRESS'],
      ],
    ],
    ['```sh daemon\nsudo ~/.local/bin/berth standalone first\n```', [['standalone', 'first']]],
    ['    kubectl get svc -o yaml | \\\n      berth plan -f - > out', [['plan', '-f', '-']]],
    ['    berth drain n1 && berth get addresses', [['drain', 'n1']]],
    ['berth is a word here, as in `/etc/berth --node` and `ls berth`', []],
  ])('%j', (text, calls) => {
    expect(callsOf(text).map(({ words }) => words)).toEqual(calls);
  });

  it('counts lines over those that go on', () => {
    const calls = callsOf('    berth plan \\\n      --cluster\n    berth doctor\n');
    expect(calls).toEqual([
      { line: 1, words: ['plan', '--cluster'] },
      { line: 3, words: ['doctor'] },
    ]);
  });
});

const PROGRAM = buildProgram(recordingContext(), () => {});

/** What the program has not of what a call says; undefined where it has all. */
function lack({ words }: Call): string | undefined {
  let command: Command = PROGRAM;
  for (const word of words.flatMap((each) => (each.startsWith('-') ? each.split('|') : each))) {
    const [name = '', value] = word.split('=', 2);
    if (name.startsWith('-') && name !== '-') {
      if (name === '--help') continue;
      const option = [...command.options, ...PROGRAM.options].find(
        ({ short, long }) => name === short || name === long,
      );
      if (option === undefined) return `${command.name()} has no ${name}`;
      if (value !== undefined && option.isBoolean()) return `${name} of ${command.name()} takes no value`;
    } else if (command.commands.length > 0) {
      const next = command.commands.find((each) => each.name() === word);
      if (next === undefined && /^[A-Z]+$|^help$/.test(word)) return undefined;
      if (next === undefined) return `there is no command ${command === PROGRAM ? '' : `${command.name()} `}${word}`;
      command = next;
    }
  }
  return undefined;
}

describe('the documents', () => {
  it('are there', () => {
    expect(DOCUMENTS).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'docs/getting-started.md']));
  });

  it.each(DOCUMENTS)('%s has objects that Berth reads', (path) => {
    const faults = fencesOf(readText(path))
      .filter(({ info, text }) => info === 'yaml' && /^apiVersion:/m.test(text))
      .flatMap(({ line, text }) => readDocuments('\n'.repeat(line - 1) + text, path).faults);
    expect(faults.map(formatFault)).toEqual([]);
  });

  it('has objects to read in some', () => {
    const objects = DOCUMENTS.flatMap((path) =>
      fencesOf(readText(path)).flatMap(({ text, info }) => (info === 'yaml' ? readDocuments(text, path).objects : [])),
    );
    expect(new Set(objects.map(({ kind }) => kind.kind))).toEqual(
      new Set(['IPAddressPool', 'BGPAdvertisement', 'BFDProfile', 'BGPPeer', 'Node', 'Service', 'IngressClass']),
    );
  });

  it('have one table of known ingress controllers', () => {
    const rows = (path: string) =>
      readText(path)
        .match(/^\| .*`spec\.controller`.*\n(?:\|.*\n)+/m)?.[0]
        .split('\n');
    expect(rows('docs/ingress-controllers.md')?.length).toBeGreaterThan(7);
    expect(rows('docs/ingress-controllers.md')).toEqual(rows('src/ingress/README.md'));
  });

  it.each(DOCUMENTS)('%s names commands and flags that there are', (path) => {
    const missing = callsOf(readText(path)).flatMap((call) => {
      const what = lack(call);
      return what === undefined ? [] : [`${path}:${call.line}: ${what}`];
    });
    expect(missing).toEqual([]);
  });

  it('are found to name most commands', () => {
    const named = new Set(DOCUMENTS.flatMap((path) => callsOf(readText(path)).map(({ words }) => words[0])));
    for (const name of [
      'controller',
      'speaker',
      'standalone',
      'plan',
      'explain',
      'doctor',
      'get',
      'drain',
      'probe',
      'uninstall',
    ]) {
      expect(named, name).toContain(name);
    }
  });
});

describe('lack', () => {
  it.each([
    [['plan', '--cluster', '-f', 'x.yaml'], undefined],
    [['import', 'metallb', '--cluster'], undefined],
    [['uninstall', '--keep|--release'], undefined],
    [['uninstall', '--keep|--drop'], 'uninstall has no --drop'],
    [['COMMAND', '--help'], undefined],
    [['plam'], 'there is no command plam'],
    [['import', 'kube-vip'], 'there is no command import kube-vip'],
    [['get', 'pools', '--clutser'], 'get has no --clutser'],
    [['plan', '--cluster=yes'], '--cluster of plan takes no value'],
  ])('%j', (words, expected) => {
    expect(lack({ line: 1, words })).toBe(expected);
  });
});
