import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { eventually } from '../../lab/eventually.ts';
import { Daemon } from '../daemon.ts';
import { Installation, type RunningDaemon } from './installation.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.59]}
`;
const service = (name: string, rest = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
  ${rest}
`;

let berth: Installation;
let controller: RunningDaemon;
let speakers: readonly RunningDaemon[];
beforeAll(async () => {
  berth = await Installation.start({ nodes: 2, controllerManager: true });
  await berth.cluster.startPod({ name: 'web-1', node: 'n1', labels: { app: 'web' }, ports: [{ containerPort: 8080 }] });
  await berth.cluster.startPod({ name: 'web-2', node: 'n2', labels: { app: 'web' }, ports: [{ containerPort: 8080 }] });
  await berth.cluster.apply(service('web'));
  controller = await berth.startController('n1', 'controller-a');
  speakers = [await berth.startSpeaker('n1'), await berth.startSpeaker('n2')];
  for (const daemon of [controller, ...speakers]) await berth.ready(daemon);
});
afterAll(() => berth?.dispose());

const output = (line: string) => berth.output('berth', ...line.split(' '));

/** The node that answers for an address, as its speaker says. */
async function ownerOf(address: string): Promise<string | undefined> {
  return new RegExp(`^${address} .* (n[12]) +eth0 +Owner `, 'm').exec(await output('get addresses'))?.[1];
}

