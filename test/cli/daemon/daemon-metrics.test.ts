import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { addDaemonMetrics } from '../../../src/cli/daemon/daemon-metrics.ts';

it('tells whether the daemon is ready, and counts what it cannot read by known kinds', async () => {
  const registry = new Registry();
  let missing: readonly string[] = ['the folder has not been read yet'];
  const unreadable = () => ['IPAddressPool', 'Service', 'IPAddressPool', 'AnyKind1', 'AnyKind2', ''];
  addDaemonMetrics({ registry, notReady: () => missing, unreadable });
  const lines = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('berth_'));
  expect(await lines()).toEqual([
    'berth_ready 0',
    'berth_unreadable_objects{kind="IPAddressPool"} 2',
    'berth_unreadable_objects{kind="Service"} 1',
    'berth_unreadable_objects{kind="Other"} 3',
  ]);
  missing = [];
  expect(await lines()).toContain('berth_ready 1');
});
