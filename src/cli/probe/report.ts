import { tableText } from '../table.ts';
import type { Answer } from './answers.ts';
import type { Hop, Path } from './path.ts';

/** What a probe found: the JSON that programs read. */
export interface ProbeReport {
  readonly address: string;
  readonly verdict: Verdict;
  /** Where all were asked, from which address of this machine, and how often; null where a router is in between. */
  readonly asked: { readonly interface: string; readonly from: string; readonly questions: number } | null;
  /** The one that answered first comes first. */
  readonly answers: readonly Answer[];
  /** Null where ICMP was not tried. */
  readonly path: Path | null;
  /** Why it was not. */
  readonly pathMissing: string | null;
}

/**
 * `OneAnswers`, `SeveralAnswer`, `NobodyAnswers`: by ARP or neighbour discovery. `Reachable`, `Unreachable`: where a router
 * is in between, by ICMP alone.
 */
export type Verdict = 'OneAnswers' | 'SeveralAnswer' | 'NobodyAnswers' | 'Reachable' | 'Unreachable';

/** Whether it is as it should be. */
export function isWell(verdict: Verdict): boolean {
  return verdict === 'OneAnswers' || verdict === 'Reachable';
}

export function verdictOf({ asked, answers, path }: Pick<ProbeReport, 'asked' | 'answers' | 'path'>): Verdict {
  if (asked === null) return path !== null && path.received > 0 ? 'Reachable' : 'Unreachable';
  if (answers.length === 0) return 'NobodyAnswers';
  return answers.length === 1 ? 'OneAnswers' : 'SeveralAnswer';
}

/** The report for people. */
export function reportText(report: ProbeReport): string {
  return [headline(report), answersText(report.answers), pathText(report)].filter((part) => part !== '').join('\n');
}

function headline({ address, verdict, asked, answers }: ProbeReport): string {
  const where = asked === null ? '' : ` on ${asked.interface} (asked ${asked.questions} times from ${asked.from})`;
  switch (verdict) {
    case 'OneAnswers':
      return `${address} is at ${answers[0]?.mac}${where}.\n`;
    case 'SeveralAnswer':
      return (
        `${address} is claimed by ${answers.length} MAC addresses${where}: clients reach one or the other. ` +
        'Two machines have it, or a router answers for others (proxy ARP).\n'
      );
    case 'NobodyAnswers':
      return `${address}: nobody answers${where}.\n`;
    case 'Reachable':
    case 'Unreachable':
      return `${address} is in no subnet of this machine: who answers for it can be seen on its own network only.\n`;
  }
}

function answersText(answers: readonly Answer[]): string {
  if (answers.length === 0) return '';
  return tableText(
    [
      { header: 'MAC', cell: ({ mac }) => mac },
      {
        header: 'SENT BY',
        cell: ({ mac, sentBy }) => sentBy.map((each) => (each === mac ? 'itself' : each)).join(', '),
      },
      { header: 'REPLIES', cell: ({ replies }) => replies },
      { header: 'RTT', cell: ({ rttMs }) => millis(rttMs) },
    ],
    answers,
  );
}

function pathText({ path, pathMissing }: ProbeReport): string {
  if (path === null) return `ICMP: not tried: ${pathMissing}\n`;
  const { sent, received, lossPercent, rttMs, fault, hops } = path;
  const times =
    rttMs === null ? '' : `, ${[rttMs.min, rttMs.average, rttMs.max].map(millis).join(' / ')} (min/avg/max)`;
  const why = fault === null ? '' : `; ${fault}`;
  const first = `ICMP: ${received} of ${sent} answered, ${lossPercent} % lost${times}${why}\n`;
  return hops.length === 0 ? first : first + hopsText(hops);
}

function hopsText(hops: readonly Hop[]): string {
  return tableText(
    [
      { header: 'HOP', cell: ({ hop }) => hop },
      { header: 'ADDRESS', cell: ({ address }) => address ?? '*' },
      { header: 'RTT', cell: ({ rttMs }) => (rttMs === null ? '' : millis(rttMs)) },
    ],
    hops,
  );
}

function millis(value: number): string {
  return `${value.toFixed(2)} ms`;
}
