import { describe, expect, it } from 'vitest';
import { healthBar } from '../../src/announcement/eligibility.ts';
import type { Node } from '../../src/api/kubernetes/node.ts';
import { node, nodeWith } from './objects.ts';

const EXCLUDE = 'node.kubernetes.io/exclude-from-external-load-balancers';

function tainted(effect: string): Node {
  return node('n1', {}, { spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect }] } });
}

function drained(value: string): Node {
  return node('n1', { annotations: { 'berth.dev/drain': value } });
}

/** What a kubelet writes that delays the shutdown of its machine. */
function shuttingDown(status: 'False' | 'Unknown'): Node {
  const ready = {
    type: 'Ready',
    status,
    reason: 'KubeletNotReady',
    message: '[container runtime is down, node is shutting down]',
  };
  return node('n1', {}, { status: { conditions: [ready] } });
}

describe('healthBar', () => {
  it.each<[string, Node | undefined, string | undefined]>([
    ['no Node object', undefined, undefined],
    ['nothing to say', node('n1'), undefined],
    ['Ready', nodeWith('n1', 'Ready', 'True'), undefined],
    ['not Ready', nodeWith('n1', 'Ready', 'False'), 'NodeNotReady'],
    ['Ready unknown', nodeWith('n1', 'Ready', 'Unknown'), 'NodeNotReady'],
    ['being shut down', shuttingDown('False'), 'NodeDraining'],
    ['shut down, as nobody hears of it', shuttingDown('Unknown'), 'NodeNotReady'],
    ['its network available', nodeWith('n1', 'NetworkUnavailable', 'False'), undefined],
    ['its network unavailable', nodeWith('n1', 'NetworkUnavailable', 'True'), 'NodeNetworkUnavailable'],
    ['pressure on its memory', nodeWith('n1', 'MemoryPressure', 'True'), undefined],
    ['the exclude label, empty', node('n1', { labels: { [EXCLUDE]: '' } }), 'NodeExcluded'],
    ['the exclude label, false', node('n1', { labels: { [EXCLUDE]: 'false' } }), 'NodeExcluded'],
    ['the out-of-service taint', tainted('NoExecute'), 'NodeExcluded'],
    ['the out-of-service taint, NoSchedule', tainted('NoSchedule'), 'NodeExcluded'],
    ['cordoned', node('n1', {}, { spec: { unschedulable: true } }), undefined],
    ['drained', drained(''), 'NodeDraining'],
    ['drained by a person', drained('maintenance'), 'NodeDraining'],
    ['drained no more', drained('false'), undefined],
  ])('%s: %s', (_, object, reason) => {
    const bar = healthBar({ name: 'n1', labels: {}, object });
    expect(bar?.reason).toBe(reason);
    if (bar) expect(bar.detail).toContain('n1');
  });

  it('names what an operator did before what a node says of itself', () => {
    const status = { conditions: [{ type: 'Ready', status: 'False' }] };
    const object = node('n1', { labels: { [EXCLUDE]: '' } }, { status });
    expect(healthBar({ name: 'n1', labels: {}, object })?.reason).toBe('NodeExcluded');
  });
});
