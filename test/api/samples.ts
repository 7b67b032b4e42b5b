/** Objects of our kinds that a reader may be given, and what is to be said of them: by our check and by an API server. */

/** An object that is good. */
export interface GoodSample {
  readonly title: string;
  readonly object: SampleObject;
}

/** An object that is not, with every fault that it has. */
export interface BadSample extends GoodSample {
  readonly faults: readonly { readonly field: string; readonly message: string }[];
  /** Whether an API server says the very same (CEL), says something of its own, or says nothing. */
  readonly server: 'same words' | 'own words' | 'accepts';
}

/** What a file or a client may hold. */
export interface SampleObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** An object of a kind of ours with this spec. */
export const object = (kind: string, spec?: unknown): SampleObject => ({
  apiVersion: 'berth.dev/v1beta1',
  kind,
  metadata: { name: 'sample' },
  ...(spec === undefined ? {} : { spec }),
});

/** An `IPAddressPool` with this spec. */
export const pool = (spec: unknown): SampleObject => object('IPAddressPool', spec);
/** An `L2Advertisement` with this spec. */
export const advertisement = (spec?: unknown): SampleObject => object('L2Advertisement', spec);

const selector = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] };
const many = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);

const ENTRIES = [
  '192.0.2.0/24',
  '192.0.2.1/24',
  '192.0.2.1/32',
  '0.0.0.0/0',
  '192.0.2.10-192.0.2.20',
  '192.0.2.10 - 192.0.2.20',
  '192.0.2.10-192.0.2.10',
  '9.255.255.255-10.0.0.0',
  '2001:db8::/64',
  '2001:DB8::1/128',
  '2001:db8::1-2001:db8::ff',
  '2001:db8::ff-2001:db8::1',
  '::192.0.2.1/128',
];

export const GOOD: readonly GoodSample[] = [
  ...ENTRIES.map((entry) => ({ title: `the entry ${entry}`, object: pool({ addresses: [entry] }) })),
  {
    title: 'a reserved bare address',
    object: pool({ addresses: ['192.0.2.0/24'], reserved: ['192.0.2.1', '2001:db8::1'] }),
  },
  { title: '128 entries', object: pool({ addresses: many(128) }) },
  {
    title: 'a pool with every field',
    object: pool({
      addresses: ['192.0.2.0/24'],
      autoAssign: false,
      avoidBuggyIPs: true,
      serviceAllocation: {
        priority: 10,
        namespaces: ['default'],
        namespaceSelectors: [selector],
        serviceSelectors: [{ matchLabels: { app: 'web' } }],
      },
      reclaimPolicy: 'Evict',
      sharing: 'Cluster',
      reserved: ['192.0.2.1-192.0.2.9', '192.0.2.128/25'],
      disabled: true,
    }),
  },
  { title: 'an advertisement without a spec', object: advertisement() },
  {
    title: 'an advertisement with every field',
    object: advertisement({
      ipAddressPools: ['public'],
      ipAddressPoolSelectors: [{}],
      nodeSelectors: [selector],
      interfaces: ['eth0', 'bond0.100'],
      serviceSelectors: [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }],
      preferredNodeSelectors: [{ weight: 100, preference: selector }],
      offSubnet: 'Announce',
      failover: { interval: '50ms', multiplier: 5, holdOff: '1h30m', refresh: '0s', announcementRate: 200 },
    }),
  },
];

const refusedEntry = (entry: string, reason: string): BadSample => ({
  title: `the entry ${JSON.stringify(entry)}`,
  object: pool({ addresses: [entry] }),
  faults: [{ field: 'spec.addresses[0]', message: `"${entry}" ${reason}` }],
  server: 'same words',
});

const RESERVED_SHAPE = 'is neither an address, a CIDR such as 192.0.2.0/24 nor a range such as 192.0.2.10-192.0.2.20';
const SHAPE = 'is neither a CIDR such as 192.0.2.0/24 nor a range such as 192.0.2.10-192.0.2.20';
const DURATION = 'must be a duration from 10ms to 60s, such as 100ms, 90s or 1h30m';

