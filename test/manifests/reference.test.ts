import { describe, expect, it } from 'vitest';
import { annotationsFile } from '../../manifests/reference/annotations-file.ts';
import { fieldsFile } from '../../manifests/reference/fields-file.ts';
import { flagsFile } from '../../manifests/reference/flags-file.ts';
import { labelOf } from '../../manifests/reference/metric-labels.ts';
import { metricsFile } from '../../manifests/reference/metrics-file.ts';
import { reasonsFile } from '../../manifests/reference/reasons-file.ts';
import { registeredMetrics } from '../../manifests/reference/registered-metrics.ts';
import { CUSTOM_KINDS } from '../../src/api/kinds.ts';
import { listFiles, readText } from '../house/files.ts';

describe('docs/reference', () => {
  it.each([
    ['annotations', annotationsFile],
    ['fields', fieldsFile],
    ['flags', flagsFile],
    ['metrics', metricsFile],
    ['reasons', reasonsFile],
  ])('%s.md is as its source has it: else run "npm run generate"', (name, text) => {
    expect(readText(`docs/reference/${name}.md`)).toBe(text());
  });

  it('has every annotation, label, condition and finalizer that the source names', () => {
    const text = annotationsFile();
    const named = listFiles()
      .filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
      .flatMap((path) => [...readText(path).matchAll(/'((?:[a-z]+\.)*(?:berth\.dev|kubernetes\.io)\/[\w.-]+)'/g)])
      .map(([, name = '']) => name)
      .filter((name) => !/\/v\d|^service\.|^kubectl\./.test(name));
    expect(named).toContain('berth.dev/drain');
    expect([...new Set(named)].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(CUSTOM_KINDS)('has $kind with its own fields, and no object without its members', ({ kind }) => {
    const section = fieldsFile().split(`## ${kind}\n`)[1]?.split('\n## ')[0] ?? '';
    expect(section).toContain(kind === 'SpeakerStatus' ? '`status.l2[].address`' : '`spec');
    expect(section).not.toMatch(/undefined|\[object/);
  });

  it('has every command of the help, with its flags', () => {
    const text = flagsFile();
    for (const command of ['controller', 'speaker', 'standalone', 'plan', 'explain', 'get', 'drain', 'uninstall']) {
      expect(text).toContain(`## berth ${command}\n`);
    }
    expect(text).toContain('`--metrics-auth`');
    expect(text).toContain('| `<shell>` |  | the shell; one of `bash`, `zsh`, `fish` |');
    expect(text).not.toContain('__complete');
    expect(text).toContain('```text\n  0   done, or stopped when told to\n');
  });
});

describe('metrics', () => {
  const all = registeredMetrics().flatMap(({ metrics }) => metrics);

  it('have names of ours, each once, with the endings that Prometheus knows', () => {
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.startsWith('berth_'))).toEqual([]);
    const wrong = all.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'));
    expect(wrong.map(({ name }) => name)).toEqual([]);
    expect(all.filter(({ name, type }) => type === 'histogram' && !name.endsWith('_seconds'))).toEqual([]);
  });

  it.each(all)('$name has only labels whose values are bounded', ({ name, labelNames }) => {
    for (const label of labelNames) expect(labelOf(name, label).bound).not.toBe('');
    expect(
      labelNames.filter((label) => /^(address|service|namespace|ip|mac|node|pod|path|message)$/.test(label)),
    ).toEqual([]);
  });
});
