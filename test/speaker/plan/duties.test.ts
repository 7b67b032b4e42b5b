import { describe, expect, it, vi } from 'vitest';
import type { AnnouncementPlan, WithheldNode } from '../../../src/announcement/announcement-plan.ts';
import type { NetworkInterface } from '../../../src/os/interfaces.ts';
import { type DutyFacts, dutiesOf, usedInterfaces } from '../../../src/speaker/plan/duties.ts';
import { Segments } from '../../../src/speaker/plan/segments.ts';
import { speakerStatus } from '../objects.ts';

const eth0: NetworkInterface = {
  ...{ name: 'eth0', index: 2, mac: '02:00:00:00:00:11', up: true, loopback: false, noArp: false, master: false },
  ...{ addresses: ['192.0.2.11/24'], gateways: [] },
};
const others = [12, 13].map((number) => speakerStatus(`n${number - 10}`, [`192.0.2.${number}/24`]));

const RANKED = { interfaces: ['eth0'], weight: 0, localEndpoint: 'NotNeeded' } as const;

function plan(ranked: readonly string[], withheld: readonly Omit<WithheldNode, 'detail'>[] = []): AnnouncementPlan {
  const base = { address: '192.0.2.50', service: 'default/web', protocol: 'l2', reason: null, message: '' } as const;
  return {
    ...base,
    owner: ranked[0],
    ranked: ranked.map((node) => ({ ...RANKED, node })),
    withheld: withheld.map((each) => ({ ...each, detail: '' })),
  };
}

/** What n1 makes of the plans. */
function duties(plans: readonly AnnouncementPlan[], owned: readonly string[] = []) {
  const segments = new Segments('n1', [eth0], others, usedInterfaces(plans));
  const holdOffs = new Map([['192.0.2.50', 7000]]);
  const facts: DutyFacts = { node: 'n1', segments, holdOffs, owns: (address) => owned.includes(address) };
  const found = [...dutiesOf(plans, facts).values()];
  return { duties: found.flatMap(({ duties }) => duties), withheld: found.flatMap(({ withheld }) => withheld) };
}

const candidates = (...args: Parameters<typeof duties>) =>
  duties(...args).duties.map(({ planned }) => planned.candidates);

describe('dutiesOf', () => {
  it('knows all nodes in line, whichever place this one has', () => {
    const found = duties([plan(['n2', 'n1', 'n3'])]);
    expect(found.duties).toMatchObject([
      {
        segment: { key: '192.0.2.0/24', interface: { name: 'eth0' }, local: '192.0.2.11' },
        services: ['default/web'],
        planned: { address: '192.0.2.50', candidates: ['n2', 'n1', 'n3'], holdOff: 7000, draining: false },
      },
    ]);
    expect(found.withheld).toEqual([{ address: '192.0.2.50', service: 'default/web', reason: 'NotOwner' }]);
  });

  it('knows them where this one is not in line, and says why it is not', () => {
    const found = duties([plan(['n2', 'n3'], [{ node: 'n1', reason: 'NodeDraining' }])]);
    expect(found.duties).toMatchObject([{ planned: { candidates: ['n2', 'n3'], draining: true } }]);
    expect(found.withheld).toMatchObject([{ reason: 'NodeDraining' }]);
  });

  it('lets a node that is not Ready keep what it has, and take nothing', () => {
    const plans = [plan(['n2', 'n3'], [{ node: 'n1', reason: 'NodeNotReady' }])];
    expect(candidates(plans)).toEqual([['n2', 'n3']]);
    expect(candidates(plans, ['192.0.2.50'])).toEqual([['n1', 'n2', 'n3']]);
  });

  it('leaves those out who are not on the segment', () => {
    expect(candidates([plan(['n9', 'n2', 'n1'])])).toEqual([['n2', 'n1']]);
  });

  it('joins the Services of a shared address, one of which no advertisement may cover', () => {
    const uncovered = { ...plan([]), service: 'default/api', reason: 'NoAdvertisement' } as const;
    expect(duties([uncovered, plan(['n1'])]).duties).toMatchObject([
      { services: ['default/api', 'default/web'], planned: { candidates: ['n1'] } },
    ]);
  });

  it('passes over an address that is none', () => {
    const none: AnnouncementPlan = { ...plan([]), address: 'rubbish', reason: 'NoAddress' };
    expect(duties([none])).toEqual({ duties: [], withheld: [] });
  });
});

describe('usedInterfaces', () => {
  /** A plan that ranks nodes by these interfaces, and counts how often it is read. */
  function counted(interfaces: Readonly<Record<string, readonly string[]>>) {
    const ranked = Object.entries(interfaces).map(([node, by]) => ({ ...RANKED, node, interfaces: by }));
    const read = vi.fn(() => ranked);
    return { read, plan: Object.defineProperty({ ...plan([]) }, 'ranked', { get: read }) };
  }

  it('are those by which a node is ranked; those of the others for one that is not', () => {
    const plans = [counted({ n1: ['eth1'], n2: ['eth0'] }), counted({ n1: ['eth2'], n3: [] })];
    const used = usedInterfaces(plans.map(({ plan }) => plan));
    expect([...used('n1')]).toEqual(['eth1', 'eth2']);
    for (const node of ['n3', 'n9']) expect([...used(node)].sort()).toEqual(['eth0', 'eth1', 'eth2']);
  });

  it('reads each plan once, whatever nodes are asked about, and none where none is', () => {
    const { plan: one, read } = counted({ n1: ['eth0'], n2: ['eth1'] });
    const used = usedInterfaces([one]);
    expect(read).not.toHaveBeenCalled();
    for (const node of ['n1', 'n2', 'n9', 'n1']) used(node);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
