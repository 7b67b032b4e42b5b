import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE, CONTROLLER_LEASE } from '../../../src/api/access.ts';
import { eventually } from '../../lab/eventually.ts';
import { Installation, type RunningDaemon } from './installation.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.99]}
`;
const NAMES = ['s1', 's2', 's3', 's4', 's5'];

interface Status {
  readonly leading: boolean;
  readonly leader: string | null;
  readonly identity: string;
  readonly faults: readonly string[];
}

let berth: Installation;
let replicas: RunningDaemon[];
beforeAll(async () => {
  berth = await Installation.start({ nodes: 2, kubeProxy: false });
  await berth.cluster.apply(POOL);
  replicas = [await berth.startController('n1', 'controller-a'), await berth.startController('n2', 'controller-b')];
  for (const replica of replicas) await berth.ready(replica);
  for (const name of NAMES) await create(name);
  for (const name of NAMES) await berth.addressOf(name);
});
afterAll(() => berth?.dispose());

const create = (name: string) =>
  berth.cluster.kubectl('create', 'service', 'loadbalancer', name, '--tcp=80', '--save-config=false');

async function statusOf(replica: RunningDaemon): Promise<Status> {
  const text = await replica.ask('/status');
  return JSON.parse(text.slice(0, text.lastIndexOf('\n'))) as Status;
}

/** The leader first. */
async function byRole(): Promise<readonly [RunningDaemon, RunningDaemon]> {
  const [a, b] = replicas as [RunningDaemon, RunningDaemon];
  return (await statusOf(a)).leading ? [a, b] : [b, a];
}

/** Names, states and addresses of the Services there were from the beginning. */
async function states(): Promise<string> {
  const row = '{.metadata.name} {.metadata.resourceVersion} {.status.loadBalancer.ingress[*].ip}';
  return await berth.cluster.kubectl('get', 'service', ...NAMES, '-o', `jsonpath={range .items[*]}${row}{"\\n"}{end}`);
}

const holder = () =>
  berth.cluster.kubectl(
    'get',
    'lease',
    CONTROLLER_LEASE,
    '-n',
    BERTH_NAMESPACE,
    '-o',
    'jsonpath={.spec.holderIdentity}',
  );

describe('two replicas of the controller', () => {
  it('agree on who leads, and are both ready', async () => {
    const [leader, other] = await byRole();
    const { identity } = await statusOf(leader);
    expect(await holder()).toBe(identity);
    const follower = await eventually('the other knows it', async () => {
      const status = await statusOf(other);
      return status.leader === null ? undefined : status;
    });
    expect(follower).toMatchObject({ leading: false, leader: identity, faults: [] });
    expect(await other.ask('/readyz')).toBe('ok\n\n200');
    expect(await other.ask('/metrics')).toMatch(/^berth_controller_leader 0$/m);
  });

  it('hand over when the leader is told to stop, and change nothing', async () => {
    const [leader, other] = await byRole();
    const before = await states();
    await leader.process.stop('SIGTERM');
    expect(await leader.process.log()).toMatch(/"msg":"stopping",.*"signal":"SIGTERM"/);
    await eventually('the other leads', async () => (await statusOf(other)).leading || undefined, { timeoutMs: 6000 });
    await create('after-stop');
    expect(await berth.addressOf('after-stop')).toBe('192.0.2.55');
    leader.process.start();
    await berth.ready(leader);
    expect((await statusOf(leader)).leading).toBe(false);
    expect(await states()).toBe(before);
  });

  it('hand over when the leader is killed, and change nothing', async () => {
    const [leader, other] = await byRole();
    const before = await states();
    await leader.process.stop('SIGKILL');
    await create('after-kill');
    expect((await statusOf(other)).leading).toBe(false);
    await eventually('the other leads', async () => (await statusOf(other)).leading || undefined, {
      timeoutMs: 25_000,
      intervalMs: 100,
    });
    expect(await berth.addressOf('after-kill')).toBe('192.0.2.56');
    expect(await states()).toBe(before);
    expect(before).toMatch(/^s1 \d+ 192\.0\.2\.50\n.*\n.*\n.*\ns5 \d+ 192\.0\.2\.54\n$/);
  });
});
