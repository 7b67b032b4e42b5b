import { describe, expect, it } from 'vitest';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { type SpeakerReport, SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import { parsePrefix } from '../../../src/ip/prefix.ts';
import type { NetworkInterface } from '../../../src/os/interfaces.ts';
import type { Duty, Withheld } from '../../../src/speaker/plan/duties.ts';
import { buildReport, MOST_STANDBYS, type StatusFacts } from '../../../src/speaker/report/status.ts';
import type { WireFact } from '../../../src/speaker/wire-thread/view.ts';

const eth0: NetworkInterface = {
  name: 'eth0',
  index: 2,
  mac: '02:00:00:00:00:11',
  up: true,
  loopback: false,
  noArp: false,
  master: false,
  addresses: ['192.0.2.11/24', '2001:db8::11/64'],
  gateways: ['192.0.2.1'],
};
const ADDRESS = '192.0.2.50';
const SINCE = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:09.000Z';

function facts(more: Partial<StatusFacts> & { wire?: Readonly<Record<string, Partial<WireFact>>> } = {}): StatusFacts {
  const { wire = {}, ...others } = more;
  const fact = { role: 'Owner', cause: 'Placed', node: undefined, since: SINCE } as const;
  const factsOf = (address: string) => {
    return new Map(address === ADDRESS ? Object.entries(wire).map(([link, each]) => [link, { ...fact, ...each }]) : []);
  };
  return { node: 'n1', interfaces: [eth0], duties: { duties: [], withheld: [] }, factsOf, conflicts: [], ...others };
}

function duty(
  more: { candidates?: readonly string[]; services?: readonly string[]; link?: NetworkInterface } = {},
): Duty {
  const { candidates = ['n1'], services = ['default/web'], link = eth0 } = more;
  const prefix = parsePrefix('192.0.2.11/24');
  return {
    segment: { key: '192.0.2.0/24', prefix, interface: link, local: '192.0.2.11' },
    services,
    planned: { address: ADDRESS, candidates, holdOff: 0, draining: false },
  };
}

const lastError = { code: 4, subcode: 0, text: 'sent: Hold Timer Expired', at: SINCE };
const ends = { peer: 'tor', address: '192.0.2.1', advertised: 1, since: SINCE };
const session: NonNullable<SpeakerReport['sessions']>[number] = { ...ends, state: 'Established', bfd: 'Up', lastError };

describe('buildReport', () => {
  it.each([
    ['since when packets bounce', SINCE, { bouncing: { since: SINCE } }],
    ['nothing of it where they do not', undefined, {}],
  ])('tells %s', (_, bouncingSince, told) => {
    const { bouncing, ...rest } = buildReport(facts({ bouncingSince }));
    expect({ ...(bouncing && { bouncing }) }).toEqual(told);
    expect(rest).toEqual(buildReport(facts()));
  });

  it('says the contract of SpeakerStatus to the letter', () => {
    const report = buildReport(
      facts({
        duties: {
          duties: [duty()],
          withheld: [{ address: '192.0.2.51', service: 'default/api', reason: 'NoLocalEndpoint' }],
        },
        wire: { eth0: { lastAnswered: LATER } },
        conflicts: [{ address: '192.0.2.50', mac: '02:00:00:00:00:99', seen: LATER }],
        sessions: [session],
      }),
    );
    expect(report).toEqual({
      interfaces: [
        {
          name: 'eth0',
          mac: '02:00:00:00:00:11',
          up: true,
          addresses: ['192.0.2.11/24', '2001:db8::11/64'],
          gateways: ['192.0.2.1'],
        },
      ],
      l2: [
        {
          address: '192.0.2.50',
          service: 'default/web',
          interface: 'eth0',
          role: 'Owner',
          since: SINCE,
          lastAnswered: LATER,
        },
      ],
      withheld: [{ reason: 'NoLocalEndpoint', count: 1, examples: ['192.0.2.51 default/api'] }],
      conflicts: [{ address: '192.0.2.50', mac: '02:00:00:00:00:99', seen: LATER }],
      sessions: [session],
    });
    const object = { apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name: 'n1' }, status: report };
    expect(mustParse(SpeakerStatusKind, object)).toEqual(object);
  });

  const notOwner = { address: ADDRESS, service: 'default/web', reason: 'NotOwner' } as const;
  it.each<[string, Partial<WireFact>, readonly string[], readonly string[], readonly string[]]>([
    ['an owner', {}, ['n2', 'n1'], ['Owner'], []],
    ['an owner that is not in line', {}, ['n2', 'n3'], ['Owner'], []],
    ['a caretaker', { role: 'Caretaker' }, ['n2', 'n1'], ['Caretaker'], ['NotOwner']],
    ['a standby', { role: 'Standby' }, ['n2', 'n3', 'n1'], ['Standby'], ['NotOwner']],
    ['the fourth in line', { role: 'Standby' }, ['n2', 'n3', 'n4', 'n1'], [], ['NotOwner']],
    ['one that places it', { role: 'Placing' }, ['n1'], [], ['NotOwner']],
    ['one that a stranger hinders', { role: 'Conflict' }, ['n1'], [], ['AddressConflict']],
    ['one that has moved too often', { role: 'Owner', cause: 'MovedTooOften' }, ['n2'], ['Owner'], ['MovedTooOften']],
    ['one without carrier', { role: 'Held', cause: 'CarrierLost' }, ['n1'], [], ['InterfaceDown']],
    ['one that stood still', { role: 'Held', cause: 'Paused' }, ['n1'], [], ['NotOwner']],
  ])('tells of %s', (_name, fact, candidates, roles, reasons) => {
    const duties = { duties: [duty({ candidates })], withheld: [notOwner] };
    const report = buildReport(facts({ duties, wire: { eth0: fact } }));
    expect(report.l2?.map(({ role }) => role)).toEqual(roles);
    expect(report.withheld?.map(({ reason }) => reason)).toEqual(reasons);
  });

  it('names every Service of a shared address, on every interface', () => {
    const eth1 = { ...eth0, name: 'eth1', index: 3 };
    const services = ['default/a', 'default/b'];
    const duties = { duties: [duty({ services }), duty({ services, link: eth1 })], withheld: [] };
    const { l2 } = buildReport(facts({ duties, wire: { eth0: {}, eth1: {} } }));
    expect(l2?.map((each) => `${each.service} ${each.interface}`)).toEqual([
      'default/a eth0',
      'default/b eth0',
      'default/a eth1',
      'default/b eth1',
    ]);
  });

  it.each([
    [MOST_STANDBYS, MOST_STANDBYS],
    [MOST_STANDBYS + 1, 0],
  ])('of %i addresses that it stands by for lists %i', (count, listed) => {
    const duties = { duties: Array.from({ length: count }, () => duty()), withheld: [] };
    expect(buildReport(facts({ duties, wire: { eth0: { role: 'Standby' } } })).l2).toHaveLength(listed);
  });

  it('tells apart what is withheld at layer 2 and what from all BGP peers', () => {
    const withheld = (name: string, reason: Withheld['reason']): Withheld => {
      return { address: ADDRESS, service: `default/${name}`, reason };
    };
    const l2 = [withheld('bgp', 'NoAdvertisement'), withheld('none', 'NoAdvertisement')];
    const routes = {
      withheld: () => [withheld('local', 'NoLocalEndpoint'), withheld('web', 'NoLocalEndpoint')],
      plannedFor: () => [],
      isCovered: (service: string) => service === 'default/bgp',
    };
    expect(buildReport(facts({ duties: { duties: [], withheld: l2 }, routes })).withheld).toEqual([
      { reason: 'NoAdvertisement', count: 1, examples: [`${ADDRESS} default/none`] },
      {
        reason: 'NoLocalEndpoint',
        count: 2,
        examples: [`${ADDRESS} default/local`, `${ADDRESS} default/web`],
        protocol: 'bgp',
      },
    ]);
  });

  it('tells which addresses an Established session does not tell, and why', () => {
    const planned = ['192.0.2.50', '2001:db8:1::50', '2001:db8:1::51'].map((address) => {
      return { address, service: 'default/web' };
    });
    const routes = { withheld: () => [], plannedFor: () => planned, isCovered: () => true };
    const withheld = (more: Partial<typeof session>) =>
      buildReport(facts({ routes, sessions: [{ ...session, ...more }] })).withheld;
    const entry = { protocol: 'bgp', peer: 'tor' };
    const families: NonNullable<typeof session.families> = ['IPv4'];
    const notCarried = [{ family: 'IPv6', reason: 'NoNextHop', text: 'eth0 has no IPv6 address' }] as const;
    expect(withheld({ families, notCarried })).toEqual([
      {
        ...{ ...entry, reason: 'NoNextHop', count: 2 },
        examples: ['2001:db8:1::50 default/web', '2001:db8:1::51 default/web'],
      },
    ]);
    expect(withheld({ families: ['IPv4', 'IPv6'] })).toEqual([]);
    expect(withheld({})).toEqual([]);
    const oversized = { count: 25, examples: ['192.0.2.0/24'] };
    expect(withheld({ families, oversized })).toMatchObject([
      { ...entry, reason: 'AttributesTooLong', count: 25, examples: ['192.0.2.50 default/web'] },
      { ...entry, reason: 'FamilyNotCarried', count: 2 },
    ]);
  });

  it('counts 10,000 withheld addresses and names 20, by reason in order', () => {
    const withheld: Withheld[] = Array.from({ length: 10_000 }, (_, index) => ({
      address: `198.18.${index >> 8}.${index & 255}`,
      service: `default/s${index}`,
      reason: index % 4 === 0 ? 'OffSubnet' : 'NotOwner',
    }));
    const report = buildReport(facts({ duties: { duties: [], withheld } }));
    expect(report.withheld?.map(({ reason, count, examples }) => [reason, count, examples.length])).toEqual([
      ['NotOwner', 7500, 20],
      ['OffSubnet', 2500, 20],
    ]);
    expect(report.withheld?.[0]?.examples[0]).toBe('198.18.0.1 default/s1');
  });
});
