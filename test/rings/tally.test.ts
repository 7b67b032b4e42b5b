import { describe, expect, it } from 'vitest';
import { errorsOutsideTests, failedTests, formatTally, sum, tallyMissing, tallyReport } from './tally.ts';

const report = (passed: number, failed: number, pending = 0, todo = 0) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: pending, numTodoTests: todo });

describe('tallyReport', () => {
  it.each([
    ['all passed', report(3, 0), 0, { passed: 3, failed: 0, skipped: 0 }],
    ['some skipped', report(3, 0, 2, 1), 0, { passed: 3, failed: 0, skipped: 3 }],
    ['some failed', report(3, 2), 1, { passed: 3, failed: 2, skipped: 0 }],
    ['failed, whatever the status', report(3, 2), 0, { passed: 3, failed: 2, skipped: 0 }],
    ['an error outside the tests', report(3, 0), 1, { passed: 3, failed: 1, skipped: 0 }],
    ['ended by a signal', report(3, 0), null, { passed: 3, failed: 1, skipped: 0 }],
    ['no test at all', report(0, 0), 0, { passed: 0, failed: 1, skipped: 0 }],
    ['nothing but skipped tests', report(0, 0, 4), 0, { passed: 0, failed: 1, skipped: 4 }],
    ['no report', undefined, 0, { passed: 0, failed: 1, skipped: 0 }],
    ['half a report', report(3, 0).slice(0, 20), 0, { passed: 0, failed: 1, skipped: 0 }],
    ['a report of another shape', 'null', 0, { passed: 0, failed: 1, skipped: 0 }],
  ])('%s', (_, text, status, tally) => {
    expect(tallyReport(text, { status })).toMatchObject(tally);
  });
});

describe('tallyMissing', () => {
  it('is a skip, or a failure where nothing may be left out, and names the requirement', () => {
    expect(tallyMissing('no user namespaces', false)).toEqual({
      passed: 0,
      failed: 0,
      skipped: 1,
      note: 'cannot run: no user namespaces',
    });
    expect(tallyMissing('no user namespaces', true)).toMatchObject({ failed: 1, skipped: 0 });
  });
});

describe('sum', () => {
  it('adds the rings up', () => {
    const total = sum([tallyReport(report(3, 2, 1), { status: 1 }), tallyMissing('x', false), tallyMissing('x', true)]);
    expect(formatTally(total)).toBe('3 passed, 3 failed, 2 skipped');
    expect(formatTally(sum([]))).toBe('0 passed, 0 failed, 0 skipped');
  });
});

describe('failedTests', () => {
  it('is a line for each: where it is, its name, and how its failure begins', () => {
    const failed = { status: 'failed', fullName: 'adds up', failureMessages: ['Error: 3\n\n+ 2\n    at a.ts:1:1'] };
    const assertionResults = [{ status: 'passed', fullName: 'fine' }, failed];
    const text = JSON.stringify({ testResults: [{ name: `${process.cwd()}/test/a.test.ts`, assertionResults }] });
    expect(failedTests(text)).toEqual(['FAILED test/a.test.ts > adds up: Error: 3 | + 2']);
  });

  it.each([undefined, '{', 'null', '{}'])('is nothing in the report %s', (text) => {
    expect(failedTests(text)).toEqual([]);
  });
});

describe('errorsOutsideTests', () => {
  it('is nothing where every error belongs to a test', () => {
    expect(errorsOutsideTests(' Test Files  15 passed (15)\n      Tests  200 passed (200)\n')).toEqual([]);
  });

  it('is what stands between their heading and the summary, without colours', () => {
    const heading = '\u001b[31m⎯⎯⎯ Unhandled Errors ⎯⎯⎯\u001b[39m';
    const output = [
      'ok a.test.ts',
      heading,
      '',
      'Error: reset',
      ' ❯ a.test.ts:1:1',
      '',
      ' Test Files  1 passed (1)',
      '',
    ];
    const lines = ['⎯⎯⎯ Unhandled Errors ⎯⎯⎯', 'Error: reset', ' ❯ a.test.ts:1:1'];
    expect(errorsOutsideTests(output.join('\n'))).toEqual(lines);
  });
});
