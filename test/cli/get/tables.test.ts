import { describe, expect, it } from 'vitest';
import { ADDRESSES } from '../../../src/cli/get/addresses.ts';
import { POOLS } from '../../../src/cli/get/pools.ts';
import type { Resource } from '../../../src/cli/get/resource.ts';
import { SERVICES } from '../../../src/cli/get/services.ts';
import { SPEAKERS } from '../../../src/cli/get/speakers.ts';
import type { View } from '../../../src/cli/get/view.ts';
import { tableText } from '../../../src/cli/table.ts';
import { CREATED, condition, lease, NOW, pool, service, speaker } from './objects.ts';

const VIEW: View = {
  pools: [
    pool('broken', ['2001:db8::9-2001:db8::1'], {
      conditions: [condition('Ready', 'False', 'InvalidAddresses', 'spec.addresses[0] runs backwards')],
    }),
    pool('new', ['198.51.100.0/24']),
    pool('public', ['192.0.2.0/24', '2001:db8::/64'], {
      conditions: [condition('Ready', 'True', 'Ready', 'gives out addresses')],
      totalIPv4: 256,
      assignedIPv4: 2,
      availableIPv4: 254,
      totalIPv6: 9007199254740991,
      assignedIPv6: 1,
      availableIPv6: 9007199254740991,
      retained: [{ address: '203.0.113.7', service: 'default/old' }],
    }),
  ],
  services: [
    service(
      'hangs',
      { clusterIP: '10.0.0.2' },
      {
        conditions: [condition('berth.dev/Allocated', 'False', 'PoolExhausted', 'public is full')],
      },
    ),
    service('inner', { type: 'ClusterIP' }),
    service('old', {}, { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } }),
    service(
      'web',
      {
        clusterIP: '10.0.0.1',
        ports: [
          { port: 80, nodePort: 30080 },
          { port: 53, protocol: 'UDP' },
        ],
      },
      {
        loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] },
        conditions: [
          condition('berth.dev/Allocated', 'True', 'Allocated'),
          condition('berth.dev/Announced', 'True', 'Announced', 'n1 answers'),
        ],
      },
    ),
  ],
  speakers: [
    speaker('n1', {
      interfaces: [
        { name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses: ['192.0.2.11/24'], gateways: ['192.0.2.254'] },
        { name: 'eth1', mac: '02:00:00:00:01:11', up: false, addresses: [], gateways: [] },
      ],
      l2: [{ address: '192.0.2.1', service: 'default/web', interface: 'eth0', role: 'Standby', since: CREATED }],
      withheld: [{ reason: 'NotOwner', count: 1, examples: ['192.0.2.1 default/web'] }],
    }),
    speaker('n2', {
      interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:12', up: true, addresses: ['192.0.2.12/24'], gateways: [] }],
      l2: [
        {
          address: '192.0.2.1',
          service: 'default/web',
          interface: 'eth0',
          role: 'Owner',
          since: '2026-01-01T23:59:00Z',
          lastAnswered: '2026-01-01T23:59:57Z',
        },
      ],
    }),
    speaker('n3', {
      l2: [
        {
          address: '192.0.2.1',
          service: 'default/web',
          interface: 'eth0',
          role: 'Owner',
          since: '2026-01-01T22:00:00Z',
        },
      ],
    }),
    speaker('n4', {}),
  ],
  leases: [
    lease('n1', '2026-01-01T23:59:55.123456Z'),
    lease('n2', '2026-01-02T00:00:00Z'),
    lease('n3', '2026-01-01T23:59:00Z'),
  ],
};

function show<Row>(resource: Resource<Row>, wide = false): string[] {
  const text = tableText(
    resource.columns(() => NOW),
    resource.rows(VIEW, NOW),
    wide,
  );
  return text.trimEnd().split('\n');
}

