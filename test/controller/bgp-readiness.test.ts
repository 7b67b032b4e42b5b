import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BGPAdvertisement, BGPAdvertisementKind } from '../../src/api/bgp-advertisement.ts';
import { type BGPPeer, BGPPeerKind } from '../../src/api/bgp-peer.ts';
import { findCondition } from '../../src/api/conditions.ts';
import type { Kind } from '../../src/api/kind.ts';
import { LeaseKind } from '../../src/api/kubernetes/lease.ts';
import { NodeKind } from '../../src/api/kubernetes/node.ts';
import { ServiceKind } from '../../src/api/kubernetes/service.ts';
import { mustParse } from '../../src/api/schema/define-kind.ts';
import type { SpeakerReport } from '../../src/api/speaker-status.ts';
import { SpeakerStatusKind } from '../../src/api/speaker-status.ts';
import { BgpReadiness } from '../../src/controller/bgp-readiness.ts';
import { ControllerMetrics } from '../../src/controller/metrics.ts';
import { silentLogger } from '../../src/log/silent.ts';
import type { Store, Watch } from '../../src/store/store.ts';
import { settle } from '../speaker/manual-clock.ts';
import { MemoryObjects, MemoryStore } from '../speaker/memory-store.ts';
import { DirectoryHarness } from './directory-harness.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.0/24]}
`;
const PEER = (more = ''): string => `
apiVersion: berth.dev/v1beta1
kind: BGPPeer
metadata: {name: tor}
spec: {myASN: 64512, peerASN: 64513, peerAddress: 192.0.2.1${more}}
`;
const ADVERTISEMENT = (more = ''): string => `
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: all}
spec: {${more}}
`;
const NODE = `
apiVersion: v1
kind: Node
metadata: {name: n1}
`;
const WEB = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;

let harness: DirectoryHarness;
beforeEach(async () => {
  harness = await DirectoryHarness.open();
});
afterEach(() => harness.close());

async function ready<T extends BGPPeer | BGPAdvertisement>(kind: Kind<T>, name: string) {
  const object = await harness.store.get(kind, { name });
  return findCondition(object?.status?.conditions, 'Ready');
}

describe('the condition Ready', () => {
  it('is True, names what does not exist, and is True again when it does', async () => {
    await harness.put('peer', PEER(', bfdProfile: fast'));
    await harness.put('advertisement', ADVERTISEMENT('peers: [tor], communities: [blue]'));
    await harness.start();
    await harness.eventually(async () => {
      expect(await ready(BGPPeerKind, 'tor')).toMatchObject({ status: 'False', reason: 'UnknownProfile' });
      expect(await ready(BGPAdvertisementKind, 'all')).toMatchObject({ status: 'False', reason: 'UnknownCommunity' });
    });
    await harness.put('profile', 'apiVersion: berth.dev/v1beta1\nkind: BFDProfile\nmetadata: {name: fast}\nspec: {}\n');
    await harness.put('advertisement', ADVERTISEMENT('peers: [tor]'));
    await harness.eventually(async () => {
      expect(await ready(BGPPeerKind, 'tor')).toMatchObject({ status: 'True', reason: 'Ready' });
      expect(await ready(BGPAdvertisementKind, 'all')).toMatchObject({ status: 'True', reason: 'Ready' });
    });
  });

  it('tells of a Secret that is missing, and no more when it is there', async () => {
    await harness.put('peer', PEER(', passwordSecret: {name: tor}'));
    await harness.start();
    await harness.eventually(async () => {
      expect(await ready(BGPPeerKind, 'tor')).toMatchObject({ status: 'False', reason: 'SecretMissing' });
    });
    const metadata = 'metadata: {name: tor, namespace: berth-system}';
    await harness.put('secret', `apiVersion: v1\nkind: Secret\n${metadata}\nstringData: {password: hush}\n`);
    await harness.eventually(async () => {
      expect(await ready(BGPPeerKind, 'tor')).toMatchObject({ status: 'True' });
    });
  });
});

describe('the condition Announced over BGP', () => {
  type Session = NonNullable<SpeakerReport['sessions']>[number];

  /** What the speaker of n1 reports. */
  async function report(state: Session['state'], text?: string): Promise<void> {
    const since = '2026-01-01T00:00:00Z';
    const lastError = text === undefined ? undefined : { code: 0, subcode: 0, text, at: since };
    const session = { peer: 'tor', address: '192.0.2.1', state, since, advertised: 1, lastError };
    const status = { interfaces: [], l2: [], withheld: [], conflicts: [], sessions: [session] };
    await harness.store.patchStatus(SpeakerStatusKind, { name: 'n1' }, JSON.parse(JSON.stringify(status)));
  }

  /** Its speaker gives a sign of life. */
  async function renew(): Promise<void> {
    const metadata = { name: 'berth-speaker-n1', namespace: 'berth-system' };
    const renewTime = new Date(Date.UTC(2026, 0, 1) + harness.clock.monotonic()).toISOString();
    const spec = { holderIdentity: 'n1', leaseDurationSeconds: 3, renewTime };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec } as const;
    if ((await harness.store.get(LeaseKind, metadata)) === undefined) await harness.store.create(LeaseKind, lease);
    else await harness.store.update(LeaseKind, lease);
  }

  const announced = async () => {
    await renew();
    const service = await harness.store.get(ServiceKind, { namespace: 'default', name: 'web' });
    return findCondition(service?.status?.conditions, 'berth.dev/Announced');
  };

  /** All but the Service, and what the speaker says. */
  const prepare = async () => {
    await harness.put('pool', POOL);
    await harness.put('node', NODE);
    await harness.put('peer', PEER());
    await harness.put('advertisement', ADVERTISEMENT());
    const metadata = { name: 'n1' };
    await harness.store.create(SpeakerStatusKind, { apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata });
  };

  it('follows the sessions of the nodes that are to advertise', { timeout: 30_000 }, async () => {
    await prepare();
    await report('Active', 'TCP: connection refused');
    await harness.start();
    await harness.put('web', WEB);
    await harness.eventually(async () => {
      const condition = await announced();
      expect(condition).toMatchObject({ status: 'False', reason: 'NoSession' });
      expect(condition?.message).toContain('node n1 with tor is Active (TCP: connection refused)');
    });
    await report('Established');
    await harness.eventually(async () => {
      const condition = await announced();
      expect(condition).toMatchObject({ status: 'True', reason: 'Announced' });
      expect(condition?.message).toContain('node n1 advertises it to tor');
    });
  });

  it('stands while a controller that starts is not told of the objects of BGP', { timeout: 30_000 }, async () => {
    await prepare();
    await report('Established');
    await harness.start();
    await harness.put('web', WEB);
    await harness.eventually(async () => expect(await announced()).toMatchObject({ reason: 'Announced' }));
    const before = await announced();
    const { store, tell } = silentAbout(harness.store, [BGPAdvertisementKind, BGPPeerKind]);
    const controller = await harness.start({ store });
    for (let seconds = 0; seconds < 20; seconds++) {
      await controller.settled();
      expect(await announced()).toEqual(before);
      harness.clock.advance(1_000);
    }
    tell();
    await report('Idle', 'TCP: connection refused');
    await harness.eventually(async () =>
      expect(await announced()).toMatchObject({ status: 'False', reason: 'NoSession' }),
    );
  });
});

/** A store that tells nothing of some kinds until `tell` is called: its server is about to have them. */
function silentAbout(store: Store, kinds: readonly { readonly kind: string }[]) {
  const untold: (() => void)[] = [];
  const watch: Store['watch'] = (kind, handler) => {
    if (!kinds.some((each) => each.kind === kind.kind)) return store.watch(kind, handler);
    let inner: Watch | undefined;
    untold.push(() => {
      inner = store.watch(kind, handler);
    });
    return { stop: () => inner?.stop() };
  };
  const get = (target: Store, name: keyof Store) => (name === 'watch' ? watch : target[name].bind(target));
  const silent = new Proxy(store, { get: (target, name) => get(target, name as keyof Store) });
  return {
    store: silent,
    tell: () => {
      for (const begin of untold.splice(0)) begin();
    },
  };
}

describe('BgpReadiness', () => {
  it('is told of Nodes that come, go or change, and not of their heartbeats', async () => {
    const objects = new MemoryObjects();
    let changes = 0;
    const readiness = new BgpReadiness({
      store: new MemoryStore(objects),
      leadership: { held: () => true, holder: () => undefined, onChange: () => () => {}, start() {}, async stop() {} },
      logger: silentLogger,
      metrics: new ControllerMetrics(new Registry(), () => undefined),
      now: () => '2026-01-01T00:00:00Z',
      pools: () => [],
      services: () => [],
      onChange: () => {
        changes += 1;
      },
    });
    const changesBy = async (act: () => void) => {
      await settle();
      changes = 0;
      act();
      await settle();
      return changes;
    };
    const node = (status: string, lastHeartbeatTime: string) =>
      mustParse(NodeKind, {
        ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
        status: { conditions: [{ type: 'Ready', status, lastHeartbeatTime }] },
      });
    expect(await changesBy(() => objects.put(node('True', '2026-01-01T00:00:00Z')))).toBe(1);
    expect(await changesBy(() => objects.put(node('True', '2026-01-01T00:05:00Z')))).toBe(0);
    expect(await changesBy(() => objects.put(node('False', '2026-01-01T00:10:00Z')))).toBe(1);
    expect(await changesBy(() => objects.remove('Node', { name: 'n1' }))).toBe(1);
    await readiness.stop();
  });
});
