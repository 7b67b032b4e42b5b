import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/cli/probe/answers.ts';
import type { Path } from '../../../src/cli/probe/path.ts';
import { isWell, type ProbeReport, reportText, verdictOf } from '../../../src/cli/probe/report.ts';

const asked = { interface: 'eth0', from: '192.0.2.100', questions: 3 };
const one: Answer = { mac: '02:00:00:00:00:11', sentBy: ['02:00:00:00:00:11'], replies: 3, rttMs: 0.2 };
const two: Answer = { mac: '02:00:00:00:00:12', sentBy: ['02:00:00:00:00:13'], replies: 2, rttMs: 0.3 };
const path: Path = {
  sent: 3,
  received: 2,
  lossPercent: 33,
  rttMs: { min: 0.1, average: 0.15, max: 0.2 },
  hops: [
    { hop: 1, address: null, rttMs: null },
    { hop: 2, address: '192.0.2.50', rttMs: 0.4 },
  ],
  fault: null,
};
const silent: Path = { ...path, received: 0, lossPercent: 100, rttMs: null, hops: [] };

describe('verdictOf', () => {
  it.each<[string, boolean, Pick<ProbeReport, 'asked' | 'answers' | 'path'>]>([
    ['OneAnswers', true, { asked, answers: [one], path: null }],
    ['OneAnswers', true, { asked, answers: [one], path: silent }],
    ['SeveralAnswer', false, { asked, answers: [one, two], path }],
    ['NobodyAnswers', false, { asked, answers: [], path }],
    ['Reachable', true, { asked: null, answers: [], path }],
    ['Unreachable', false, { asked: null, answers: [], path: silent }],
  ])('%s, well: %s', (verdict, well, found) => {
    expect(verdictOf(found)).toBe(verdict);
    expect(isWell(verdictOf(found))).toBe(well);
  });
});

describe('reportText', () => {
  const report: ProbeReport = {
    address: '192.0.2.50',
    verdict: 'OneAnswers',
    asked,
    answers: [one],
    path,
    pathMissing: null,
  };

  it('names the one machine and the way there', () => {
    expect(reportText(report)).toBe(`192.0.2.50 is at 02:00:00:00:00:11 on eth0 (asked 3 times from 192.0.2.100).

MAC                 SENT BY   REPLIES   RTT
02:00:00:00:00:11   itself    3         0.20 ms

ICMP: 2 of 3 answered, 33 % lost, 0.10 ms / 0.15 ms / 0.20 ms (min/avg/max)
HOP   ADDRESS      RTT
1     *            <none>
2     192.0.2.50   0.40 ms
`);
  });

  it('says who answers in the name of another, and that two are too many', () => {
    const text = reportText({ ...report, verdict: 'SeveralAnswer', answers: [one, two] });
    expect(text).toContain('is claimed by 2 MAC addresses on eth0');
    expect(text).toContain('02:00:00:00:00:12   02:00:00:00:00:13   2');
  });

  it('says why ICMP was not tried', () => {
    const text = reportText({ ...report, verdict: 'NobodyAnswers', answers: [], path: null, pathMissing: 'no reason' });
    expect(text).toBe(`192.0.2.50: nobody answers on eth0 (asked 3 times from 192.0.2.100).

ICMP: not tried: no reason
`);
  });

  it('says that it cannot be seen from behind a router who answers', () => {
    const text = reportText({ ...report, verdict: 'Unreachable', asked: null, answers: [], path: silent });
    expect(text).toContain('in no subnet of this machine');
    expect(text).toContain('ICMP: 0 of 3 answered, 100 % lost\n');
  });
});
