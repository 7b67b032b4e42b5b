import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { microTime } from '../../../src/store/cluster/micro-time.ts';
import { ControllerCluster, eventually } from './harness.ts';

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
const ADVERTISEMENT = (...pools: readonly string[]) => `
apiVersion: berth.dev/v1beta1
kind: L2Advertisement
metadata: {name: default}
spec: {ipAddressPools: [${pools.join(', ')}]}
`;
const SPEAKER = `
apiVersion: berth.dev/v1beta1
kind: SpeakerStatus
metadata: {name: n1}
`;
const INTERFACES = [
  { name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses: ['192.0.2.11/24'], gateways: ['192.0.2.1'] },
];

let lab: ControllerCluster;
beforeAll(async () => {
  lab = await ControllerCluster.start();
});
afterAll(() => lab?.dispose());
afterEach(async () => {
  // A pool goes when the controller has seen its last holder go.
  await lab.cluster.kubectl('delete', 'service,bl2,bpool,bspk', '--all', '--timeout=15s');
  await lab.stopControllers();
  await lab.cluster.kubectl('delete', 'events', '--all');
});

const describeService = () => lab.cluster.kubectl('describe', 'service', 'web');

async function condition(type: string): Promise<string> {
  const path = `jsonpath={.status.conditions[?(@.type=="berth.dev/${type}")]}`;
  const text = await lab.cluster.kubectl('get', 'service', 'web', '-o', path);
  if (text === '') return 'none';
  const { status, reason } = JSON.parse(text) as { status: string; reason: string };
  return `${status} ${reason}`;
}

async function reports(status: object): Promise<void> {
  const patch = JSON.stringify({ status });
  await lab.cluster.kubectl('patch', 'bspk', 'n1', '--subresource=status', '--type=merge', '-p', patch);
}

describe('a Service', () => {
  it('has its reason in what kubectl describe shows, whatever becomes of it', async () => {
    await lab.startController();
    await lab.cluster.apply(SERVICE);
    await eventually(async () => expect(await describeService()).toMatch(/Warning +NoPools .*berth-controller/));
    expect(await condition('Allocated')).toBe('False NoPools');
    expect(await condition('Announced')).toBe('False NoAddress');
    await lab.cluster.apply(POOL);
    await eventually(async () => expect(await describeService()).toMatch(/Normal +Allocated .*berth-controller/));
    await eventually(async () => expect(await describeService()).toMatch(/Warning +NoSpeaker .*berth-controller/));
    expect(await condition('Announced')).toBe('False NoSpeaker');
  });

  it('is written once, with both conditions, and not again', async () => {
    await lab.cluster.apply(POOL);
    const { controller, registry } = await lab.startController();
    await lab.cluster.apply(SERVICE);
    await eventually(async () => expect(await condition('Announced')).toBe('False NoSpeaker'));
    const version = () => lab.cluster.kubectl('get', 'service', 'web', '-o', 'jsonpath={.metadata.resourceVersion}');
    const after = await version();
    await controller.settled();
    await sleep(1_500);
    expect(await version()).toBe(after);
    expect(await registry.metrics()).toContain('berth_status_writes_total{kind="Service",result="ok"} 1');
  });

  it('is Announced as its speaker says, and not after that has fallen silent', async () => {
    await lab.cluster.apply(`${POOL}---${SPEAKER}---${ADVERTISEMENT('public')}`);
    await reports({ interfaces: INTERFACES });
    await lab.startController();
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'berth-speaker-n1', namespace: 'berth-system' },
    };
    const path = '/apis/coordination.k8s.io/v1/namespaces/berth-system/leases';
    onTestFinished(async () => void (await lab.cluster.api.try('DELETE', `${path}/berth-speaker-n1`)));
    await lab.cluster.api.call('POST', path, { ...lease, spec: { holderIdentity: 'n1', leaseDurationSeconds: 1 } });
    const whileRenewed = (check: () => Promise<void>) =>
      eventually(async () => {
        await lab.cluster.api.call('PATCH', `${path}/berth-speaker-n1`, { spec: { renewTime: microTime(Date.now()) } });
        await check();
      });
    await lab.cluster.apply(SERVICE);
    await whileRenewed(async () => expect(await condition('Announced')).toBe('False NotYetAnnounced'));
    const since = '2026-01-01T00:00:00Z';
    await reports({ l2: [{ address: '192.0.2.50', service: 'default/web', interface: 'eth0', role: 'Owner', since }] });
    await whileRenewed(async () => expect(await condition('Announced')).toBe('True Announced'));
    await whileRenewed(async () =>
      expect(await describeService()).toMatch(
        /Normal +Announced .*192\.0\.2\.50: node n1 announces it on eth0; no other/,
      ),
    );
    await eventually(async () => expect(await condition('Announced')).toBe('Unknown SpeakerSilent'));
  });
});

it('an L2Advertisement says which pools do not exist', async () => {
  await lab.startController();
  await lab.cluster.apply(ADVERTISEMENT('public', 'other'));
  const ready = async () => {
    const { READY, REASON } = await lab.row('bl2', 'default', '-o', 'wide');
    return `${READY} ${REASON}`;
  };
  await eventually(async () => expect(await ready()).toBe('False UnknownPool'));
  await lab.cluster.apply(POOL);
  await lab.cluster.apply(POOL.replace('public', 'other').replace('50-192.0.2.60', '70-192.0.2.80'));
  await eventually(async () => expect(await ready()).toBe('True Ready'));
});

it('a cluster IP is never given', async () => {
  const range = (
    await lab.cluster.kubectl('get', 'servicecidr', 'kubernetes', '-o', 'jsonpath={.spec.cidrs[0]}')
  ).trim();
  await lab.startController();
  await lab.cluster.apply(POOL.replace('192.0.2.50-192.0.2.60', range));
  await lab.cluster.apply(SERVICE);
  await eventually(async () => expect(await condition('Allocated')).toBe('False PoolExhausted'));
});
