import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { inFolder } from '../../src/explain/folder-words.ts';
import { explainNode } from '../../src/explain/node.ts';
import { Situation, type SituationInput } from '../../src/explain/situation.ts';
import { advertisement as bgp, peer } from '../announcement/bgp/objects.ts';
import { advertisement, link, newSpeaker, node, nodeWith, speaker } from '../announcement/objects.ts';
import { NOW, situation, speakerLease } from './situations.ts';

const SINCE = '2026-01-01T11:00:00Z';

/** A speaker in 192.0.2.0/24 with more in its report. */
function reporting(report: object, name = 'n1'): KubernetesObject {
  const { status, ...rest } = speaker(name);
  return { ...rest, ...{ status: { ...status, ...report } } };
}

const l2 = (address: string, role: string) => ({
  ...{ address, service: 'default/web', interface: 'eth0', role, since: SINCE },
});
const withheld = (reason: string, count = 1, more: object = {}) => ({
  ...{ reason, count, examples: ['192.0.2.50 default/web'] },
  ...more,
});

function told(whole: Situation): Explanation & { readonly node: NonNullable<Explanation['node']> } {
  const found = explainNode('n1', whole);
  if (found?.node === undefined) throw new Error('n1 is not explained as a node');
  return { ...found, node: found.node };
}

const explained = (objects: readonly KubernetesObject[], rest: Partial<SituationInput> = {}) =>
  told(situation(objects, rest));
/** Without the default advertisement. */
const bare = (objects: readonly KubernetesObject[]) => told(new Situation({ objects }));
const wrong = ({ summary, findings }: Explanation) =>
  [summary, ...findings].filter(({ ok }) => !ok).map(({ reason }) => reason);