export const BAD: readonly BadSample[] = [
  refusedEntry('192.0.2.1', 'is a bare address: write 192.0.2.1/32'),
  refusedEntry('2001:db8::1', 'is a bare address: write 2001:db8::1/128'),
  refusedEntry('192.0.2.9-192.0.2.1', 'ends before it begins: swap the two addresses'),
  refusedEntry('10.0.0.0-9.255.255.255', 'ends before it begins: swap the two addresses'),
  refusedEntry('192.0.2.1-2001:db8::1', 'mixes IPv4 and IPv6: both ends of a range must be of one family'),
  refusedEntry('2001:db8::1-192.0.2.1', 'mixes IPv4 and IPv6: both ends of a range must be of one family'),
  ...[
    'public',
    '192.0.2.0/33',
    '192.0.2.0/024',
    '192.0.2.0/',
    '192.0.2.256/32',
    '192.0.02.1/32',
    ' 192.0.2.0/24',
    '192.0.2.1-',
    '192.0.2.1-9',
    '192.0.2.1-192.0.2.2-192.0.2.3',
    '192.0.2.0/24-192.0.2.9',
    '192.0.2.0/24,192.0.3.0/24',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    '::ffff:192.0.2.0/120',
    '::ffff:192.0.2.1-::ffff:192.0.2.9',
  ].map((entry) => refusedEntry(entry, SHAPE)),
  {
    title: 'a reserved entry that is none',
    object: pool({ addresses: ['192.0.2.0/24'], reserved: ['router'] }),
    faults: [{ field: 'spec.reserved[0]', message: `"router" ${RESERVED_SHAPE}` }],
    server: 'same words',
  },
  {
    title: 'several faults at once',
    object: pool({ addresses: ['192.0.2.0/24', '192.0.2.1', 'x'], reserved: ['y'] }),
    faults: [
      { field: 'spec.addresses[1]', message: '"192.0.2.1" is a bare address: write 192.0.2.1/32' },
      { field: 'spec.addresses[2]', message: `"x" ${SHAPE}` },
      { field: 'spec.reserved[0]', message: `"y" ${RESERVED_SHAPE}` },
    ],
    server: 'same words',
  },
  {
    title: 'no addresses',
    object: pool({ addresses: [] }),
    faults: [{ field: 'spec.addresses', message: 'must have at least 1 entry' }],
    server: 'own words',
  },
  {
    title: '129 entries',
    object: pool({ addresses: many(129) }),
    faults: [{ field: 'spec.addresses', message: 'must have at most 128 entries' }],
    server: 'own words',
  },
  {
    title: 'an entry of 81 characters',
    object: pool({ addresses: [`192.0.2.0/24${' '.repeat(69)}`] }),
    faults: [{ field: 'spec.addresses[0]', message: 'must have at most 80 characters' }],
    server: 'own words',
  },
  {
    title: 'an unknown reclaim policy',
    object: pool({ addresses: ['192.0.2.0/24'], reclaimPolicy: 'Delete' }),
    faults: [{ field: 'spec.reclaimPolicy', message: 'must be "Retain" or "Evict", not "Delete"' }],
    server: 'own words',
  },
  {
    title: 'wrong types',
    object: pool({ addresses: '192.0.2.0/24', autoAssign: 'yes', serviceAllocation: { priority: 1.5 } }),
    faults: [
      { field: 'spec.addresses', message: 'must be a list, not a string' },
      { field: 'spec.autoAssign', message: 'must be a boolean, not a string' },
      { field: 'spec.serviceAllocation.priority', message: 'must be an integer, not a fraction' },
    ],
    server: 'own words',
  },
  {
    title: 'no spec',
    object: object('IPAddressPool'),
    faults: [{ field: 'spec', message: 'is required' }],
    server: 'own words',
  },
  {
    title: 'misspelt and unknown fields',
    object: pool({ addresses: ['192.0.2.0/24'], autoasign: true, colour: 'red' }),
    faults: [
      { field: 'spec.autoasign', message: 'is not a known field: did you mean "autoAssign"?' },
      {
        field: 'spec.colour',
        message:
          'is not a known field: known are addresses, autoAssign, avoidBuggyIPs, serviceAllocation, reclaimPolicy, sharing, reserved, disabled',
      },
    ],
    server: 'own words',
  },
  {
    title: 'a namespace listed twice',
    object: pool({ addresses: ['192.0.2.0/24'], serviceAllocation: { namespaces: ['a', 'b', 'a'] } }),
    faults: [{ field: 'spec.serviceAllocation.namespaces[2]', message: '"a" is listed twice: remove one' }],
    server: 'own words',
  },
  {
    title: 'a selector operator without its values',
    object: advertisement({ nodeSelectors: [{ matchExpressions: [{ key: 'zone', operator: 'In' }] }] }),
    faults: [
      {
        field: 'spec.nodeSelectors[0].matchExpressions[0].values',
        message: 'In and NotIn need at least one value',
      },
    ],
    server: 'same words',
  },
  {
    title: 'a selector operator with values that it does not take',
    object: advertisement({
      nodeSelectors: [{ matchExpressions: [{ key: 'zone', operator: 'Exists', values: ['a'] }] }],
    }),
    faults: [
      {
        field: 'spec.nodeSelectors[0].matchExpressions[0].values',
        message: 'Exists and DoesNotExist take no values: remove them',
      },
    ],
    server: 'same words',
  },
  {
    title: 'a weight out of range',
    object: advertisement({ preferredNodeSelectors: [{ weight: 0, preference: {} }] }),
    faults: [{ field: 'spec.preferredNodeSelectors[0].weight', message: 'must be at least 1, not 0' }],
    server: 'own words',
  },
  {
    title: 'an interface name with a space',
    object: advertisement({ interfaces: ['eth 0'] }),
    faults: [
      {
        field: 'spec.interfaces[0]',
        message: 'is not the name of a network interface: write it as "ip link" shows it',
      },
    ],
    server: 'own words',
  },
  {
    title: 'an interval that is too short',
    object: advertisement({ failover: { interval: '9ms' } }),
    faults: [{ field: 'spec.failover.interval', message: DURATION }],
    server: 'same words',
  },
  {
    title: 'an interval that is a number',
    object: advertisement({ failover: { interval: 3, holdOff: 0, refresh: 0.5 } }),
    faults: [
      {
        field: 'spec.failover.interval',
        message: 'must be a duration with its unit, not the number 3: write 3s',
      },
      { field: 'spec.failover.holdOff', message: 'must be a duration with its unit, not the number 0: write 0s' },
      { field: 'spec.failover.refresh', message: 'must be a duration with its unit, not the number 0.5: write 500ms' },
    ],
    server: 'own words',
  },
  {
    title: 'an interval that is a number no duration has',
    object: advertisement({ failover: { refresh: -1 } }),
    faults: [
      {
        field: 'spec.failover.refresh',
        message: 'must be a duration with its unit, not the number -1: write it such as 100ms, 90s or 1h30m',
      },
    ],
    server: 'own words',
  },
  {
    title: 'an interval without a unit',
    object: advertisement({ failover: { interval: '100' } }),
    faults: [{ field: 'spec.failover.interval', message: DURATION }],
    server: 'same words',
  },
];
