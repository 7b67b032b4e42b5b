import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { BgpMetrics } from '../../../src/speaker/metrics/bgp.ts';
import type { SessionReport } from '../../../src/speaker/wire/bgp-messages.ts';

const session = (peer: string, rest: Partial<SessionReport> = {}): SessionReport => {
  return { peer, address: '192.0.2.1', state: 'Established', since: 1, advertised: 3, received: 0, ...rest };
};

async function linesAfter(...reports: readonly (readonly SessionReport[])[]): Promise<readonly string[]> {
  const registry = new Registry();
  const metrics = new BgpMetrics(registry);
  for (const report of reports) metrics.set(report);
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('berth_'));
}

const down = { state: 'Idle', advertised: 0 } as const;

it.each([
  ['one that has not come up', [[session('a', down)], [session('a', { ...down, state: 'Connect' })]], 0],
  ['one that stays', [[session('a')], [session('a')]], 0],
  ['one that falls', [[session('a')], [session('a', down)], [session('a', down)]], 1],
  ['one that fell and came back between two reports', [[session('a')], [session('a', { since: 9 })]], 1],
  [
    'one that falls twice',
    [[session('a')], [session('a', down)], [session('a', { since: 9 })], [session('a', down)]],
    2,
  ],
] as const)('counts as lost %s', async (_, reports, lost) => {
  expect(await linesAfter(...reports)).toContain(`berth_bgp_sessions_lost_total{peer="a"} ${lost}`);
});

it('adds up the routes of one session after the other', async () => {
  const lines = await linesAfter([session('a', { received: 5 })], [session('a', { received: 2, since: 2 })]);
  expect(lines).toContain('berth_bgp_received_routes_total{peer="a"} 7');
});

it('counts the routes that do not fit a message as long as there are such', async () => {
  const oversized = { count: 2, examples: [] };
  expect(await linesAfter([session('a', { oversized })])).toContain('berth_bgp_oversized_routes{peer="a"} 2');
  const lines = await linesAfter([session('a', { oversized })], [session('a')]);
  expect(lines).toContain('berth_bgp_oversized_routes{peer="a"} 0');
});

it('forgets a peer that is no more', async () => {
  const lines = await linesAfter([session('a'), session('b')], [session('b')]);
  expect(lines.filter((line) => line.includes('"a"'))).toEqual([]);
  expect(lines).toContain('berth_bgp_session_up{peer="b"} 1');
});
