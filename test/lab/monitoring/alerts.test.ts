import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ALERTS } from '../../../manifests/monitoring/alerts.ts';
import { ALERT_CASES, type AlertCase } from './alert-cases.ts';

const RULES = fileURLToPath(new URL('../../../manifests/monitoring/rules.yaml', import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alerts-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs promtool on a test in its own notation. Rejects with what it prints where the test fails. */
async function promtool(tests: readonly object[]): Promise<string> {
  const file = join(folder, 'tests.yaml');
  await writeFile(file, stringify({ rule_files: [RULES], evaluation_interval: '1m', tests: tests.map(spaced) }));
  const { stdout } = await run('promtool', ['test', 'rules', file]).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    },
  );
  return stdout;
}

/** Samples are a minute apart. */
const spaced = (test: object) => ({ interval: '1m', ...test });

const series = (samples: Readonly<Record<string, string>>) =>
  Object.entries(samples).map(([name, values]) => ({ series: name, values }));

function firing({ alert, labels = {} }: AlertCase): string {
  const severity = ALERTS.find(({ name }) => name === alert)?.severity ?? '';
  const all = { alertname: alert, alertstate: 'firing', severity, ...labels };
  return `ALERTS{${Object.entries(all).map(([name, value]) => `${name}="${value}"`)}}`;
}

const ask = (each: AlertCase, samples: readonly object[]) => ({
  expr: `ALERTS{alertname="${each.alert}",alertstate="firing"}`,
  eval_time: each.at,
  exp_samples: samples,
});

describe('alerts', () => {
  it('are all tried', () => {
    expect(new Set(ALERT_CASES.map(({ alert }) => alert))).toEqual(new Set(ALERTS.map(({ name }) => name)));
  });

  it('are rules that Prometheus reads', async () => {
    expect((await run('promtool', ['check', 'rules', RULES])).stdout).toContain(
      `SUCCESS: ${ALERTS.length} rules found`,
    );
  });

  it.each(ALERT_CASES)('$alert fires, and else is silent ($at)', async (each) => {
    const samples = [{ labels: firing(each), value: 1 }];
    const others = { other: '1x90' };
    await promtool([
      { input_series: series({ ...others, ...each.fires }), promql_expr_test: [ask(each, samples)] },
      { input_series: series({ ...others, ...each.quiet }), promql_expr_test: [ask(each, [])] },
    ]);
  });

  it('would be found out if it did not fire', async () => {
    const [first] = ALERT_CASES;
    if (first === undefined) throw new Error('no cases');
    const test = {
      input_series: series(first.quiet),
      promql_expr_test: [ask(first, [{ labels: firing(first), value: 1 }])],
    };
    await expect(promtool([test])).rejects.toThrow('FAILED');
  });

  it('tells the reason, and links to it in the runbook', async () => {
    const alerts = [
      {
        exp_labels: { severity: 'warning', reason: 'PoolExhausted' },
        exp_annotations: {
          summary: '2 Services get no address: PoolExhausted',
          description: 'See them with "berth get services -A", and why with "berth explain service/NAME".',
          runbook_url: 'docs/runbook.md#poolexhausted',
        },
      },
    ];
    const expected = { eval_time: '6m', alertname: 'BerthServiceWithoutAddress', exp_alerts: alerts };
    const input = series({ 'berth_services{reason="PoolExhausted"}': '2x10' });
    expect(await promtool([{ input_series: input, alert_rule_test: [expected] }])).toContain('SUCCESS');
  });
});