describe('a cluster with a pending Service', () => {
  it('says why it is pending', async () => {
    await eventually(
      'a reason',
      async () => /^web .*<pending> .* NoPools$/m.test(await output('get services')) || undefined,
    );
    expect((await berth.run('berth', 'get', 'pools')).stderr).toBe('No resources found\n');
  });

  it('plans what a pool would do, and does nothing', async () => {
    const file = `${berth.cluster.folder}/pool.yaml`;
    await writeFile(file, POOL);
    const plan = JSON.parse(await output(`plan --cluster -f ${file} -o json`));
    expect(plan.services).toMatchObject([
      { namespace: 'default', name: 'web', before: [], after: ['192.0.2.50'], pool: 'public', change: 'assign' },
    ]);
    expect(plan.announcements).toMatchObject([{ address: '192.0.2.50', protocol: 'l2' }]);
    expect([...plan.announcements[0].nodes, ...plan.announcements[0].standby].sort()).toEqual(['n1', 'n2']);
    expect(await output('get services')).toContain('<pending>');
  });

  it('is served from outside after one kubectl apply of a pool', async () => {
    await berth.cluster.apply(POOL);
    expect(await berth.addressOf('web')).toBe('192.0.2.50');
    const page = await eventually('a page', () => berth.cluster.fetchFrom('client', 'http://192.0.2.50/'));
    expect(page).toMatch(/^web-[12] port=8080 from=/);
    const seen = await berth.cluster.machine('client').run('ip', 'neighbour', 'show', '192.0.2.50');
    expect(seen).toMatch(/lladdr 02:00:00:00:00:1[12] /);
    const owner = seen.includes(':11 ') ? 'n1' : 'n2';
    // No interface carries it: kube-proxy takes it in.
    expect(await berth.cluster.machine(owner).run('ip', '-4', 'address')).not.toContain('192.0.2.50');
    const line = await eventually('the speaker reports it', async () =>
      /^192\.0\.2\.50 .*$/m.exec(await output('get addresses'))?.[0].includes('Owner')
        ? output('get addresses')
        : undefined,
    );
    expect(line).toMatch(new RegExp(`^192\\.0\\.2\\.50 +default/web +public +${owner} +eth0 +Owner `, 'm'));
  });

  it('is shown by kubectl and by kubectl berth', async () => {
    const kubectl = await berth.output('kubectl', 'get', 'bpool,svc');
    expect(kubectl).toMatch(/^ipaddresspool\.berth\.dev\/public +True /m);
    expect(kubectl).toMatch(/^service\/web +LoadBalancer +\S+ +192\.0\.2\.50 +80:\d+\/TCP /m);
    const plugin = (line: string) => berth.output('kubectl', 'berth', ...line.split(' '));
    expect(await plugin('get pools')).toMatch(/^NAME +READY .*\npublic +True +\S+ +1 +9 +0 +0 +\d+s\n$/);
    expect(await plugin('get services')).toMatch(
      /^web +LoadBalancer +\S+ +192\.0\.2\.50 +80:\d+\/TCP +\d+s +public +Allocated$/m,
    );
    expect(await plugin('get speakers')).toMatch(/^n1 +True +\d+s +eth0\S* +[01]\nn2 +True +\d+s +eth0\S* +[01]\n$/m);
    expect(await plugin('get pool public -o yaml')).toMatch(/^kind: IPAddressPool$/m);
    expect(await plugin('--help')).toMatch(/^Usage: kubectl berth /);
  });

  it('shows another namespace by the context, -n and -A', async () => {
    await berth.cluster.kubectl('create', 'namespace', 'team-a');
    await berth.cluster.kubectl('create', 'service', 'loadbalancer', 'api', '--tcp=80', '-n', 'team-a');
    expect(await output('get services -n team-a')).toMatch(/^api /m);
    expect(await output('get services -A')).toMatch(/^team-a +api .*\n/m);
    const context = `${berth.cluster.folder}/team-a.kubeconfig`;
    await berth.output('cp', berth.env.KUBECONFIG ?? '', context);
    await berth.output('kubectl', '--kubeconfig', context, 'config', 'set-context', '--current', '--namespace=team-a');
    expect(await output(`get services --kubeconfig ${context}`)).toMatch(/^api /m);
    expect((await berth.run('berth', 'get', 'services', '--context', 'nowhere')).stderr).toMatch(
      /has no context nowhere/,
    );
  });

  it('shows changes as they come', async () => {
    const logFile = `${berth.cluster.folder}/watch.log`;
    const command = ['berth', 'get', 'services', '--watch'] as const;
    const watch = new Daemon({ name: 'watch', command, logFile, env: berth.env });
    const shows = (line: RegExp) =>
      eventually(`a line ${line}`, async () => line.test(await watch.log()) || undefined, { timeoutMs: 30_000 });
    watch.start();
    await shows(/^web .* 192\.0\.2\.50 /m);
    await berth.cluster.apply(service('late', 'loadBalancerIP: 192.0.2.59'));
    await shows(/^late .* 192\.0\.2\.59 /m);
    await berth.cluster.kubectl('delete', 'service', 'late');
    await shows(/^# gone from services: default\/late$/m);
    await watch.stop();
    expect((await watch.log()).match(/^NAME/gm)).toHaveLength(1);
  });

  it('tells what would move, with live objects as what is before', async () => {
    const plan = JSON.parse(await output('plan --cluster --delete pool/public --evict -o json'));
    expect(plan.services.find(({ name }: { name: string }) => name === 'web')).toMatchObject({
      before: ['192.0.2.50'],
      after: [],
      change: 'pending',
    });
    const kept = await berth.run('berth', 'plan', '--cluster', '--delete', 'pool/public', '--detailed-exitcode');
    expect(kept.stdout).toMatch(/^default\/web +none +192\.0\.2\.50 +192\.0\.2\.50 /m);
    expect(kept.status).toBe(0);
  });

  it('has speakers whose status belongs to their nodes, and whose Leases are in the namespace of the daemons', async () => {
    const leases = await berth.cluster.kubectl('get', 'leases', '-n', BERTH_NAMESPACE, '-o', 'name');
    expect(leases.match(/berth-\S+/g)?.sort()).toEqual(['berth-controller', 'berth-speaker-n1', 'berth-speaker-n2']);
    const owner = 'jsonpath={.metadata.ownerReferences[*].kind} {.metadata.ownerReferences[*].name}';
    expect(await berth.cluster.kubectl('get', 'bspk', 'n1', '-o', owner)).toBe('Node n1');
  });

  it('is answered for where its endpoint is, with externalTrafficPolicy Local, and follows it', async () => {
    const { cluster } = berth;
    const client = cluster.machine('client');
    await cluster.apply(service('local', 'externalTrafficPolicy: Local\n  loadBalancerIP: 192.0.2.58'));
    await cluster.kubectl('patch', 'service', 'local', '-p', '{"spec":{"selector":{"at":"here"}}}');
    for (const [number, former] of [
      [1, 2],
      [2, 1],
    ]) {
      await cluster.kubectl('label', 'pod', `web-${former}`, 'at-');
      await cluster.kubectl('label', 'pod', `web-${number}`, 'at=here');
      const follows = async () => (await ownerOf('192.0.2.58')) === `n${number}` || undefined;
      await eventually(`n${number} owns it`, follows, { timeoutMs: 30_000 });
      const page = await eventually('a page', () => cluster.fetchFrom('client', 'http://192.0.2.58/'));
      // Nobody stands between: the pod sees the client itself.
      expect(page).toMatch(new RegExp(`^web-${number} port=8080 from=192\\.0\\.2\\.100\\b`));
      const seen = await client.run('ip', 'neighbour', 'show', '192.0.2.58');
      expect(seen).toContain(`lladdr 02:00:00:00:00:1${number} `);
    }
    await cluster.kubectl('label', 'pod', 'web-2', 'at-');
    // Whoever answers refuses at once: that is better than silence.
    const condition = ['-o', 'jsonpath={.status.conditions[?(@.type=="berth.dev/Announced")]}'];
    await eventually('that there is no endpoint', async () => {
      const { status, message } = JSON.parse(await cluster.kubectl('get', 'service', 'local', ...condition));
      return (status === 'True' && /no .*endpoint/.test(message)) || undefined;
    });
    expect(await ownerOf('192.0.2.58')).toBe('n2');
    await cluster.kubectl('delete', 'service', 'local');
  });

  const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
  const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
  const nodeOf = (name: string) => berth.cluster.nodes.find((node) => node.name === name);
  it.each<{ title: string; leave: (node: string) => Promise<unknown>; back: (node: string) => Promise<unknown> }>([
    {
      title: 'is excluded from load balancers',
      leave: (node) => berth.cluster.kubectl('label', 'node', node, `${EXCLUDED}=`),
      back: (node) => berth.cluster.kubectl('label', 'node', node, `${EXCLUDED}-`),
    },
    {
      title: 'is out of service',
      leave: (node) => berth.cluster.kubectl('taint', 'node', node, `${OUT_OF_SERVICE}=nodeshutdown:NoSchedule`),
      back: (node) => berth.cluster.kubectl('taint', 'node', node, `${OUT_OF_SERVICE}-`),
    },
    {
      title: 'has no network',
      leave: (node) => nodeOf(node)?.setCondition('NetworkUnavailable', 'True') ?? Promise.reject(new Error(node)),
      back: async (node) => nodeOf(node)?.setCondition('NetworkUnavailable', 'False'),
    },
    {
      title: 'is drained',
      leave: async (node) => expect(await output(`drain ${node}`)).toContain(`node/${node} drained`),
      back: async (node) => expect(await output(`undrain ${node}`)).toContain(`node/${node} undrained`),
    },
  ])('moves its address away from a node that $title', async ({ leave, back }) => {
    const owner = (await ownerOf('192.0.2.50')) ?? '';
    await leave(owner);
    await eventually('the other owns it', async () => {
      const now = await ownerOf('192.0.2.50');
      return (now !== undefined && now !== owner) || undefined;
    });
    expect(await berth.cluster.fetchFrom('client', 'http://192.0.2.50/')).toMatch(/^web-[12] /);
    await back(owner);
  });

  it('goes on serving from the other node when the speaker of one is told to stop', async () => {
    const owner = (await ownerOf('192.0.2.50'))?.slice(1) ?? '';
    await speakers[Number(owner) - 1]?.process.stop('SIGINT');
    const other = `n${3 - Number(owner)}`;
    await eventually('the other owns it', async () => (await ownerOf('192.0.2.50')) === other || undefined);
    expect(await output('get speakers')).toMatch(new RegExp(`^n${owner} +False `, 'm'));
    await berth.cluster.machine('client').run('ip', 'neighbour', 'flush', 'dev', 'eth0');
    expect(await berth.cluster.fetchFrom('client', 'http://192.0.2.50/')).toMatch(/^web-[12] /);
    const seen = await berth.cluster.machine('client').run('ip', 'neighbour', 'show', '192.0.2.50');
    expect(seen).toContain(`lladdr 02:00:00:00:00:1${3 - Number(owner)} `);
  });

  it('has daemons that nothing was refused', async () => {
    for (const { process } of [controller, ...speakers]) {
      expect(await process.log()).not.toMatch(/forbidden|"level":"error"/);
    }
  });
});
