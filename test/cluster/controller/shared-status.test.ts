import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../../src/api/kubernetes/service.ts';
import { ControllerCluster, eventually } from './harness.ts';

const POOL = (addresses: string) => `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [${addresses}]}
`;
const SERVICE = (name: string, spec = '', metadata = '') => `
apiVersion: v1
kind: Service
metadata: {name: ${name}${metadata}}
spec: {type: LoadBalancer, ports: [{port: 80}]${spec}}
`;
const CLASS = 'example.com/ours';
/** Of somebody who looks at the Service as well. */
const CHECKED = {
  type: 'example.com/Checked',
  status: 'True',
  reason: 'Fine',
  message: 'looked at',
  lastTransitionTime: '2026-01-31T12:00:00Z',
};
/** What a cloud's proxy would have written. */
const PROXIED = { ipMode: 'Proxy', ports: [{ port: 80, protocol: 'TCP' }] };

let lab: ControllerCluster;
beforeAll(async () => {
  lab = await ControllerCluster.start();
});
afterAll(() => lab?.dispose());
afterEach(async () => {
  await lab.cluster.kubectl('delete', 'service,bpool', '--all', '--timeout=15s');
  await lab.stopControllers();
});

const pathOf = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const read = (name: string) => lab.cluster.api.call<Service>('GET', pathOf(name));
const edit = (name: string, spec: object) => lab.cluster.api.call('PATCH', pathOf(name), { spec });

/** The addresses of a Service, and each condition as `type reason`. */
async function shown(name: string): Promise<readonly (string | undefined)[]> {
  const { conditions = [], loadBalancer } = (await read(name)).status ?? {};
  const told = conditions.map(({ type, reason }) => `${type} ${reason}`).sort();
  return [...(loadBalancer?.ingress ?? []).map(({ ip }) => ip), ...told];
}

const shows = (name: string, ...expected: readonly string[]) =>
  eventually(async () => expect(await shown(name)).toEqual(expected));

/** Somebody else writes a condition, and how the address is served. */
async function otherWrites(name: string): Promise<void> {
  const { status } = await read(name);
  const ingress = status?.loadBalancer?.ingress?.map((entry) => ({ ...entry, ...PROXIED }));
  const conditions = [...(status?.conditions ?? []), CHECKED];
  await lab.cluster.api.call('PATCH', `${pathOf(name)}/status`, { status: { loadBalancer: { ingress }, conditions } });
}

async function expectLeftAlone(name: string): Promise<void> {
  const before = (await read(name)).metadata.resourceVersion;
  await sleep(1_000);
  expect((await read(name)).metadata.resourceVersion).toBe(before);
}

describe('what others write in the status of a Service', () => {
  it('stays, whatever becomes of its addresses', async () => {
    await lab.startController();
    await lab.cluster.apply(POOL('192.0.2.50-192.0.2.60, 2001:db8::50-2001:db8::60'));
    await lab.cluster.apply(SERVICE('web'));
    await shows('web', '192.0.2.50', 'berth.dev/Allocated Allocated', 'berth.dev/Announced NoSpeaker');
    await otherWrites('web');
    await expectLeftAlone('web');
    await edit('web', { ipFamilyPolicy: 'PreferDualStack' });
    const both = ['192.0.2.50', '2001:db8::50'];
    const rest = ['berth.dev/Announced NoSpeaker', 'example.com/Checked Fine'];
    await shows('web', ...both, 'berth.dev/Allocated Allocated', ...rest);
    await lab.cluster.apply(POOL('192.0.2.70-192.0.2.80, 2001:db8::70-2001:db8::80'));
    await shows('web', ...both, 'berth.dev/Allocated Retained', ...rest);
    const { loadBalancer, conditions } = (await read('web')).status ?? {};
    expect(loadBalancer?.ingress).toEqual([
      { ip: '192.0.2.50', ...PROXIED },
      { ip: '2001:db8::50', ipMode: 'VIP' },
    ]);
    expect(conditions).toContainEqual(CHECKED);
    await lab.cluster.kubectl('annotate', 'service', 'web', 'berth.dev/loadBalancerIPs=192.0.2.75,2001:db8::75');
    await shows('web', '192.0.2.75', '2001:db8::75', 'berth.dev/Allocated Allocated', ...rest);
    await expectLeftAlone('web');
  });

  it.each([
    ['ClusterIP', { type: 'ClusterIP' }],
    ['ExternalName', { type: 'ExternalName', externalName: 'web.example', clusterIP: null, clusterIPs: null }],
  ])('stays when the Service becomes a %s: our conditions go, and its address is free', async (_, spec) => {
    await lab.startController();
    await lab.cluster.apply(POOL('192.0.2.50/32'));
    await lab.cluster.apply(SERVICE('web'));
    await shows('web', '192.0.2.50', 'berth.dev/Allocated Allocated', 'berth.dev/Announced NoSpeaker');
    await otherWrites('web');
    await lab.cluster.apply(SERVICE('next'));
    await shows('next', 'berth.dev/Allocated PoolExhausted', 'berth.dev/Announced NoAddress');
    await edit('web', spec);
    await shows('web', 'example.com/Checked Fine');
    await shows('next', '192.0.2.50', 'berth.dev/Allocated Allocated', 'berth.dev/Announced NoSpeaker');
    await expectLeftAlone('web');
  });
});

it('an address is held until its Service is gone, however long that is being deleted', async () => {
  await lab.startController();
  await lab.cluster.apply(POOL('192.0.2.50/32'));
  await lab.cluster.apply(SERVICE('web', '', ', finalizers: [example.com/hold]'));
  await shows('web', '192.0.2.50', 'berth.dev/Allocated Allocated', 'berth.dev/Announced NoSpeaker');
  await lab.cluster.apply(SERVICE('next'));
  await lab.cluster.kubectl('delete', 'service', 'web', '--wait=false');
  await shows('next', 'berth.dev/Allocated PoolExhausted', 'berth.dev/Announced NoAddress');
  await expectLeftAlone('next');
  expect((await shown('web'))[0]).toBe('192.0.2.50');
  await lab.cluster.api.call('PATCH', pathOf('web'), { metadata: { finalizers: null } });
  await shows('next', '192.0.2.50', 'berth.dev/Allocated Allocated', 'berth.dev/Announced NoSpeaker');
});

it('with a class, its Services are served and no others are ever written to', async () => {
  await lab.startController({ loadBalancerClass: CLASS });
  await lab.cluster.apply(POOL('192.0.2.50-192.0.2.60'));
  await lab.cluster.apply(SERVICE('classless'));
  await lab.cluster.apply(SERVICE('theirs', ', loadBalancerClass: example.com/theirs'));
  const before = await Promise.all(['classless', 'theirs'].map(read));
  await lab.cluster.apply(SERVICE('ours', `, loadBalancerClass: ${CLASS}`));
  await shows('ours', '192.0.2.50', 'berth.dev/Allocated Allocated', 'berth.dev/Announced NoSpeaker');
  await expectLeftAlone('ours');
  expect(await Promise.all(['classless', 'theirs'].map(read))).toEqual(before);
  // The API server takes the class away with the type.
  await edit('ours', { type: 'ClusterIP', loadBalancerClass: null });
  await shows('ours');
});
