import { describe, expect, it } from 'vitest';
import { type AnnouncedFacts, announcedVerdict } from '../../src/announcement/announced.ts';
import type { AnnouncementPlan } from '../../src/announcement/announcement-plan.ts';
import type { Life } from '../../src/announcement/life.ts';
import type { ServiceReport } from '../../src/announcement/speaker-reports.ts';
import { WITHHELD_REASONS } from '../../src/api/reasons/announcement.ts';

const V4 = '192.0.2.50';
const V6 = '2001:db8::50';

const owns = (address: string, name = 'eth0', since = '2026-01-01T00:00:00Z', witness?: string): ServiceReport => ({
  owned: [{ address, interface: name, since, witness }],
  withheld: [],
});
const withholds = (address: string, reason: string): ServiceReport => ({ owned: [], withheld: [{ address, reason }] });

const ranked = (node: string) => ({ node, interfaces: ['eth0'], weight: 0, localEndpoint: 'NotNeeded' }) as const;
const planned: Partial<AnnouncementPlan> = {
  owner: 'n1',
  ranked: [ranked('n1')],
  reason: null,
};

interface Given {
  readonly addresses?: readonly string[];
  readonly reports?: Readonly<Record<string, ServiceReport>>;
  readonly lives?: Readonly<Record<string, Life>>;
  readonly conflicts?: Readonly<Record<string, string>>;
  readonly plan?: Partial<AnnouncementPlan>;
  readonly isUnserved?: boolean;
  readonly crowded?: string;
}

function verdict({
  addresses = [V4],
  reports = {},
  lives = {},
  conflicts,
  plan = planned,
  isUnserved,
  crowded,
}: Given) {
  const facts: AnnouncedFacts = {
    addresses,
    reports: new Map(Object.entries(reports)),
    conflictsOf: (address) => (conflicts && address === V4 ? new Map(Object.entries(conflicts)) : undefined),
    lifeOf: (node) => lives[node] ?? 'Alive',
    isUnserved,
    isCrowded: (node) => node === crowded,
    planOf: (address) => ({
      address,
      service: 'default/web',
      protocol: 'l2',
      ranked: [],
      withheld: [],
      reason: null,
      message: 'why',
      ...plan,
    }),
  };
  return announcedVerdict(facts);
}

const none = (reason: AnnouncementPlan['reason']): Partial<AnnouncementPlan> => ({
  owner: undefined,
  ranked: [],
  reason,
});

