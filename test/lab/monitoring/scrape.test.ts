import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ALERTS } from '../../../manifests/monitoring/alerts.ts';
import { ROWS } from '../../../manifests/monitoring/panels.ts';
import { metricNamesIn } from '../../manifests/promql.ts';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { metricFaults } from './metric-faults.ts';

const RULES = fileURLToPath(new URL('../../../manifests/monitoring/rules.yaml', import.meta.url));
const OBJECTS = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.59]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: lost, annotations: {berth.dev/address-pool: nowhere}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;
/** Panels have it filled in by Grafana. */
const filledIn = (expr: string): string => expr.replaceAll('$__rate_interval', '1m');
const QUERIES = [
  ...ALERTS.map(({ name, expr }) => ({ of: `alert ${name}`, expr })),
  ...ROWS.flatMap(({ panels }) => panels).flatMap(({ title, queries }) =>
    queries.map(({ expr }) => ({ of: `panel ${title}`, expr: filledIn(expr) })),
  ),
];

let segment: Segment;
let node: Member;
let folder: string;
const running: ChildProcess[] = [];

/** Starts a program that runs until the end of the tests. */
function start(command: string, ...args: readonly string[]): void {
  running.push(node.spawn(command, args, { stdio: 'ignore' }));
}

beforeAll(async () => {
  const berth = await buildBerth();
  folder = await mkdtemp(join(tmpdir(), 'scrape-'));
  segment = await Segment.create();
  node = await segment.add({ name: 'n1', addresses: ['192.0.2.11/24'] });
  const objects = join(folder, 'objects');
  await node.run('mkdir', objects);
  await writeFile(join(objects, 'objects.yaml'), OBJECTS);
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: [{ job_name: 'berth', static_configs: [{ targets: ['127.0.0.1:7480'] }] }],
  };
  await writeFile(join(folder, 'prometheus.yaml'), stringify(config));
  start('node', berth, 'standalone', objects, '--node', 'n1');
  start(
    'prometheus',
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:9090',
  );
  await eventually('two scrapes', async () => (await value('count_over_time(up[1m])')) >= 2 || undefined, {
    timeoutMs: 60_000,
  });
});
afterAll(async () => {
  await Promise.all(
    running.map(async (child) => {
      const ended = once(child, 'close');
      child.kill();
      await ended;
    }),
  );
  await segment?.dispose();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly { readonly value: readonly [time: number, value: string] }[] };
}

async function query(expr: string): Promise<Answer> {
  const url = 'http://127.0.0.1:9090/api/v1/query';
  return JSON.parse(await node.run('curl', '-sS', '--get', '--data-urlencode', `query=${expr}`, url));
}

/** Of the one series that there is. */
async function value(expr: string): Promise<number> {
  return Number((await query(expr)).data.result[0]?.value[1]);
}

const scrape = () => node.run('curl', '-sS', 'http://127.0.0.1:7480/metrics');

describe('a real scrape', () => {
  it('is what promtool takes for good metrics', async () => {
    expect(await metricFaults(await scrape())).toEqual([]);
  });

  it('has every metric that a rule or a panel asks for', async () => {
    const there = new Set([...(await scrape()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const missing = QUERIES.flatMap(({ of, expr }) =>
      metricNamesIn(expr).flatMap((name) => (there.has(name) ? [] : [`${of}: ${name}`])),
    );
    expect(missing).toEqual([]);
  });

  it.each(QUERIES)('$of can be asked: $expr', async ({ expr }) => {
    expect(await query(expr)).toMatchObject({ status: 'success' });
  });

  it('says how it is', async () => {
    await eventually('the wait for the first address', async () =>
      (await value('berth_time_to_address_seconds_count')) === 1 ? true : undefined,
    );
    expect(await value('berth_ready')).toBe(1);
    expect(await value('berth_controller_leader')).toBe(1);
    expect(await value('berth_pool_addresses{pool="public",family="IPv4",state="assigned"}')).toBe(1);
    expect(await value('berth_services{reason="UnknownPool"}')).toBe(1);
    expect(await value('berth_time_to_address_seconds_sum')).toBeLessThan(10);
  });

  it('has rules that Prometheus evaluates, and one that is pending for the Service without an address', async () => {
    const url = 'http://127.0.0.1:9090/api/v1/rules';
    const rules = await eventually('all evaluated', async () => {
      const { data } = JSON.parse(await node.run('curl', '-sS', url)) as {
        data: { groups: { rules: { name: string; health: string; state: string; lastError?: string }[] }[] };
      };
      const all = data.groups.flatMap((group) => group.rules);
      const isPending = all.some(({ name, state }) => name === 'BerthServiceWithoutAddress' && state === 'pending');
      return isPending ? all : undefined;
    });
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules).toHaveLength(ALERTS.length);
  });
});
