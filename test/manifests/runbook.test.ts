import { describe, expect, it } from 'vitest';
import { ALERTS } from '../../manifests/monitoring/alerts.ts';
import { runbookAnchor } from '../../manifests/monitoring/rule-files.ts';
import { REASON_SECTIONS } from '../../manifests/reference/reasons-file.ts';
import { ADVERTISEMENT_REASONS, ANNOUNCED_REASONS } from '../../src/api/reasons/announcement.ts';
import { ALLOCATED_REASONS, POOL_REASONS } from '../../src/api/reasons/reasons.ts';
import { readText } from '../house/files.ts';
import { anchorsOf } from '../house/markdown.ts';

const RUNBOOK = readText('docs/runbook.md');
const ANCHORS = new Set(anchorsOf(RUNBOOK));
const CODES = new Set(REASON_SECTIONS.flatMap(({ reasons }) => Object.keys(reasons)));
/** What the label `reason` of the metrics that alerts look at can be. */
const LABELLED = [ALLOCATED_REASONS, ANNOUNCED_REASONS, POOL_REASONS, ADVERTISEMENT_REASONS].flatMap(Object.keys);

describe('the runbook', () => {
  it.each([...CODES])('has an entry for %s', (code) => {
    expect(ANCHORS).toContain(code.toLowerCase());
    expect(RUNBOOK.split('\n').filter((line) => line === `### ${code}`)).toHaveLength(1);
  });

  it('says something under every heading', () => {
    const lines = RUNBOOK.split('\n').filter((line) => line !== '');
    const empty = lines.filter((line, index) => line.startsWith('### ') && /^#|^$/.test(lines[index + 1] ?? ''));
    expect(empty).toEqual([]);
  });

  it.each(ALERTS)('has what the alert $name links to', (alert) => {
    const anchor = runbookAnchor(alert);
    const anchors = 'label' in alert.runbook ? LABELLED.map((code) => code.toLowerCase()) : [anchor];
    expect(anchors.filter((each) => !ANCHORS.has(each))).toEqual([]);
  });
});