describe('get', () => {
  it('pools', () => {
    expect(show(POOLS)).toEqual([
      'NAME     READY     REASON             ASSIGNED-IPV4   AVAILABLE-IPV4   ASSIGNED-IPV6   AVAILABLE-IPV6      AGE',
      'broken   False     InvalidAddresses   <none>          <none>           <none>          <none>              24h',
      'new      Unknown   <none>             <none>          <none>           <none>          <none>              24h',
      'public   True      Ready              2               254              1               9007199254740991+   24h',
    ]);
    expect(show(POOLS, true)[3]).toMatch(/ {3}192\.0\.2\.0\/24,2001:db8::\/64 {3}1 {10}gives out addresses$/);
  });

  it('services: only type LoadBalancer, with the pool that offers or retains the address', () => {
    expect(show(SERVICES)).toEqual([
      'NAME    TYPE           CLUSTER-IP   EXTERNAL-IP             PORT(S)               AGE   POOL     REASON',
      'hangs   LoadBalancer   10.0.0.2     <pending>               <none>                60m   <none>   PoolExhausted',
      'old     LoadBalancer   <none>       203.0.113.7             <none>                60m   public   <none>',
      'web     LoadBalancer   10.0.0.1     192.0.2.1,2001:db8::1   80:30080/TCP,53/UDP   60m   public   Allocated',
    ]);
    const wide = show(SERVICES, true);
    expect(wide[1]).toMatch(/ {3}PoolExhausted {3}<none> {6}public is full$/);
    expect(wide[3]).toMatch(/ {3}Allocated {7}Announced {3}n1 answers$/);
  });

  it('addresses: owners, those that stand by, those that are silent, and the address that nobody answers for', () => {
    expect(show(ADDRESSES)).toEqual([
      'ADDRESS       SERVICE       POOL     NODE     INTERFACE   ROLE      SINCE    REASON',
      '203.0.113.7   default/old   public   <none>   <none>      <none>    <none>   <none>',
      '192.0.2.1     default/web   public   n2       eth0        Owner     60s      Announced',
      '192.0.2.1     default/web   public   n1       eth0        Standby   24h      Announced',
      '192.0.2.1     default/web   public   n3       eth0        Silent    120m     Announced',
      '2001:db8::1   default/web   public   <none>   <none>      <none>    <none>   Announced',
    ]);
    expect(show(ADDRESSES, true)[2]).toMatch(/ {3}02:00:00:00:00:12 {3}3s ago +<none>$/);
  });

  it.each([
    ['was silent since: it is none any more', '2026-01-01T09:59:50Z', ['n2 Owner', 'n1 Silent']],
    ['lives: they are at odds', '2026-01-01T10:00:30Z', ['n2 Owner', 'n1 Owner']],
  ])('addresses: a former owner that %s', (_, renewed, expected) => {
    const at = (name: string, since: string) =>
      speaker(name, {
        l2: [{ address: '192.0.2.1', service: 'default/web', interface: 'eth0', role: 'Owner', since }],
      });
    const rows = ADDRESSES.rows(
      {
        pools: [],
        services: [service('web', {}, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } })],
        speakers: [at('n1', '2026-01-01T09:00:00Z'), at('n2', '2026-01-01T10:00:00Z')],
        leases: [lease('n1', renewed), lease('n2', '2026-01-01T10:00:20Z')],
      } as View,
      new Date('2026-01-01T10:00:25Z'),
    );
    expect(rows.map(({ node, role }) => `${node} ${role}`)).toEqual(expected);
  });

  it('speakers: alive as long as there is a Lease that is renewed', () => {
    expect(show(SPEAKERS)).toEqual([
      'NODE   ALIVE   SEEN        INTERFACES        ADDRESSES',
      'n1     True    4s          eth0,eth1(down)   0',
      'n2     True    0s          eth0              1',
      'n3     False   60s         <none>            1',
      'n4     False   <unknown>   <none>            0',
    ]);
    expect(show(SPEAKERS, true)[1]).toMatch(
      / {3}0 {11}1 {9}NotOwner:1 {3}<none> {6}192\.0\.2\.11\/24 {3}eth0=02:00:00:00:00:11,eth1=02:00:00:00:01:11$/,
    );
  });

  it('adds to the addresses that a speaker lists those that it has no room for', () => {
    const rows = SPEAKERS.rows({ ...VIEW, speakers: [speaker('n1', { unlisted: 7 })] }, NOW);
    const columns = SPEAKERS.columns(() => NOW);
    expect(tableText(columns, rows)).toMatch(/ {3}0\+7\n$/);
  });
});
