import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ServiceKind } from '../../src/api/kubernetes/service.ts';
import { silentLogger } from '../../src/log/silent.ts';
import { Baton } from './baton.ts';
import { DirectoryHarness } from './directory-harness.ts';

const OBJECTS = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.0/30]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;

let harness: DirectoryHarness;
beforeEach(async () => {
  harness = await DirectoryHarness.open();
});
afterEach(() => harness.close());

it('a term gives nothing before it has caught up with what the terms before it wrote', async () => {
  await harness.put('web', OBJECTS);
  const baton = new Baton(false);
  const said: string[] = [];
  const logger = { ...silentLogger, info: (message: string) => void said.push(message) };
  const controller = await harness.start({ leadership: baton, logger });
  const behind: (() => void)[] = [];
  const catchUp = vi.spyOn(harness.store, 'catchUp');
  catchUp.mockImplementation(() => new Promise((resolve) => behind.push(resolve)));
  baton.pass(true);
  await vi.waitFor(() => expect(behind).toHaveLength(2));
  baton.pass(false);
  baton.pass(true);
  await vi.waitFor(() => expect(behind).toHaveLength(4));
  // What the first term waited for is no help to the second.
  for (const resolve of behind.splice(0, 2)) resolve();
  await new Promise(setImmediate);
  expect(said).toEqual([]);
  for (const resolve of behind) resolve();
  catchUp.mockRestore();
  await controller.settled();
  expect(said).toContain('allocating');
  const service = await harness.store.get(ServiceKind, { namespace: 'default', name: 'web' });
  expect(service?.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.0', ipMode: 'VIP' }]);
});

it('a process that was alone before it knew the objects begins with them, and its next term with what is then written', async () => {
  const baton = new Baton(false);
  baton.since = 17;
  const controller = await harness.start({ leadership: baton });
  const catchUp = vi.spyOn(harness.store, 'catchUp');
  const times = () => catchUp.mock.calls.map((call: readonly unknown[]) => call[1]);
  baton.pass(true);
  await controller.settled();
  expect(times()).toEqual([17, 17]);
  baton.pass(false);
  baton.pass(true);
  await controller.settled();
  expect(times()).toEqual([17, 17, undefined, undefined]);
  catchUp.mockRestore();
});

it('a term begins although what was written before it could not be learnt at first', async () => {
  await harness.put('web', OBJECTS);
  const baton = new Baton(false);
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  await harness.start({ leadership: baton, logger });
  const catchUp = vi.spyOn(harness.store, 'catchUp');
  catchUp.mockRejectedValueOnce(new Error('the disk is away'));
  baton.pass(true);
  await vi.waitFor(() => expect(warnings).toEqual(['cannot learn what was written before this term, trying again']));
  catchUp.mockRestore();
  await harness.eventually(async () => {
    const service = await harness.store.get(ServiceKind, { namespace: 'default', name: 'web' });
    expect(service?.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.0', ipMode: 'VIP' }]);
  });
});
