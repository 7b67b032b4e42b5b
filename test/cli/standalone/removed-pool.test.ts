import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import type { Plan } from '../../../src/explain/plan.ts';
import { recordingContext } from '../recording-context.ts';

const POOL = (name: string, more = '') => `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: ${name}}
spec: {addresses: [192.0.2.0/24]${more}}
`;
const SERVICE = (name: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-removed-'));
  await put('public', POOL('public'));
  await put('web', SERVICE('web'));
  await once();
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text: string) => writeFile(join(folder, `${name}.yaml`), text);
const remove = (name: string) => rm(join(folder, `${name}.yaml`));

async function berth(...args: readonly string[]): Promise<string> {
  const context = recordingContext();
  const code = await runProgram(args, context);
  expect(`${code} ${context.err()}`).toMatch(/^0 /);
  return context.out();
}

const once = () => berth('standalone', folder, '--once', '--log-level', 'error');
const plan = async (...args: readonly string[]) =>
  JSON.parse(await berth('plan', '--dir', folder, '-o', 'json', ...args)) as Plan;

it('a pool whose file is removed becomes what plan --delete showed, and goes with its last holder', async () => {
  const planned = await plan('--delete', 'pool/public');
  await remove('public');
  await once();
  const found = await plan();
  expect(found.pools).toEqual(planned.pools);
  expect(found.pools).toMatchObject([
    { name: 'public', reason: 'Deleting', retained: [{ address: '192.0.2.0', service: 'default/web' }] },
  ]);
  expect(found.services).toEqual(planned.services);
  await put('late', SERVICE('late'));
  expect(await once()).toContain('service default/late: no IPAddressPool is Ready: public (it is being deleted)');
  expect(await berth('get', 'pools', '--dir', folder)).toMatch(/^public +False +Deleting /m);
  await remove('web');
  await once();
  expect((await plan()).pools).toEqual([]);
}, 30_000);

it('a pool whose file returns is as before', async () => {
  await remove('public');
  await once();
  await writeFile(join(folder, 'elsewhere'), POOL('public'));
  const planned = await plan('-f', join(folder, 'elsewhere'));
  await put('public', POOL('public'));
  await once();
  const found = await plan();
  expect(found.pools).toEqual(planned.pools);
  expect(found.pools).toMatchObject([{ name: 'public', ready: true, assignedIPv4: 1 }]);
  expect(found.services).toMatchObject([{ after: ['192.0.2.0'], reason: 'Allocated' }]);
}, 30_000);

it('a pool is renamed in one edit', async () => {
  await put('public', POOL('renamed'));
  await once();
  const { pools, services } = await plan();
  expect(pools).toMatchObject([{ name: 'renamed', ready: true, assignedIPv4: 1 }]);
  expect(services).toMatchObject([{ pool: 'renamed', after: ['192.0.2.0'], reason: 'Allocated' }]);
}, 30_000);
