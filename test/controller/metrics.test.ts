import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { AllocationState } from '../../src/controller/allocation-state.ts';
import { ControllerMetrics } from '../../src/controller/metrics.ts';

const STATE: AllocationState = {
  pools: [
    {
      ...{ name: 'public', ready: true, reason: 'Ready', message: '', retained: [] },
      ...{ totalIPv4: 10, assignedIPv4: 4, availableIPv4: 6, totalIPv6: 0, assignedIPv6: 0, availableIPv6: 0 },
    },
    {
      ...{ name: 'twin', ready: false, reason: 'OverlapsPool', message: '', retained: [] },
      ...{ totalIPv4: 0, assignedIPv4: 0, availableIPv4: 0, totalIPv6: 0, assignedIPv6: 0, availableIPv6: 0 },
    },
  ],
  verdicts: [],
  announced: ['Announced', 'NoSpeaker', 'Announced', 'written by somebody else'],
  notReady: [
    { kind: 'BGPPeer', reason: 'SecretMissing' },
    { kind: 'BGPPeer', reason: 'written by somebody else' },
  ],
  speakers: ['Alive', 'Silent', 'Alive'],
};

async function linesOf(state: AllocationState | undefined, then: (metrics: ControllerMetrics) => void = () => {}) {
  const registry = new Registry();
  then(new ControllerMetrics(registry, () => state));
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('berth_'));
}

describe('ControllerMetrics', () => {
  it('counts Services, objects and speakers as they are when asked', async () => {
    const lines = await linesOf(STATE);
    expect(lines).toEqual(
      expect.arrayContaining([
        'berth_pool_addresses{pool="public",family="IPv4",state="available"} 6',
        'berth_pool_ready{pool="twin"} 0',
        'berth_service_announcements{reason="Announced"} 2',
        'berth_service_announcements{reason="NoSpeaker"} 1',
        'berth_objects_not_ready{kind="IPAddressPool",reason="OverlapsPool"} 1',
        'berth_objects_not_ready{kind="BGPPeer",reason="SecretMissing"} 1',
        'berth_speakers{life="Alive"} 2',
        'berth_speakers{life="Silent"} 1',
        'berth_speakers{life="Undetermined"} 0',
        'berth_controller_leader 1',
      ]),
    );
  });

  it('takes no label from what others may write', async () => {
    expect((await linesOf(STATE)).join()).not.toContain('somebody');
  });

  it('tells nothing of the cluster while another process leads', async () => {
    const lines = (await linesOf(undefined)).filter((line) => !line.includes('_seconds'));
    expect(lines).toEqual(['berth_controller_leader 0']);
  });

  it('measures waiting in seconds', async () => {
    const lines = await linesOf(STATE, (metrics) => {
      metrics.addressed(0.03);
      metrics.announced(7);
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        'berth_time_to_address_seconds_bucket{le="0.025"} 0',
        'berth_time_to_address_seconds_bucket{le="0.05"} 1',
        'berth_time_to_announce_seconds_sum 7',
      ]),
    );
  });
});
