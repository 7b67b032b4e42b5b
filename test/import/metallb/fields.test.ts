import { describe, expect, it } from 'vitest';
import { METALLB_KINDS } from '../../../src/import/metallb/kinds.ts';

type Outcome = 'same' | 'translated' | 'no equal';
/** A field, what becomes of it, a value that counts, and what we make of that where it is not the same. */
type Row = readonly [field: string, outcome: Outcome, value: unknown, ours?: unknown, beside?: object];

const SELECTORS = [{ matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['d'] }] }];
const OLDER_PEER: readonly Row[] = [
  ['myASN', 'same', 64_512],
  ['peerASN', 'same', 64_513],
  ['peerAddress', 'same', '192.0.2.1'],
  ['sourceAddress', 'same', '192.0.2.11'],
  ['peerPort', 'same', 1179],
  ['holdTime', 'translated', '1m30s', '90s'],
  ['keepaliveTime', 'translated', '1500ms', '1s'],
  ['routerID', 'same', '192.0.2.11'],
  ['nodeSelectors', 'same', SELECTORS],
  ['password', 'same', 'secret'],
  ['bfdProfile', 'same', 'fast'],
  ['ebgpMultiHop', 'same', true],
];
const POOL_AND_MORE: readonly Row[] = [
  ['ipAddressPools', 'same', ['public']],
  ['ipAddressPoolSelectors', 'same', SELECTORS],
  ['nodeSelectors', 'same', SELECTORS],
  ['serviceSelectors', 'same', SELECTORS],
];
/** Every field of the specs in `config/crd/bases` of metallb/metallb 0.16.1, and of `preferredNodeSelectors` after it. */
const FIELDS: Readonly<Record<string, readonly Row[]>> = {
  'v1beta1 IPAddressPool': [
    ['addresses', 'same', ['192.0.2.0/24', '2001:db8::-2001:db8::f', '192.0.2.200/28']],
    ['autoAssign', 'same', false],
    ['avoidBuggyIPs', 'same', true],
    [
      'serviceAllocation',
      'same',
      { priority: 50, namespaces: ['a'], namespaceSelectors: SELECTORS, serviceSelectors: SELECTORS },
    ],
  ],
  'v1beta1 L2Advertisement': [
    ...POOL_AND_MORE,
    ['interfaces', 'same', ['eth0']],
    ['preferredNodeSelectors', 'same', [{ weight: 10, preference: SELECTORS[0] }]],
  ],
  'v1beta1 BGPAdvertisement': [
    ...POOL_AND_MORE,
    ['aggregationLength', 'same', 24],
    ['aggregationLengthV6', 'same', 64],
    ['localPref', 'same', 200],
    ['communities', 'same', ['64512:1', 'large:64512:1:2', 'nope']],
    ['peers', 'same', ['tor']],
  ],
  'v1beta1 BGPPeer': OLDER_PEER,
  'v1beta2 BGPPeer': [
    ...OLDER_PEER,
    ['localASN', 'same', 64_514],
    ['dynamicASN', 'same', 'external', 'external', { peerASN: undefined }],
    ['interface', 'same', 'eth0', 'eth0', { peerAddress: undefined }],
    ['connectTime', 'translated', '1m', '60s'],
    ['passwordSecret', 'translated', { name: 'tor', namespace: 'metallb-system' }, { name: 'tor' }],
    ['enableGracefulRestart', 'same', true],
    ['vrf', 'same', 'red'],
    ['disableMP', 'no equal', true],
    ['dualStackAddressFamily', 'same', true],
  ],
  'v1beta1 BFDProfile': [
    ['receiveInterval', 'same', 100],
    ['transmitInterval', 'same', 100],
    ['detectMultiplier', 'same', 5],
    ['echoInterval', 'no equal', 50],
    ['echoMode', 'no equal', true],
    ['passiveMode', 'same', true],
    ['minimumTtl', 'same', 250],
  ],
  'v1beta1 Community': [['communities', 'same', [{ name: 'nope', value: '64512:1' }]]],
};
const LEAST: Readonly<Record<string, object>> = {
  IPAddressPool: { addresses: ['192.0.2.0/24'] },
  BGPPeer: { myASN: 64_512, peerASN: 64_513, peerAddress: '192.0.2.1' },
};

