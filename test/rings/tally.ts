import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** What one ring came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What a reader must know beside the figures, such as the requirement that is missing. */
  readonly note?: string | undefined;
}

/** How a program ended that was run to its end. */
export interface Ending {
  /** Null where a signal ended it. */
  readonly status: number | null;
}

/**
 * Counts what vitest did from its JSON report. A run that reports no failure counts as one all the same where it ended
 * badly (a file that cannot be loaded, an error outside any test), left no report, or ran no test.
 */
export function tallyReport(report: string | undefined, { status }: Ending): Tally {
  const counts = report === undefined ? undefined : parseReport(report);
  if (counts === undefined) return { passed: 0, failed: 1, skipped: 0, note: `no report, exit status ${status}` };
  if (counts.failed > 0) return counts;
  if (status !== 0) return { ...counts, failed: 1, note: `an error outside the tests, exit status ${status}` };
  if (counts.passed === 0) return { ...counts, failed: 1, note: 'no test ran' };
  return counts;
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseReport(text: string): Tally | undefined {
  const report = jsonOf(text);
  if (report === undefined) return undefined;
  const count = (name: string): number => {
    const value = (report as Record<string, unknown> | null)?.[name];
    return typeof value === 'number' ? value : 0;
  };
  return {
    passed: count('numPassedTests'),
    failed: count('numFailedTests'),
    skipped: count('numPendingTests') + count('numTodoTests'),
  };
}

/** A line for each test that failed, from vitest's JSON report: its file, its name, and how its first failure begins. */
export function failedTests(report: string | undefined): readonly string[] {
  const { testResults = [] } = (jsonOf(report) ?? {}) as JsonReport;
  return testResults.flatMap(({ name = '', assertionResults = [] }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName = '', failureMessages: [message = ''] = [] }) => {
        const lines = stripVTControlCharacters(message).split('\n');
        const what = lines.filter((line) => line.trim() !== '' && !line.startsWith('    at '));
        return `FAILED ${relative('.', name)} > ${fullName}: ${what.slice(0, MOST_LINES).join(' | ').slice(0, MOST_TEXT)}`;
      }),
  );
}

interface JsonReport {
  readonly testResults?: readonly {
    readonly name?: string;
    readonly assertionResults?: readonly {
      readonly status?: string;
      readonly fullName?: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** Of a failure, beside its test: so many lines, and so many characters of those. */
const MOST_LINES = 4;
const MOST_TEXT = 400;

/** What vitest printed of errors that belong to no test: lines from their heading to the summary. */
export function errorsOutsideTests(output: string): readonly string[] {
  const lines = stripVTControlCharacters(output).split('\n');
  const first = lines.findIndex((line) => line.includes('Unhandled Errors'));
  if (first < 0) return [];
  const last = lines.findIndex((line, index) => index > first && line.startsWith(' Test Files'));
  return lines.slice(first, last < 0 ? undefined : last).filter((line) => line.trim() !== '');
}

/** The tally of a ring that cannot run here: skipped, or failed where nothing may be left out. */
export function tallyMissing(requirement: string, nothingMayBeLeftOut: boolean): Tally {
  const note = `cannot run: ${requirement}`;
  return nothingMayBeLeftOut ? { passed: 0, failed: 1, skipped: 0, note } : { passed: 0, failed: 0, skipped: 1, note };
}

/** All rings together. */
export function sum(tallies: readonly Tally[]): Tally {
  const add = (name: 'passed' | 'failed' | 'skipped') => tallies.reduce((total, tally) => total + tally[name], 0);
  const notes = tallies.flatMap(({ note }) => note ?? []);
  const counts = { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
  return notes.length === 0 ? counts : { ...counts, note: notes.join('; ') };
}

/** `3 passed, 0 failed, 1 skipped`. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
