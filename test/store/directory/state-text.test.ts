import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type SpeakerStatus, SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import { formatState, parseState } from '../../../src/store/directory/state-text.ts';

const PATH = 'speakerstatuses.berth.dev/n1.yaml';

function statusOf(count: number): SpeakerStatus {
  const l2 = Array.from({ length: count }, (_, index) => {
    const address = `192.0.2.${index}`;
    return {
      address,
      service: 'default/web',
      interface: 'eth0',
      role: 'Owner',
      since: '2026-01-01T00:00:00Z',
    } as const;
  });
  return { apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name: 'n1' }, status: { l2 } };
}

const read = (text: string) => parseState(text, 'n1.yaml', PATH, SpeakerStatusKind);

describe('the text of a state file', () => {
  it.each([
    ['a short object in block style', 3, '\napiVersion: '],
    ['a long one in JSON, which is YAML', 200, '\n{\n "apiVersion": '],
  ])('has %s, and is read as what it was', (_, count, beginning) => {
    const status = statusOf(count);
    const text = formatState(status);
    expect(text).toContain(beginning);
    expect(parse(text)).toEqual(status);
    expect(read(text)).toEqual({ object: status });
  });

  it.each<[string, (text: string) => string, object]>([
    ['is no JSON but YAML', (text) => text.replace('"n1"', 'n1'), { object: statusOf(200) }],
    ['is neither', (text) => text.replace('"n1"', '{'), { fault: { file: 'n1.yaml' } }],
    [
      'is of another shape',
      (text) => text.replace('"Owner"', '"Boss"'),
      { fault: { line: 14, field: 'status.l2[0].role' } },
    ],
    ['is another object', (text) => text.replace('"n1"', '"n2"'), { fault: { line: 2 } }],
    ['is not whole', (text) => text.slice(0, -10), { fault: { file: 'n1.yaml' } }],
  ])('is understood as YAML, or its fault named, where a long one %s', (_, change, expected) => {
    expect(read(change(formatState(statusOf(200))))).toMatchObject(expected);
  });
});