const kindOf = (name: string) =>
  METALLB_KINDS.find((each) => `${each.apiVersion} ${each.kind}` === `metallb.io/${name}`);

function imported(name: string, spec: object) {
  const kind = kindOf(name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  const { apiVersion } = kind;
  const parsed = kind.parse({
    apiVersion,
    kind: kind.kind,
    metadata: { name: 'x', namespace: 'metallb-system' },
    spec,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const [only, ...more] = kind.translate(parsed.object);
  if (only === undefined || more.length > 0) throw new Error('not one object');
  return only;
}

describe.each(Object.entries(FIELDS))('%s', (name, rows) => {
  const [, kind = ''] = name.split(' ');
  it.each(rows.map((row) => [row[0], row[1], row] as const))('%s: %s', (field, outcome, row) => {
    const [, , value, ours = value, beside = {}] = row;
    const spec = { ...LEAST[kind], ...beside, [field]: value };
    const { manifest, remarks, kind: target } = imported(name, spec);
    expect(target.parse(manifest)).toMatchObject({ ok: true });
    expect(manifest).toMatchObject({ apiVersion: 'berth.dev/v1beta1', kind, metadata: { name: 'x' } });
    const told = remarks.filter((remark) => remark.field === `spec.${field}`);
    if (outcome === 'no equal') {
      expect(manifest.spec).not.toHaveProperty(field);
      expect(told).toHaveLength(1);
    } else expect(manifest.spec[field]).toEqual(ours);
  });

  it('knows these fields and no other', () => {
    const refused = kindOf(name)?.parse({
      apiVersion: `metallb.io/${name.split(' ')[0]}`,
      kind,
      metadata: { name: 'x' },
      spec: { ...LEAST[kind], nonsense: 1 },
    });
    const known = /known are (.*)$/.exec(refused?.ok === false ? (refused.faults[0]?.message ?? '') : '')?.[1];
    expect(known?.split(', ').sort()).toEqual(rows.map(([field]) => field).sort());
  });
});

it('has a table for every kind that is no pool of old', () => {
  const names = METALLB_KINDS.map((each) => `${each.apiVersion.replace('metallb.io/', '')} ${each.kind}`);
  expect(names.filter((name) => !name.endsWith(' AddressPool')).sort()).toEqual(Object.keys(FIELDS).sort());
});

describe('what says nothing', () => {
  it.each<[string, string, object, object]>([
    [
      'v1beta2 BGPPeer',
      'defaults that MetalLB writes out',
      {
        ...LEAST.BGPPeer,
        ...{ passwordSecret: {}, password: '', bfdProfile: '', disableMP: false, vrf: '', localASN: 0, peerPort: 0 },
        ...{ routerID: '', sourceAddress: '', enableGracefulRestart: false },
      },
      { ...LEAST.BGPPeer, enableGracefulRestart: false },
    ],
    ['v1beta1 BGPAdvertisement', 'a preference of 0', { localPref: 0 }, {}],
    ['v1beta1 BFDProfile', 'no echo', { echoMode: false }, {}],
  ])('of a %s is left out without a word: %s', (name, _, spec, ours) => {
    const { manifest, remarks } = imported(name, spec);
    expect([manifest.spec, remarks]).toEqual([ours, []]);
  });
});

describe('the times of a peer', () => {
  it.each<[string | undefined, string | undefined, object, number]>([
    ['90s', '30s', { holdTime: '90s', keepaliveTime: '30s' }, 0],
    ['90s', '0s', { holdTime: '90s' }, 1],
    ['9s', '9s', { holdTime: '9s' }, 1],
    ['0s', '0s', { holdTime: '0s', keepaliveTime: '0s' }, 0],
    ['3.9s', undefined, { holdTime: '3s' }, 0],
    [undefined, '10s', { keepaliveTime: '10s' }, 0],
  ])('hold %s, keepalive %s', (holdTime, keepaliveTime, times, told) => {
    const { manifest, remarks } = imported('v1beta2 BGPPeer', { ...LEAST.BGPPeer, holdTime, keepaliveTime });
    expect(manifest.spec).toEqual({ ...LEAST.BGPPeer, ...times });
    expect(remarks).toHaveLength(told);
  });
});
