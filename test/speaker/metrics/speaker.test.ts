import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { SpeakerMetrics } from '../../../src/speaker/metrics/speaker.ts';

it.each(['OwnerGone', 'SpeakerGone'])('has told of no takeover before the first one: %s', async (cause) => {
  const registry = new Registry();
  new SpeakerMetrics(registry);
  const text = await registry.metrics();
  expect(text).toContain(`berth_takeovers_total{cause="${cause}"} 0`);
  expect(text).toContain(`berth_l2_takeover_seconds_bucket{le="+Inf",cause="${cause}"} 0`);
});

it('adds up the totals of one worker after the other', async () => {
  const registry = new Registry();
  const metrics = new SpeakerMetrics(registry);
  const arp = { requestsReceived: 9, repliesSent: 5, announcementsSent: 4, sourceMismatches: 1, dropped: {} };
  const ndp = { requestsReceived: 1, repliesSent: 1, announcementsSent: 0, sourceMismatches: 0, dropped: {} };
  const conflicts = 2;
  const ownership = { received: 8, sent: 9, dropped: { HopLimit: 1 } };
  const bfd = { sessions: { AdminDown: 0, Down: 1, Init: 0, Up: 2 }, received: 30, sent: 20, dropped: { HopLimit: 1 } };
  metrics.count({ arp: { ...arp, dropped: { NotHeld: 3 } }, ndp, bfd, ownership, unwatched: 1, conflicts });
  metrics.count({
    arp: { ...arp, repliesSent: 7, dropped: { NotHeld: 4, Reply: 1 } },
    ndp,
    bfd,
    ownership,
    unwatched: 1,
    conflicts,
  });
  metrics.workerEnded();
  metrics.count({
    arp: { ...arp, repliesSent: 2, dropped: { NotHeld: 1 } },
    ndp: { ...ndp, dropped: { HopLimit: 2 } },
    bfd,
    ownership,
    unwatched: 1,
    conflicts,
  });
  metrics.announced(3);
  metrics.tookOver('OwnerGone', 70);
  metrics.tookOver('Offered', undefined);
  metrics.tookOver('OwnerGone', 350);
  metrics.caredFor('SpeakerSilent', 60);
  metrics.withheld([
    { reason: 'NotOwner', count: 7 },
    { reason: 'OffSubnet', count: 1 },
  ]);
  metrics.withheld([{ reason: 'NotOwner', count: 8 }]);
  const text = await registry.metrics();
  const lines = text.split('\n').filter((line) => line.startsWith('berth_'));
  expect(lines.filter((line) => !line.includes('_bucket'))).toEqual([
    'berth_arp_requests_received_total 18',
    'berth_arp_replies_sent_total 9',
    'berth_gratuitous_arp_sent_total 8',
    'berth_arp_source_mismatches_total 2',
    'berth_arp_frames_dropped_total{reason="NotHeld"} 5',
    'berth_arp_frames_dropped_total{reason="Reply"} 1',
    'berth_ndp_solicitations_received_total 2',
    'berth_ndp_advertisements_sent_total 2',
    'berth_unsolicited_ndp_sent_total 0',
    'berth_ndp_source_mismatches_total 0',
    'berth_ndp_frames_dropped_total{reason="HopLimit"} 2',
    'berth_bfd_sessions{state="AdminDown"} 0',
    'berth_bfd_sessions{state="Down"} 1',
    'berth_bfd_sessions{state="Init"} 0',
    'berth_bfd_sessions{state="Up"} 2',
    'berth_bfd_packets_received_total 60',
    'berth_bfd_packets_sent_total 40',
    'berth_bfd_packets_dropped_total{reason="HopLimit"} 2',
    'berth_addresses_announced 3',
    'berth_addresses_withheld{reason="NotOwner"} 8',
    'berth_address_conflicts_total 4',
    'berth_takeovers_total{cause="OwnerGone"} 2',
    'berth_takeovers_total{cause="SpeakerGone"} 0',
    'berth_takeovers_total{cause="Offered"} 1',
    'berth_takeovers_total{cause="NobodyHasIt"} 0',
    'berth_l2_takeover_seconds_sum{cause="OwnerGone"} 0.42',
    'berth_l2_takeover_seconds_count{cause="OwnerGone"} 2',
    'berth_l2_takeover_seconds_sum{cause="SpeakerGone"} 0',
    'berth_l2_takeover_seconds_count{cause="SpeakerGone"} 0',
    'berth_l2_takeover_seconds_sum{cause="Offered"} 0',
    'berth_l2_takeover_seconds_count{cause="Offered"} 0',
    'berth_l2_takeover_seconds_sum{cause="NobodyHasIt"} 0',
    'berth_l2_takeover_seconds_count{cause="NobodyHasIt"} 0',
    'berth_l2_takeover_seconds_sum{cause="SpeakerSilent"} 0.06',
    'berth_l2_takeover_seconds_count{cause="SpeakerSilent"} 1',
    'berth_l2_takeover_seconds_sum{cause="Restarting"} 0',
    'berth_l2_takeover_seconds_count{cause="Restarting"} 0',
    'berth_l2_peers_unwatched 1',
    'berth_wire_worker_failures_total 1',
    'berth_ownership_messages_received_total 16',
    'berth_ownership_messages_sent_total 18',
    'berth_ownership_messages_dropped_total{reason="HopLimit"} 2',
  ]);
  expect(lines).toContain('berth_l2_takeover_seconds_bucket{le="0.3",cause="OwnerGone"} 1');
  expect(lines).toContain('berth_l2_takeover_seconds_bucket{le="0.4",cause="OwnerGone"} 2');
});
