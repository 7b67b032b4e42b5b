import { describe, expect, it } from 'vitest';
import { consumption, rates, requestFigures } from '../../../bench/footprint/figures.ts';
import type { Result } from '../../../bench/measure.ts';
import type { AuditedRequest } from '../../cluster/audit.ts';

/** Name and median of each row. */
function medians(results: readonly Result[]): Readonly<Record<string, number | null>> {
  return Object.fromEntries(results.map(({ name, median }) => [name, median]));
}

describe('consumption', () => {
  const cpu = new Map([
    ['controller', 1],
    ['speaker', 2],
    ['kube-apiserver', 30],
  ]);
  const rss = new Map([
    ['controller', [80, 90, 85]],
    ['speaker', [100]],
    ['kube-apiserver', [400]],
  ]);

  it('has the memory of the daemons, and their processor time beside that of the API server', () => {
    const results = consumption('churn-', 7, { span: { from: 0, to: 1 }, cpu, rss });
    expect(medians(results)).toEqual({
      'churn-rss-controller': 85,
      'churn-rss-speaker': 100,
      'churn-cpu-controller': 1,
      'churn-cpu-speaker': 2,
      'churn-cpu-kube-apiserver': 30,
      'churn-cpu-ratio': 0.1,
    });
    expect(results.map(({ n }) => n)).toEqual(results.map(() => 7));
  });
});

describe('rates', () => {
  it('tells the accounts of both daemons apart', () => {
    const by = (account: string, id: string): AuditedRequest => ({
      id,
      user: `system:serviceaccount:berth-system:${account}`,
      receivedAt: 10,
      verb: 'update',
      group: 'coordination.k8s.io',
      resource: 'leases',
      namespace: 'berth-system',
      name: 'berth-controller',
      isAllowed: true,
    });
    const requests = [by('berth-controller', 'a'), by('berth-controller', 'b'), by('berth-speaker', 'c')];
    expect(rates(requests, { from: 0, to: 60_000 })).toEqual({ controller: 2, speaker: 1 });
  });
});

describe('requestFigures', () => {
  it('counts a speaker on every node, beside the kubelets', () => {
    // A kubelet of the bench renews its Lease six times a minute, and reports its Node every five minutes.
    expect(medians(requestFigures(10, 38, 2.4))).toEqual({
      'requests-controllers': 38,
      'requests-speaker': 2.4,
      'requests-berth': 62,
      'requests-ratio': 1,
    });
  });

  it('says nothing of speakers that were not watched for long enough', () => {
    expect(medians(requestFigures(10, 38, undefined))).toEqual({
      'requests-controllers': 38,
      'requests-speaker': null,
      'requests-berth': null,
      'requests-ratio': null,
    });
  });
});
