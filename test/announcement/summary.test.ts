import { describe, expect, it } from 'vitest';
import { planAnnouncements } from '../../src/announcement/plan.ts';
import { summarize } from '../../src/announcement/summary.ts';
import { input, speaker } from './objects.ts';

describe('summarize', () => {
  it.each([
    [['n1', 'n2', 'n3', 'n4'], 1, 2],
    [['n1', 'n2'], 1, 1],
    [['n1'], 1, 0],
    [[], 0, 0],
  ])('shows of %j %i owner and %i that stand by', (names, owners, standby) => {
    const [plan] = planAnnouncements(input({ speakers: names.map((name) => speaker(name)) }));
    if (!plan) throw new Error('no plan');
    const ranked = plan.ranked.map(({ node }) => node);
    expect(summarize(plan)).toEqual({
      address: '192.0.2.50',
      service: 'default/web',
      protocol: 'l2',
      nodes: ranked.slice(0, owners),
      standby: ranked.slice(1, 1 + standby),
      reason: owners > 0 ? null : 'InterfacesUnknown',
    });
  });
});
