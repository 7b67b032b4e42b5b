import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { SpeakerMetrics } from '../../src/speaker/metrics.ts';

it('adds up the totals of one worker after the other', async () => {
  const registry = new Registry();
  const metrics = new SpeakerMetrics(registry);
  const totals = { requestsReceived: 9, repliesSent: 5, gratuitousSent: 4, sourceMismatches: 1, conflicts: 2 };
  metrics.count({ ...totals, dropped: { NotHeld: 3 } });
  metrics.count({ ...totals, repliesSent: 7, dropped: { NotHeld: 4, Reply: 1 } });
  metrics.workerEnded();
  metrics.count({ ...totals, repliesSent: 2, dropped: { NotHeld: 1 } });
  metrics.announced(3);
  metrics.tookOver();
  const text = await registry.metrics();
  expect(text.split('\n').filter((line) => line.startsWith('berth_'))).toEqual([
    'berth_arp_requests_received_total 18',
    'berth_arp_replies_sent_total 9',
    'berth_gratuitous_arp_sent_total 8',
    'berth_arp_source_mismatches_total 2',
    'berth_arp_frames_dropped_total{reason="NotHeld"} 5',
    'berth_arp_frames_dropped_total{reason="Reply"} 1',
    'berth_addresses_announced 3',
    'berth_address_conflicts_total 4',
    'berth_takeovers_total 1',
  ]);
});