describe('explainNode', () => {
  it('knows no node that has neither a Node nor a SpeakerStatus', () => {
    expect(explainNode('n2', situation([node('n1'), speaker('n1')]))).toBeUndefined();
  });

  it('says of a node in good health what it answers for', () => {
    const roles = [l2('192.0.2.50', 'Owner'), l2('192.0.2.51', 'Owner'), l2('192.0.2.52', 'Standby')];
    const {
      object,
      summary,
      findings,
      node: details,
    } = explained([node('n1'), reporting({ l2: roles, withheld: [withheld('NotOwner')] }), speakerLease('n1', 1)], {
      now: NOW,
    });
    expect(object).toEqual({ kind: 'Node', namespace: null, name: 'n1' });
    const message = 'answers for 2 addresses, stands by for 1';
    expect(summary).toEqual({ ok: true, reason: 'Announcing', message, remedy: null });
    expect(findings).toEqual([]);
    expect(details).toMatchObject({
      speaker: { state: 'Alive', renewed: '2026-01-01T11:59:59.000Z' },
      bars: [],
      advertisements: ['default'],
      interfaces: [{ name: 'eth0', up: true, advertisements: ['default'], reservedFor: null }],
      roles: [
        { role: 'Owner', count: 2, examples: ['192.0.2.50 default/web', '192.0.2.51 default/web'] },
        { role: 'Standby', count: 1 },
        { role: 'Caretaker', count: 0, examples: [] },
      ],
      unlisted: 0,
      conflicts: [],
      sessions: [],
      withheld: [{ reason: 'NotOwner', count: 1, protocol: 'l2', peer: null, remedy: null }],
    });
  });

  const excluded = { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } };
  const outOfService = { spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] } };
  it.each<[string, readonly KubernetesObject[], string, RegExp]>([
    ['is drained', [node('n1', { annotations: { 'berth.dev/drain': '' } })], 'NodeDraining', /berth undrain n1/],
    ['is not Ready', [nodeWith('n1', 'Ready', 'False')], 'NodeNotReady', /not Ready \(Tested\)/],
    ['has no network', [nodeWith('n1', 'NetworkUnavailable', 'True')], 'NodeNetworkUnavailable', /NetworkUnavailable/],
    ['is labelled', [node('n1', excluded)], 'NodeExcluded', /labelled/],
    ['is out of service', [node('n1', {}, outOfService)], 'NodeExcluded', /tainted/],
  ])('says that a node %s, though its speaker lives', (_, objects, reason, message) => {
    const whole = explained([...objects, speaker('n1')]);
    expect(whole.summary).toMatchObject({ ok: false, reason, remedy: expect.any(String) });
    expect(whole.summary.message).toMatch(message);
    expect(whole.node.bars).toEqual([whole.summary]);
    expect(whole.findings).toEqual([]);
  });

  it('puts what bars the node before a speaker that is not there', () => {
    const whole = explained([nodeWith('n1', 'Ready', 'False')]);
    expect(wrong(whole)).toEqual(['NodeNotReady', 'InterfacesUnknown']);
    expect(whole.node).toMatchObject({ speaker: { state: 'Missing' }, interfaces: null });
  });

  it('knows what only the speaker can tell: that kube-proxy is not healthy', () => {
    const report = reporting({ withheld: [withheld('ProxyNotReady', 3)] });
    expect(wrong(explained([node('n1'), report]))).toEqual(['ProxyNotReady']);
    const gone = explained([node('n1'), report, speakerLease('n1', 60)], { now: NOW });
    expect(wrong(gone)).toEqual(['SpeakerSilent']);
  });

  it.each<[string, readonly KubernetesObject[], Partial<SituationInput>, string]>([
    ['renews its Lease', [speaker('n1'), speakerLease('n1', 1)], { now: NOW }, 'Alive'],
    ['has stopped to', [speaker('n1'), speakerLease('n1', 60)], { now: NOW }, 'Silent'],
    ['has given its Lease up', [speaker('n1'), speakerLease('n2', 1)], { now: NOW }, 'Silent'],
    ['has not reported yet', [newSpeaker('n1'), speakerLease('n1', 1)], { now: NOW }, 'Alive'],
    ['is one of a copy', [speaker('n1'), speakerLease('n1', 60)], {}, 'Unknown'],
    ['runs where there are no Leases', [speaker('n1')], { now: NOW }, 'Unknown'],
    [
      'runs where no Lease may be read',
      [speaker('n1')],
      { now: NOW, unread: [{ what: 'Lease', why: 'forbidden' }] },
      'Unknown',
    ],
    ['never ran', [node('n1')], { now: NOW }, 'Missing'],
  ])('of a speaker that %s it says so', (_, objects, rest, state) => {
    expect(explained(objects, rest).node.speaker.state).toBe(state);
  });

  it('says which interfaces each advertisement may use', () => {
    const interfaces = [link('eth0', '192.0.2.11/24'), link('cni0', '10.244.0.1/24'), { ...link('eth1'), up: false }];
    const { node: details } = bare([
      advertisement({}, 'any'),
      advertisement({ interfaces: ['eth1', 'cni0'] }, 'named'),
      advertisement({ nodeSelectors: [{ matchLabels: { rack: 'b' } }] }, 'elsewhere'),
      speaker('n1', interfaces),
    ]);
    expect(details.advertisements).toEqual(['any', 'named']);
    expect(details.interfaces?.map((each) => [each.name, each.up, each.advertisements])).toEqual([
      ['eth0', true, ['any']],
      ['cni0', true, ['named']],
      ['eth1', false, ['any', 'named']],
    ]);
    expect(details.interfaces?.map(({ reservedFor }) => reservedFor !== null)).toEqual([false, true, false]);
  });

  it.each<[string, readonly KubernetesObject[], readonly string[]]>([
    ['no advertisement at all', [speaker('n1')], ['NoAdvertisement']],
    ['routes alone, and no peer', [speaker('n1'), bgp()], ['NoPeer']],
    [
      'an advertisement for other nodes',
      [speaker('n1'), advertisement({ nodeSelectors: [{ matchLabels: { rack: 'b' } }] })],
      ['NodeNotSelected'],
    ],
    [
      'an advertisement on interfaces that it lacks',
      [speaker('n1'), advertisement({ interfaces: ['eth9'] })],
      ['InterfaceMissing'],
    ],
    [
      'one of two advertisements on an interface that it has',
      [speaker('n1'), advertisement({ interfaces: ['eth9'] }), advertisement({}, 'other')],
      [],
    ],
    [
      'its link down',
      [speaker('n1', [{ ...link('eth0', '192.0.2.11/24'), up: false }]), advertisement()],
      ['InterfaceDown'],
    ],
    ['one of two links down', [speaker('n1', [link('eth0'), { ...link('eth1'), up: false }]), advertisement()], []],
    ['a speaker that has reported nothing yet', [newSpeaker('n1'), advertisement()], ['InterfacesUnknown']],
    ['a SpeakerStatus of a node that is gone', [node('n2'), speaker('n1'), advertisement()], ['NodeGone']],
  ])('with %s', (_, objects, reasons) => {
    expect(wrong(bare(objects))).toEqual(reasons);
  });

  it('tells of strangers, and of addresses for which there was no room', () => {
    const conflicts = [{ address: '192.0.2.50', mac: '02:00:00:00:00:99', seen: SINCE }];
    const whole = explained([reporting({ conflicts, unlisted: 7, l2: [l2('192.0.2.51', 'Owner')] })]);
    expect(whole.summary).toMatchObject({ ok: false, reason: 'AddressConflict' });
    expect(whole.summary.message).toContain('192.0.2.50 (02:00:00:00:00:99)');
    expect(whole.findings).toMatchObject([{ ok: true, reason: 'NotListed' }]);
    expect(whole.node.conflicts).toEqual(conflicts);
    const { summary, findings } = explained([reporting({ unlisted: 7, l2: [l2('192.0.2.51', 'Owner')] })]);
    expect(summary).toMatchObject({ ok: true, message: 'answers for 8 addresses' });
    expect(findings.map(({ reason }) => reason)).toEqual(['NotListed']);
  });

  const session = (state: string, more: object = {}) => ({
    ...{ peer: 'tor', address: '192.0.2.1', state, since: SINCE, advertised: 0 },
    ...more,
  });
  const refused = session('Active', {
    lastError: { code: 0, subcode: 0, cause: 'Refused', text: 'refused', at: SINCE },
  });

  it('explains its sessions as the peer is explained', () => {
    const objects = [peer('tor'), peer('other', { nodeSelectors: [{ matchLabels: { rack: 'b' } }] }), bgp()];
    const { summary, node: details } = explained([...objects, reporting({ sessions: [refused] })]);
    expect(summary).toMatchObject({ ok: false, reason: 'Refused', message: 'peer tor: refused' });
    expect(details.sessions).toMatchObject([
      { peer: 'tor', node: 'n1', state: 'Active', finding: { reason: 'Refused' } },
    ]);
    const well = explained([...objects, reporting({ sessions: [session('Established')] })]);
    expect(well.summary.message).toBe('answers for 0 addresses, has 1 BGP session Established');
  });

  it('needs no L2Advertisement where a session is wanted', () => {
    expect(wrong(bare([peer('tor'), bgp(), reporting({ sessions: [session('Established')] })]))).toEqual([]);
  });

  it('says nothing of the sessions of a speaker that is gone', () => {
    const objects = [peer('tor'), reporting({ sessions: [refused] }), speakerLease('n1', 60)];
    const whole = explained(objects, { now: NOW });
    expect(wrong(whole)).toEqual(['SpeakerSilent']);
    expect(whole.node.sessions).toMatchObject([{ isSilent: true }]);
  });

  it.each<[string, object, readonly string[]]>([
    ['not the owner', { withheld: [withheld('NotOwner'), withheld('NoLocalEndpoint')] }, []],
    ['moves that came too often', { withheld: [withheld('MovedTooOften')] }, ['MovedTooOften']],
    ['another subnet, and nothing else to do', { withheld: [withheld('OffSubnet')] }, ['OffSubnet']],
    [
      'another subnet, beside what it answers for',
      { l2: [l2('192.0.2.51', 'Owner')], withheld: [withheld('OffSubnet')] },
      [],
    ],
    ['a word of another version', { withheld: [withheld('Novel')] }, []],
  ])('of what is withheld for %s it makes that of it', (_, report, reasons) => {
    expect(wrong(explained([reporting(report)]))).toEqual(reasons);
  });

  it('lists what is withheld, each with what to do', () => {
    const all = [
      withheld('OffSubnet', 4),
      withheld('PeerNotSelected', 2, { protocol: 'bgp', peer: 'tor' }),
      withheld('Novel'),
    ];
    expect(explained([reporting({ withheld: all })]).node.withheld).toMatchObject([
      { reason: 'OffSubnet', count: 4, protocol: 'l2', remedy: expect.stringContaining('offSubnet: Announce') },
      { reason: 'PeerNotSelected', count: 2, protocol: 'bgp', peer: 'tor', remedy: expect.any(String) },
      { reason: 'Novel', count: 1, meaning: null, remedy: null },
    ]);
  });

  it('speaks of a folder where there is one', () => {
    const { summary, node: details } = inFolder(explained([node('n1')]));
    expect(summary.remedy).toBe('Run berth standalone, without --no-speaker, on the node.');
    expect(details?.bars).toEqual([summary]);
  });
});
