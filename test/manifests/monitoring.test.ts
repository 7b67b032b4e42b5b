import { describe, expect, it } from 'vitest';
import { ALERTS } from '../../manifests/monitoring/alerts.ts';
import { ROWS } from '../../manifests/monitoring/panels.ts';
import { registeredMetrics } from '../../manifests/reference/registered-metrics.ts';
import { groupingsIn, metricNamesIn, selectorsIn } from './promql.ts';

const METRICS = new Map(
  registeredMetrics().flatMap(({ metrics }) => metrics.map((each) => [each.name, each] as const)),
);
/** Prometheus gives these by itself. */
const GIVEN = ['instance', 'le'];

const QUERIES: readonly (readonly [of: string, expr: string])[] = [
  ...ALERTS.map(({ name, expr }) => [name, expr] as const),
  ...ROWS.flatMap(({ panels }) => panels).flatMap(({ title, queries }) =>
    queries.map(({ expr }) => [title, expr] as const),
  ),
];

describe.each(QUERIES)('%s', (_, expr) => {
  const names = metricNamesIn(expr).filter((name) => name.startsWith('berth_'));

  it(`asks for metrics and labels that there are: ${expr}`, () => {
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !METRICS.has(name))).toEqual([]);
    const wrong = selectorsIn(expr).filter(([name, label]) => !METRICS.get(name)?.labelNames.includes(label));
    expect(wrong).toEqual([]);
    const known = [...GIVEN, ...names.flatMap((name) => METRICS.get(name)?.labelNames ?? [])];
    expect(groupingsIn(expr).filter((label) => !known.includes(label))).toEqual([]);
  });
});

describe('an alert', () => {
  it.each(ALERTS)('$name names in its words only labels that it has', ({ expr, summary, description }) => {
    const used = [...`${summary} ${description}`.matchAll(/\$labels\.([a-z]+)/g)].map(([, label = '']) => label);
    const groupings = groupingsIn(expr);
    const own = metricNamesIn(expr).flatMap((name) => METRICS.get(name)?.labelNames ?? []);
    const has = groupings.length > 0 ? groupings : /\b(?:sum|max|min|count)\(/.test(expr) ? [] : ['instance', ...own];
    expect(used.filter((label) => !has.includes(label))).toEqual([]);
  });

  it.each(['metric', 'label', 'grouping'])('would be found out with an unknown %s', (what) => {
    const expr = 'sum by (zone) (berth_nothing{colour="red"})';
    const found = { metric: metricNamesIn(expr), label: selectorsIn(expr).flat(), grouping: groupingsIn(expr) };
    expect(found[what as keyof typeof found]).toContain(
      { metric: 'berth_nothing', label: 'colour', grouping: 'zone' }[what],
    );
  });
});
