import { describe, expect, it } from 'vitest';
import type { Lease } from '../../src/api/kubernetes/lease.ts';
import { SpeakerLiveness } from '../../src/controller/speaker-liveness.ts';

const lease = (node: string, renewal: number, namespace = 'berth-system'): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: `berth-speaker-${node}`, namespace },
  spec: { leaseDurationSeconds: 3, renewTime: new Date(renewal).toISOString() },
});

describe('SpeakerLiveness', () => {
  it('takes whoever is reported for alive where no speaker has a Lease', () => {
    const liveness = new SpeakerLiveness();
    liveness.observe({ ...lease('n1', 0), metadata: { name: 'berth-controller', namespace: 'berth-system' } }, 0);
    liveness.observe(lease('n1', 0, 'elsewhere'), 0);
    expect(liveness.lifeOf('n1')).toBe('Alive');
    expect(liveness.dueAt()).toBeUndefined();
  });

  it('does not know of one found at the start until it is renewed', () => {
    const liveness = new SpeakerLiveness();
    liveness.observe(lease('n1', 0), 0, true);
    expect(liveness.lifeOf('n1')).toBe('Undetermined');
    liveness.observe(lease('n1', 0), 500);
    expect(liveness.lifeOf('n1')).toBe('Undetermined');
    liveness.observe(lease('n1', 1_000), 1_000);
    expect(liveness.lifeOf('n1')).toBe('Alive');
    expect(liveness.lifeOf('n2')).toBe('Silent');
  });

  it('knows that one lives by its report, sooner than by its Lease; without a Lease a report says nothing', () => {
    const liveness = new SpeakerLiveness();
    liveness.observe(lease('n1', 0), 0, true);
    liveness.reported('n1', 500);
    liveness.reported('n2', 500);
    expect([liveness.lifeOf('n1'), liveness.dueAt()]).toEqual(['Alive', 7_000]);
    expect(liveness.lifeOf('n2')).toBe('Silent');
    liveness.wasRead(6_500);
    liveness.wasRead(10_500);
    expect(liveness.lifeOf('n1')).toBe('Silent');
    liveness.reported('n1', 11_000);
    expect(liveness.lifeOf('n1')).toBe('Alive');
    liveness.restart(12_000);
    expect(liveness.lifeOf('n1')).toBe('Undetermined');
    liveness.reported('n1', 12_500);
    expect(liveness.lifeOf('n1')).toBe('Alive');
  });

  it('calls one silent after its Lease was read twice, and alive again when it is renewed', () => {
    const liveness = new SpeakerLiveness();
    liveness.observe(lease('n1', 0), 0);
    expect(liveness.dueAt()).toBe(6_000);
    expect(liveness.isDue(5_999)).toBe(false);
    liveness.wasRead(6_000);
    expect(liveness.lifeOf('n1')).toBe('Alive');
    expect(liveness.dueAt()).toBe(10_000);
    liveness.wasRead(10_000);
    expect(liveness.lifeOf('n1')).toBe('Silent');
    expect(liveness.dueAt()).toBeUndefined();
    liveness.observe(lease('n1', 11_000), 11_000);
    expect(liveness.lifeOf('n1')).toBe('Alive');
  });

  it('has all Leases read a few times, however many speakers fall silent one after another', () => {
    const liveness = new SpeakerLiveness();
    const nodes = Array.from({ length: 100 }, (_, index) => `n${index}`);
    for (const [index, node] of nodes.entries()) liveness.observe(lease(node, 0), index * 30);
    let reads = 0;
    for (let due = liveness.dueAt(); due !== undefined; due = liveness.dueAt()) {
      expect(liveness.isDue(due - 1)).toBe(false);
      expect(liveness.isDue(due)).toBe(true);
      liveness.wasRead(due);
      reads++;
    }
    expect(nodes.map((node) => liveness.lifeOf(node))).toEqual(nodes.map(() => 'Silent'));
    // They run out within three seconds, and are looked at once more after a doubt.
    expect(reads).toBeLessThanOrEqual(8);
  });

  it('doubts nobody for as long as the Leases cannot be read', () => {
    const liveness = new SpeakerLiveness();
    liveness.observe(lease('n1', 0), 0);
    liveness.wasRead(6_000);
    liveness.wasNotRead(10_000);
    liveness.wasRead(14_000);
    expect(liveness.lifeOf('n1')).toBe('Alive');
    liveness.wasRead(18_000);
    expect(liveness.lifeOf('n1')).toBe('Silent');
  });

  it('knows nothing for certain after a time of not looking, and that a speaker has taken leave', () => {
    const liveness = new SpeakerLiveness();
    liveness.observe(lease('n1', 0), 0);
    liveness.restart(60_000);
    expect([liveness.lifeOf('n1'), liveness.dueAt()]).toEqual(['Undetermined', 66_000]);
    liveness.forget(lease('n1', 0));
    expect(liveness.lifeOf('n1')).toBe('Silent');
  });
});