describe('announcedVerdict', () => {
  it.each<[string, Given, string, string]>([
    [
      'nothing to announce',
      { addresses: [] },
      'False NoAddress',
      'there is no address to announce: see berth.dev/Allocated',
    ],
    [
      'a living owner',
      { reports: { n1: owns(V4) } },
      'True Announced',
      `${V4}: node n1 announces it on eth0; no other speaker has confirmed it`,
    ],
    [
      'a living owner of an address that nobody serves',
      { reports: { n1: owns(V4) }, isUnserved: true },
      'True Announced',
      `${V4}: node n1 announces it on eth0; no other speaker has confirmed it; no endpoint of it serves on any node, so that clients are refused: see that its selector matches Pods, and that they are ready`,
    ],
    [
      'nobody who lists it, where one that may announce it cannot list everything',
      { plan: { ...planned, ranked: [ranked('n1'), ranked('n2')] }, crowded: 'n2' },
      'Unknown NotListed',
      `${V4}: node n2 may announce it, and answers for more addresses than its SpeakerStatus can list: berth probe tells who does`,
    ],
    [
      'nobody who lists it, where the one that cannot list everything may not announce it',
      { plan: { ...planned, ranked: [ranked('n1')] }, crowded: 'n2' },
      'False NotYetAnnounced',
      `${V4}: node n1 is to announce it on eth0, and has not reported yet that it does`,
    ],
    [
      'one that cannot list everything, and says that it withholds this one',
      { plan: { ...planned, ranked: [ranked('n1')] }, reports: { n1: withholds(V4, 'InterfaceDown') }, crowded: 'n1' },
      'False NoEligibleNode',
      `${V4}: node n1 is to announce it and does not: InterfaceDown (${WITHHELD_REASONS.InterfaceDown.meaning})`,
    ],
    [
      'nobody to announce what nobody serves',
      { plan: none('NoAdvertisement'), isUnserved: true },
      'False NoAdvertisement',
      `${V4}: why`,
    ],
    [
      'a living owner, heard by another',
      { reports: { n1: owns(V4, 'eth0', '2026-01-01T00:00:00Z', 'n2') } },
      'True Announced',
      `${V4}: node n1 announces it on eth0; node n2 heard it`,
    ],
    [
      'the one that took it last, where the former has not reported again yet',
      { reports: { n1: owns(V4), n2: owns(V4, 'eth1', '2026-01-02T00:00:00Z') } },
      'True Announced',
      `${V4}: node n2 announces it on eth1; no other speaker has confirmed it`,
    ],
    [
      'the former, where the last is silent',
      { reports: { n1: owns(V4), n2: owns(V4, 'eth1', '2026-01-02T00:00:00Z') }, lives: { n2: 'Silent' } },
      'True Announced',
      `${V4}: node n1 announces it on eth0; no other speaker has confirmed it`,
    ],
    [
      'one family of two',
      {
        addresses: [V4, V6],
        reports: { n1: { ...owns(V4), ...{ withheld: withholds(V6, 'InterfaceDown').withheld } } },
      },
      'True PartlyAnnounced',
      `${V4}: node n1 announces it on eth0; no other speaker has confirmed it; ${V6}: node n1 is to announce it and ` +
        'does not: InterfaceDown (The interface that would announce the address is down or has no carrier.)',
    ],
    [
      'a silent owner',
      { reports: { n1: owns(V4) }, lives: { n1: 'Silent' } },
      'Unknown SpeakerSilent',
      `${V4}: node n1 announced it on eth0, and its speaker has stopped reporting: see that a speaker runs there`,
    ],
    [
      'a planned owner that has not reported yet',
      {},
      'False NotYetAnnounced',
      `${V4}: node n1 is to announce it on eth0, and has not reported yet that it does`,
    ],
    [
      'a stranger',
      { conflicts: { n1: '02:00:00:00:00:99' }, reports: { n1: withholds(V4, 'AddressConflict') } },
      'False AddressConflict',
      `${V4}: 02:00:00:00:00:99, which is none of our machines, answers for it on the network of node n1: take the ` +
        'address from that machine, or out of the pool (spec.reserved)',
    ],
    [
      'an owner without carrier',
      { reports: { n1: withholds(V4, 'InterfaceDown') } },
      'False NoEligibleNode',
      `${V4}: node n1 is to announce it and does not: InterfaceDown (The interface that would announce the address is down or has no carrier.)`,
    ],
    ['no advertisement', { plan: none('NoAdvertisement') }, 'False NoAdvertisement', `${V4}: why`],
    ['no node', { plan: none('NoEligibleNode') }, 'False NoEligibleNode', `${V4}: why`],
    ['no speaker', { plan: none('NoSpeaker') }, 'False NoSpeaker', `${V4}: why`],
    ['no report at all', { plan: none('InterfacesUnknown') }, 'False NoSpeaker', `${V4}: why`],
  ])('%s', (_, given, expected, message) => {
    const said = verdict(given);
    expect(`${said?.status} ${said?.reason}`).toBe(expected);
    expect(said?.message).toBe(message);
  });

  it('says nothing while it is not clear whether the owner lives', () => {
    expect(verdict({ reports: { n1: owns(V4) }, lives: { n1: 'Undetermined' } })).toBeUndefined();
    const reports = { n1: owns(V4), n2: owns(V4) };
    expect(verdict({ reports, lives: { n1: 'Undetermined' } })?.reason).toBe('Announced');
  });
});
