import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/explain/explanation.ts';
import { eventually } from '../../lab/eventually.ts';
import { Installation, type RunningDaemon } from './installation.ts';

const POOLS = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50/32]}
---
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: team}
spec: {addresses: [192.0.2.60/32], serviceAllocation: {namespaces: [team-a]}}
`;
const service = (name: string): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;
const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {berth.dev/service: default/web}}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
/** What somebody may read who looks after Services and not after nodes. */
const READER = ['services', 'ipaddresspools.berth.dev', 'l2advertisements.berth.dev', 'speakerstatuses.berth.dev'];

/** As much of the Gateway API as an explanation asks for. */
const GATEWAY_API = [
  ['Gateway', 'gateways', 'Namespaced'],
  ['GatewayClass', 'gatewayclasses', 'Cluster'],
]
  .map(
    ([kind, plural, scope]) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.gateway.networking.k8s.io
  annotations: {api-approved.kubernetes.io: unapproved}
spec:
  group: gateway.networking.k8s.io
  scope: ${scope}
  names: {kind: ${kind}, plural: ${plural}}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`,
  )
  .join('---');
const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: mesh}
spec: {controllerName: istio.io/gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec: {gatewayClassName: mesh}
`;

let berth: Installation;
let controller: RunningDaemon;
let reader: string;
beforeAll(async () => {
  berth = await Installation.start({ nodes: 1, kubeProxy: false });
  controller = await berth.startController('n1', 'controller-a');
  await berth.ready(controller);
  await berth.cluster.apply(POOLS);
  await berth.cluster.apply(service('web'));
  await berth.addressOf('web');
  await berth.cluster.apply(service('late'));
  await berth.cluster.apply(INGRESS);
  const kubectl = (line: string) => berth.cluster.kubectl(...line.split(' '));
  await kubectl('create serviceaccount reader');
  await kubectl(`create clusterrole reader --verb=get,list --resource=${READER.join(',')}`);
  await kubectl('create clusterrolebinding reader --clusterrole=reader --serviceaccount=default:reader');
  reader = (await berth.cluster.serviceAccount('default', 'reader')).kubeconfig;
});
afterAll(() => berth?.dispose());

const output = (line: string) => berth.output('berth', ...line.split(' '));
const explained = async (line: string): Promise<Explanation> => JSON.parse(await output(`explain ${line} -o json`));

// In this order: the controller is stopped in between.
describe('berth explain on a cluster', () => {
  it('says what the controller wrote, and agrees with it', async () => {
    const late = await eventually('the controller has looked at it', async () => {
      const explanation = await explained('svc/late');
      return explanation.service?.conditions.every(({ stored }) => stored !== null) ? explanation : undefined;
    });
    expect(late.summary).toMatchObject({ ok: false, reason: 'PoolExhausted' });
    expect(late.findings).toEqual([]);
    expect(late.notChecked).toEqual([]);
    expect(late.service).toMatchObject({
      controller: { state: 'Held' },
      pools: [
        { pool: 'team', result: 'PassedOver', reason: 'NamespaceNotSelected' },
        { pool: 'public', result: 'PassedOver', reason: 'Full' },
      ],
      conditions: [
        { type: 'berth.dev/Allocated', agrees: true },
        { type: 'berth.dev/Announced', agrees: true },
      ],
    });
  });

  it('explains pool, address and Ingress', async () => {
    expect((await explained('bpool public')).pool).toMatchObject({
      ready: { agrees: true },
      holders: [{ service: 'default/web', addresses: ['192.0.2.50'] }],
      waiting: [{ service: 'default/late', reason: 'Full' }],
    });
    expect((await explained('address 192.0.2.50')).summary).toMatchObject({ ok: true, reason: 'Held' });
    const shop = await eventually('the address is on the Ingress', async () => {
      const explanation = await explained('ing/shop');
      return explanation.summary.ok ? explanation : undefined;
    });
    expect(shop.ingress).toMatchObject({
      service: { service: 'default/web', by: 'Annotation' },
      shows: ['192.0.2.50'],
      writers: [{ manager: 'berth-controller', isOurs: true }],
    });
    expect(shop.findings).toEqual([]);
  });

  it('explains a node, whose speaker is not there, and is drained', async () => {
    const without = await explained('node/n1');
    expect(without.summary).toMatchObject({ ok: false, reason: 'InterfacesUnknown' });
    expect(without.node).toMatchObject({
      speaker: { state: 'Missing' },
      advertisements: ['default'],
      interfaces: null,
    });
    await output('drain n1');
    expect((await explained('node/n1')).summary).toMatchObject({ ok: false, reason: 'NodeDraining' });
    await output('undrain n1');
  });

  it('explains a Gateway by the Service that stands for it, where the cluster has the Gateway API', async () => {
    const none = await berth.run('berth', 'explain', 'gateway/edge');
    expect([none.status, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toMatch(/^error: the cluster does not have the Gateway API/);
    await berth.cluster.apply(GATEWAY_API);
    await eventually('the kinds are served', async () => {
      const { status } = await berth.run('kubectl', 'get', 'gateways,gatewayclasses');
      return status === 0 || undefined;
    });
    await berth.cluster.apply(GATEWAY);
    expect((await explained('gateway/edge')).summary).toMatchObject({ ok: false, reason: 'NoService' });
    await berth.cluster.kubectl('label', 'service', 'late', 'gateway.networking.k8s.io/gateway-name=edge');
    expect(await explained('gtw edge')).toMatchObject({
      summary: { ok: false, reason: 'PoolExhausted' },
      gateway: {
        class: { controller: 'istio.io/gateway-controller' },
        service: { service: 'default/late', by: 'Label' },
      },
    });
    await berth.cluster.kubectl('label', 'service', 'late', 'gateway.networking.k8s.io/gateway-name-');
  });

  it('knows its own hand in the status of a Service', async () => {
    expect((await explained('svc/web')).findings.map(({ reason }) => reason)).not.toContain('OtherOwner');
  });

  it('needs no more than what may be read, and says what it has not looked at', async () => {
    const { status, stdout, stderr } = await berth.run('berth', 'explain', 'svc/late', '--kubeconfig', reader);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Status: +needs attention: PoolExhausted$/m);
    expect(stdout).toMatch(/^Controller: +not known/m);
    const not = stdout.slice(stdout.indexOf('Not looked at:'));
    for (const kind of ['Node', 'EndpointSlice', 'Namespace', 'Lease', 'Ingress', 'IngressClass']) {
      expect(not).toMatch(new RegExp(`^  ${kind}: .*forbidden`, 'm'));
    }
    const refused = await berth.run('berth', 'explain', 'ing/shop', '--kubeconfig', reader);
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/^error: cannot read Ingress default\/shop: .*forbidden/);
  });

  it('suggests what may be meant', async () => {
    const { status, stderr } = await berth.run('berth', 'explain', 'svc/wep');
    expect([status, stderr]).toEqual([1, 'error: there is no Service default/wep: did you mean default/web?\n']);
  });

  it('works while the controller is down, and says that it is', async () => {
    await controller.process.stop('SIGTERM');
    await berth.cluster.kubectl('delete', 'service', 'web');
    const late = await eventually('the Lease is given up', async () => {
      const explanation = await explained('svc/late');
      return explanation.service?.controller.state === 'Released' ? explanation : undefined;
    });
    expect(late.summary).toMatchObject({ ok: false, reason: 'ControllerDown' });
    expect(late.service).toMatchObject({ holds: [], decided: { addresses: ['192.0.2.50'], pool: 'public' } });
    expect(late.findings.map(({ reason }) => reason)).toEqual(['NoSpeaker', 'StatusOutdated']);
    const { stdout } = await berth.run('kubectl', 'berth', 'explain', 'service', 'late');
    expect(stdout).toMatch(/^By the rules: +192\.0\.2\.50$/m);
    expect((await berth.run('berth', 'explain', 'svc/late', '--detailed-exitcode')).status).toBe(2);
  });

  it('names another writer of the addresses of a Service', async () => {
    const patch = '{"status":{"loadBalancer":{"ingress":[{"ip":"10.9.9.9"}]}}}';
    const args = ['patch', 'service', 'late', '--subresource=status', '--type=merge', '-p', patch];
    await berth.cluster.kubectl(...args, '--field-manager=kube-vip');
    const { findings } = await explained('svc/late');
    expect(findings.find(({ reason }) => reason === 'OtherOwner')?.message).toBe(
      'it carries addresses in the status written by kube-vip',
    );
  });

  it('sees the address of a Service that is gone on an Ingress', async () => {
    const { summary, findings } = await explained('ing/shop');
    expect([summary, ...findings].map(({ reason }) => reason)).toEqual([
      'UnknownService',
      'StaleAddress',
      'ControllerDown',
    ]);
  });
});
