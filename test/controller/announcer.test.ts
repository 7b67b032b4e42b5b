import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findCondition } from '../../src/api/conditions.ts';
import { LeaseKind } from '../../src/api/kubernetes/lease.ts';
import { ServiceKind } from '../../src/api/kubernetes/service.ts';
import { ANNOUNCED } from '../../src/api/reasons/reasons.ts';
import { type SpeakerReport, SpeakerStatusKind } from '../../src/api/speaker-status.ts';
import { DirectoryHarness } from './directory-harness.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.60]}
`;
const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;
const ADVERTISEMENT = `
apiVersion: berth.dev/v1beta1
kind: L2Advertisement
metadata: {name: default}
`;
const BGP = `
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: default}
---
apiVersion: berth.dev/v1beta1
kind: BGPPeer
metadata: {name: tor}
spec: {myASN: 64512, peerASN: 64513, peerAddress: 192.0.2.1}
`;

const NEW = { namespace: 'default', name: 'new' };

describe('the condition Announced', () => {
  let harness: DirectoryHarness;

  beforeEach(async () => {
    harness = await DirectoryHarness.open();
    await harness.put('pool', POOL);
    await harness.put('web', SERVICE);
  });
  afterEach(() => harness.close());

  const service = () => harness.store.get(ServiceKind, { namespace: 'default', name: 'web' });
  const condition = async () => findCondition((await service())?.status?.conditions, ANNOUNCED);
  const expectReason = (reason: string, step?: number) =>
    harness.eventually(async () => expect((await condition())?.reason).toBe(reason), step);

  async function report(node: string, owned: boolean, more: SpeakerReport = {}): Promise<void> {
    const { clock } = harness;
    const entry = { address: '192.0.2.50', service: 'default/web', interface: 'eth0', role: 'Owner' as const };
    const since = new Date(Date.UTC(2026, 0, 1) + clock.monotonic()).toISOString();
    const up = { up: true, addresses: ['192.0.2.11/24'], gateways: [] };
    const status: SpeakerReport = {
      interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:11', ...up }],
      l2: owned ? [{ ...entry, since }] : [],
      ...more,
    };
    const object = {
      apiVersion: 'berth.dev/v1beta1',
      kind: 'SpeakerStatus',
      metadata: { name: node },
      status,
    } as const;
    const known = await harness.store.get(SpeakerStatusKind, { name: node });
    if (known === undefined) await harness.store.create(SpeakerStatusKind, object);
    else await harness.store.update(SpeakerStatusKind, object);
  }

  async function renew(node: string): Promise<void> {
    const metadata = { namespace: 'berth-system', name: `berth-speaker-${node}` };
    const renewTime = new Date(Date.UTC(2026, 0, 1) + harness.clock.monotonic()).toISOString();
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec: { holderIdentity: node, leaseDurationSeconds: 3, renewTime },
    } as const;
    const known = await harness.store.get(LeaseKind, metadata);
    if (known === undefined) await harness.store.create(LeaseKind, lease);
    else await harness.store.update(LeaseKind, lease);
  }

  it('says of a Service with traffic policy Local when no endpoint of it serves, and when one does again', async () => {
    const slice = (conditions: string) => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [10.244.1.2], nodeName: n1, conditions: ${conditions}}]
`;
    await harness.put('web', SERVICE.replace('LoadBalancer,', 'LoadBalancer, externalTrafficPolicy: Local,'));
    await harness.put('advertisement', ADVERTISEMENT);
    await harness.put('slice', slice('{ready: false}'));
    await report('n1', true);
    await harness.start();
    const expectMessage = (message: RegExp) =>
      harness.eventually(async () => {
        await renew('n1');
        expect((await condition())?.message).toMatch(message);
      });
    await expectMessage(/^192\.0\.2\.50: node n1 announces it .*; no endpoint of it serves on any node/);
    await harness.put('slice', slice('{ready: true}'));
    await expectMessage(/^192\.0\.2\.50: node n1 announces it .*confirmed it$/);
    await harness.put('slice', slice('{ready: false}'));
    await expectMessage(/; no endpoint of it serves on any node/);
  });

  it('says of an address whose family no session carries which, and follows when one does', async () => {
    await harness.put('bgp', BGP);
    const session = { peer: 'tor', address: '192.0.2.1', state: 'Established', advertised: 0 } as const;
    const told = (more: Partial<NonNullable<SpeakerReport['sessions']>[number]>) =>
      report('n1', false, { sessions: [{ ...session, since: '2026-01-01T00:00:00Z', ...more }] });
    await told({ families: ['IPv6'], notCarried: [{ family: 'IPv4', reason: 'NoNextHop', text: 'no IPv4 on eth0' }] });
    await harness.start();
    await harness.eventually(async () => {
      await renew('n1');
      expect(await condition()).toMatchObject({
        ...{ status: 'False', reason: 'NoSession' },
        message: '192.0.2.50: node n1 does not advertise it to tor (NoNextHop): no IPv4 on eth0',
      });
    });
    await told({ families: ['IPv4', 'IPv6'] });
    await expectReason('Announced');
    await told({ families: ['IPv6'] });
    await expectReason('NoSession');
    await told({});
    await expectReason('Announced');
  });

  it('follows advertisements, speakers and their reports', async () => {
    await harness.start();
    await expectReason('NoSpeaker');
    await report('n1', false);
    await expectReason('NoAdvertisement');
    await harness.put('advertisement', ADVERTISEMENT);
    await expectReason('NotYetAnnounced');
    await report('n1', true);
    await expectReason('Announced');
    expect(await condition()).toMatchObject({ status: 'True', message: expect.stringContaining('node n1') });
  });

  it('follows an advertisement within seconds also where a new Service waits for its speaker', async () => {
    await report('n1', false);
    await harness.start();
    await expectReason('NoAdvertisement');
    await harness.put('new', SERVICE.replace('web', 'new'));
    const isNew = async () => findCondition((await harness.store.get(ServiceKind, NEW))?.status?.conditions, ANNOUNCED);
    await harness.eventually(async () => expect((await isNew())?.reason).toBe('NotYetAnnounced'), 0);
    const began = harness.clock.monotonic();
    await harness.put('advertisement', ADVERTISEMENT);
    await expectReason('NotYetAnnounced', 5);
    expect(harness.clock.monotonic() - began).toBeLessThan(4_000);
  });

  it('is written with the address in one write', async () => {
    const patchStatus = vi.spyOn(harness.store, 'patchStatus');
    const controller = await harness.start();
    await controller.settled();
    await expectReason('NoSpeaker');
    expect(patchStatus.mock.calls.filter(([kind]) => kind.kind === 'Service')).toHaveLength(1);
  });

  it('is not written while an address moves to another node', async () => {
    await harness.put('advertisement', ADVERTISEMENT);
    await report('n1', true);
    await report('n2', false);
    await harness.start();
    await expectReason('Announced');
    const patchStatus = vi.spyOn(harness.store, 'patchStatus');
    await report('n1', false);
    for (let step = 0; step < 10; step++) {
      harness.clock.advance(200);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await report('n2', true);
    await harness.eventually(async () => expect((await condition())?.message).toContain('node n2 announces it'));
    expect(patchStatus.mock.calls.filter(([kind]) => kind.kind === 'Service')).toHaveLength(1);
    await report('n2', false);
    await expectReason('NotYetAnnounced', 500);
  });

  it('believes a report that is written while it leads, before the Lease that it found is renewed', async () => {
    await harness.put('advertisement', ADVERTISEMENT);
    await report('n1', false);
    await renew('n1');
    await (await harness.start()).settled();
    await expectReason('NotYetAnnounced');
    await report('n1', true);
    await expectReason('Announced');
  });

  it('is Unknown when the speaker has given no sign of life, and stays so over a restart', async () => {
    await harness.put('advertisement', ADVERTISEMENT);
    await report('n1', true);
    await renew('n1');
    // A sign of life that is seen before it leads may be as old as the Lease.
    await (await harness.start()).settled();
    harness.clock.advance(1_000);
    await renew('n1');
    await expectReason('Announced');
    await expectReason('SpeakerSilent', 500);
    expect((await condition())?.status).toBe('Unknown');
    const patchStatus = vi.spyOn(harness.store, 'patchStatus');
    const controller = await harness.start();
    await controller.settled();
    expect(patchStatus).not.toHaveBeenCalled();
    harness.clock.advance(1_000);
    await renew('n1');
    await expectReason('Announced');
  });
});
