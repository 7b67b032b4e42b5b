import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../../../src/cli/program.ts';
import type { Explanation } from '../../../src/explain/explanation.ts';
import { LocalApi } from '../cluster/local-api.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
let api: LocalApi | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-explain-'));
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
  await rm(folder, { recursive: true });
});

const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.1/32]}
`;
const service = (name: string, ip?: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, creationTimestamp: 2026-01-01T00:00:00Z}
spec: {type: LoadBalancer}
${ip === undefined ? '' : `status: {loadBalancer: {ingress: [{ip: ${ip}}]}}\n`}`;
const INGRESS = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {berth.dev/service: default/web}}
`;
const ALL = `${POOL}${service('first', '192.0.2.1')}${service('web')}${INGRESS}`;

async function berth(args: readonly string[], stdin = '') {
  const context = recordingContext(stdin);
  const code = await runProgram(['explain', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

describe('berth explain with files', () => {
  it('shows a Service at a glance', async () => {
    const { code, out, err } = await berth(['svc/web', '-f', '-'], ALL);
    expect(code).toBe(0);
    expect(err).toContain('assuming the L2Advertisement "default"');
    expect(out).toBe(`Service:       default/web
Status:        needs attention: PoolExhausted
Why:           every pool that may serve this Service is full: public (it is full): extend a pool or free an address
What to do:    Add addresses to a pool, or free one that a Service holds and does not need.

Asks for:      IPv4 from any pool
Holds:         <none>
Controller:    not known: no Lease of now was read

Pools, in the order tried:
  POOL     RESULT        REASON   WHY
  public   passed over   Full     1 of 1 IPv4 addresses are held
      -> Add addresses to the pool, or free one that a Service holds and does not need.

Conditions:
  TYPE                  STORED   SINCE    BY THE RULES NOW
  berth.dev/Allocated   <none>   <none>   False PoolExhausted
  berth.dev/Announced   <none>   <none>   False NoAddress
`);
  });

  it.each([
    [
      'svc/first',
      /^Status: +needs attention: NoSpeaker$[\s\S]*^ {2}public +serves +<none> +gives 192\.0\.2\.1$[\s\S]*^Announcement of 192\.0\.2\.1, by the rules: InterfacesUnknown: /m,
    ],
    [
      'pool/public',
      /^Status: +needs attention: Full$[\s\S]*^IPv4: +1 of 1 assigned, 0 available$[\s\S]*^Holders \(1\):$[\s\S]*^Waiting for an address \(1\):$/m,
    ],
    [
      'ing/shop',
      /^Status: +needs attention: ServiceWithoutAddress$[\s\S]*^Service: +default\/web, by the annotation berth\.dev\/service, which has no address$/m,
    ],
    [
      'addr/192.0.2.1',
      /^Status: +ok: Held$[\s\S]*^In pools: +public$[\s\S]*^Held by: +default\/first$[\s\S]*^Given: +no$/m,
    ],
  ])('shows %s', async (word, expected) => {
    expect((await berth([word, '-f', '-'], ALL)).out).toMatch(expected);
  });

  it('prints the same as JSON and YAML', async () => {
    const { out } = await berth(['service', 'web', '-f', '-', '-o', 'json'], ALL);
    const explanation = JSON.parse(out) as Explanation;
    expect(explanation).toMatchObject({
      apiVersion: 'berth.dev/v1beta1',
      kind: 'Explanation',
      object: { kind: 'Service', namespace: 'default', name: 'web' },
      summary: { ok: false, reason: 'PoolExhausted', message: expect.any(String), remedy: expect.any(String) },
      findings: [],
      notChecked: [],
      service: { pools: [{ pool: 'public', result: 'PassedOver', reason: 'Full' }] },
    });
    expect(parse((await berth(['service', 'web', '-f', '-', '-o', 'yaml'], ALL)).out)).toEqual(explanation);
  });

  it.each([
    ['something to mend', 'svc/web', 2],
    ['nothing to mend', 'addr/192.0.2.1', 0],
  ])('exits with --detailed-exitcode by whether there is %s', async (_, word, code) => {
    expect((await berth([word, '-f', '-', '--detailed-exitcode'], ALL)).code).toBe(code);
    expect((await berth([word, '-f', '-'], ALL)).code).toBe(0);
  });

  it.each([
    ['svc/wep', /^error: there is no Service default\/wep: did you mean default\/web\?$/m],
    ['svc/team-a/web', /^error: there is no Service team-a\/web: did you mean default\/web\?$/m],
    [
      'svc/nothing-like-it',
      /^error: there is no Service default\/nothing-like-it: there are default\/first, default\/web$/m,
    ],
    ['pool/pubic', /^error: there is no IPAddressPool pubic: did you mean public\?$/m],
    ['node/n1', /^error: there is no Node n1: there is no Node at all$/m],
    ['ns/default', /^error: Namespace cannot be explained/m],
    ['gateway/edge', /^error: there is no Gateway default\/edge: there is no Gateway at all$/m],
  ])('says what may be meant by %s', async (word, expected) => {
    const { code, out, err } = await berth([word, '-f', '-'], ALL);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(expected);
  });

  it('names every fault of the input', async () => {
    const { code, err } = await berth(['svc/web', '-f', '-'], POOL.replace('addresses', 'adresses'));
    expect(code).toBe(1);
    expect(err).toMatch(/did you mean "addresses"\?[\s\S]*faults? in the input: nothing was explained\n$/);
  });

  it('keeps what others wrote from moving the cursor', async () => {
    const name = 'x\\u001b[2J';
    const text = `${POOL}${service('web').replace('spec: {', `spec: {loadBalancerClass: "${name}", `)}`;
    const { out } = await berth(['svc/web', '-f', '-'], text);
    expect(out).toContain('its loadBalancerClass is x');
    expect(out).not.toContain('\u001b');
  });

  it('says its exit codes and kinds in its help', async () => {
    expect((await berth(['--help'])).out).toMatch(/ingress +ing\n[\s\S]*Exit codes: 0 explained/);
  });
});

describe('berth explain with a folder', () => {
  it('looks at the folder and its lock', async () => {
    await writeFile(join(folder, 'all.yaml'), ALL);
    const { code, out } = await berth(['svc/web', '--dir', folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Controller: +down: nobody has the lock of the folder$/m);
    expect(out).toMatch(/^ {2}ControllerDown: /m);
  });

  it('speaks of a folder, and of no cluster', async () => {
    await writeFile(join(folder, 'all.yaml'), `${POOL}${service('first', '192.0.2.1')}${service('web')}${INGRESS}`);
    for (const word of ['svc/first', 'svc/web', 'pool/public', 'addr/192.0.2.1', 'ing/shop']) {
      const { out } = await berth([word, '--dir', folder]);
      expect(out, word).toMatch(/(->|What to do:) +Run berth standalone/);
      expect(out, word).not.toMatch(/API server|kubectl|berth (speaker|controller)|Lease/);
    }
  });

  it('goes on without the files that are faulty, and names them, as who runs on it does', async () => {
    await writeFile(join(folder, 'all.yaml'), ALL);
    await writeFile(join(folder, 'bad.yaml'), POOL.replace('public', 'lab').replace('addresses', 'adresses'));
    const { code, out, err } = await berth(['svc/web', '--dir', folder]);
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: .*bad\.yaml:\d+: IPAddressPool\/lab: .*did you mean "addresses"\?$/m);
    expect(out).toMatch(/PoolExhausted/);
    expect(out).toMatch(/^Not looked at:\n {2}\S*bad\.yaml:\d+: IPAddressPool\/lab: /m);
  });

  it('is refused a faulty file that is laid over it', async () => {
    await writeFile(join(folder, 'all.yaml'), ALL);
    await writeFile(join(folder, 'bad.yaml'), 'kind: [');
    const { code, err } = await berth(['svc/web', '--dir', folder, '-f', '-'], POOL.replace('addresses', 'adresses'));
    expect(code).toBe(1);
    expect(err).toMatch(/^warning: .*bad\.yaml:[\s\S]*faults? in the input: nothing was explained\n$/);
  });

  it('lays files over it', async () => {
    await writeFile(join(folder, 'all.yaml'), ALL);
    const more = POOL.replace('192.0.2.1/32', '192.0.2.0/24');
    const { out } = await berth(['svc/web', '--dir', folder, '-f', '-'], more);
    expect(out).toMatch(/^By the rules: +192\.0\.2\.0$/m);
  });
});

const SPEAKER = `---
apiVersion: berth.dev/v1beta1
kind: SpeakerStatus
metadata: {name: n1}
status:
  interfaces:
    - {name: eth0, mac: "02:00:00:00:00:11", up: true, addresses: [192.0.2.11/24], gateways: [192.0.2.254]}
    - {name: cni0, mac: "02:00:00:00:00:12", up: true, addresses: [10.244.0.1/24], gateways: []}
  l2: [{address: 192.0.2.1, service: default/first, interface: eth0, role: Owner, since: 2026-01-01T00:00:00Z}]
  withheld:
    - {reason: NotOwner, count: 2, examples: [192.0.2.2 default/second, 192.0.2.3 default/third]}
    - {reason: OffSubnet, count: 1, examples: [198.51.100.1 default/far]}
`;
const NODE = `---
apiVersion: v1
kind: Node
metadata: {name: n1, annotations: {berth.dev/drain: ""}}
`;

describe('berth explain node', () => {
  it('shows a node at a glance', async () => {
    const { code, out } = await berth(['node/n1', '-f', '-'], `${POOL}${SPEAKER}${NODE}`);
    expect(code).toBe(0);
    expect(out).toBe(`Node:          n1
Status:        needs attention: NodeDraining
Why:           node n1 is annotated berth.dev/drain: berth undrain n1 brings it back
What to do:    Take the annotation berth.dev/drain away when the node is to come back.

Speaker:       not known: its report is taken for one of now
Chosen by:     L2Advertisement default
Owner of:      1: 192.0.2.1 default/first
Standby of:    nothing
Caretaker of:  nothing

Interfaces:
  NAME   UP    ADDRESSES       GATEWAYS      ANNOUNCES FOR
  eth0   yes   192.0.2.11/24   192.0.2.254   default
  cni0   yes   10.244.0.1/24   <none>        never unless named: the bridge of a CNI plug-in

Not announced here, by reason:
  REASON      ADDRESSES   OVER   SUCH AS
  NotOwner    2           l2     192.0.2.2 default/second
  OffSubnet   1           l2     198.51.100.1 default/far
      -> Use addresses of a subnet of the nodes, or set offSubnet: Announce where routers know the way.
`);
  });

  it('prints the same as JSON, under the name of its speaker, too', async () => {
    const { out } = await berth(['speaker', 'n1', '-f', '-', '-o', 'json'], `${POOL}${SPEAKER}${NODE}`);
    expect(JSON.parse(out)).toMatchObject({
      object: { kind: 'Node', namespace: null, name: 'n1' },
      summary: { ok: false, reason: 'NodeDraining' },
      node: {
        speaker: { state: 'Unknown', renewed: null },
        bars: [{ reason: 'NodeDraining' }],
        interfaces: [
          { name: 'eth0', advertisements: ['default'] },
          { name: 'cni0', advertisements: [] },
        ],
        roles: [{ role: 'Owner', count: 1 }, { role: 'Standby' }, { role: 'Caretaker' }],
        withheld: [{ reason: 'NotOwner', count: 2 }, { reason: 'OffSubnet' }],
      },
    });
  });

  it('speaks of a folder, and of no cluster', async () => {
    await writeFile(join(folder, 'all.yaml'), `${POOL}${NODE.replace(', annotations: {berth.dev/drain: ""}', '')}`);
    const { out } = await berth(['node/n1', '--dir', folder]);
    expect(out).toMatch(/^What to do: +Run berth standalone, without --no-speaker, on the node\.$/m);
    expect(out).toMatch(/^Interfaces: +not reported yet$/m);
    expect(out).not.toMatch(/API server|kubectl|berth (speaker|controller)|Lease/);
  });

  it('says what may be meant', async () => {
    expect((await berth(['node/n2', '-f', '-'], `${POOL}${SPEAKER}${NODE}`)).err).toMatch(
      /^error: there is no Node n2: did you mean n1\?$/m,
    );
  });
});

const GATEWAY = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec: {gatewayClassName: mesh}
status: {conditions: [{type: Programmed, status: "False", reason: AddressNotAssigned, message: no address yet}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: mesh}
spec: {controllerName: istio.io/gateway-controller}
`;
const MADE = service('edge-istio').replace('{name:', '{labels: {gateway.networking.k8s.io/gateway-name: edge}, name:');

describe('berth explain gateway', () => {
  it('shows a Gateway and the Service behind it', async () => {
    const all = `${POOL}${service('first', '192.0.2.1')}${MADE}${GATEWAY}`;
    const { code, out } = await berth(['gateway/edge', '-f', '-'], all);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Gateway: +default\/edge\nStatus: +needs attention: PoolExhausted\nWhy: +Service default\/edge-istio: /m,
    );
    expect(out).toContain(`
Class:         mesh, served by istio.io/gateway-controller
Service:       default/edge-istio, by its labels, which has no address
Shows:         <none>
Written by:    its implementation, never Berth

Conditions of the Gateway:
  TYPE         STATUS   REASON               MESSAGE
  Programmed   False    AddressNotAssigned   no address yet

Asks for:      IPv4 from any pool
`);
    const json = JSON.parse((await berth(['gtw', 'edge', '-f', '-', '-o', 'json'], all)).out) as Explanation;
    expect(json).toMatchObject({
      object: { kind: 'Gateway', namespace: 'default', name: 'edge' },
      gateway: { service: { service: 'default/edge-istio', by: 'Label', shows: [] }, shows: [] },
      service: { pools: [{ pool: 'public', result: 'PassedOver', reason: 'Full' }] },
    });
  });

  it('looks at a folder', async () => {
    await writeFile(join(folder, 'all.yaml'), `${POOL}${MADE}${GATEWAY}`);
    const { code, out } = await berth(['gateway/edge', '--dir', folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Status: +needs attention: ControllerDown\nWhy: .*\nWhat to do: +Run berth standalone/m);
  });

  const metadata = { name: 'edge', namespace: 'team-a', resourceVersion: '1' };
  const answers = { services: [], ipaddresspools: [], l2advertisements: [], speakerstatuses: [] };
  it('reads Gateways of a cluster, and only where one is asked for', async () => {
    api = await LocalApi.start(folder);
    Object.assign(api.answers, answers, { gateways: [{ metadata, spec: { gatewayClassName: 'mesh' } }] });
    Object.assign(api.answers, { gatewayclasses: 403 });
    const { code, out } = await berth(['gateway/edge', '--kubeconfig', api.kubeconfig]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Status: +needs attention: NoService$/m);
    expect(out).toMatch(/^ {2}GatewayClass: answer 403$/m);
    api.listed.length = 0;
    await berth(['addr/192.0.2.1', '--kubeconfig', api.kubeconfig]);
    expect(api.listed).toContain('services');
    expect(api.listed).not.toContain('gateways');
  });

  it.each<[string, object, RegExp]>([
    [
      'has no Gateway API',
      {},
      /^error: the cluster does not have the Gateway API \(gateway\.networking\.k8s\.io\/v1\)/,
    ],
    ['forbids it', { gateways: 403 }, /^error: cannot read Gateway team-a\/edge: answer 403$/m],
    ['has no such one', { gateways: [] }, /^error: there is no Gateway team-a\/edge: there is no Gateway at all$/m],
  ])('says that the cluster %s', async (_, more, expected) => {
    api = await LocalApi.start(folder);
    Object.assign(api.answers, answers, more);
    const { code, out, err } = await berth(['gateway/edge', '--kubeconfig', api.kubeconfig]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(expected);
  });
});

describe('berth explain with a cluster', () => {
  const metadata = (name: string) => ({ name, namespace: 'team-a', resourceVersion: '1' });
  const web = { metadata: metadata('web'), spec: { type: 'LoadBalancer' } };

  it('goes on without what may not be read, and says so', async () => {
    api = await LocalApi.start(folder);
    const answers = {
      services: [web],
      ipaddresspools: [],
      nodes: 403,
      leases: 403,
      namespaces: 403,
      l2advertisements: [],
    };
    Object.assign(api.answers, answers, {
      speakerstatuses: [],
      endpointslices: [],
      ingresses: 403,
      ingressclasses: 403,
    });
    const { code, out, err } = await berth(['svc/web', '--kubeconfig', api.kubeconfig]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Service: +team-a\/web$/m);
    expect(out).toMatch(/^Status: +needs attention: NoPools$/m);
    expect(out).toMatch(/^Controller: +not known/m);
    const notLooked = out.slice(out.indexOf('Not looked at:')).trim().split('\n').slice(1);
    expect(notLooked.map((line) => line.trim().split(':')[0])).toEqual([
      'BGPPeer',
      'BGPAdvertisement',
      'BFDProfile',
      'Community',
      'Node',
      'Namespace',
      'Lease',
      'Ingress',
      'IngressClass',
    ]);
  });

  it('says that the object itself may not be read', async () => {
    api = await LocalApi.start(folder);
    Object.assign(api.answers, { services: 403, ipaddresspools: [] });
    const { code, err } = await berth(['svc/web', '--kubeconfig', api.kubeconfig]);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: cannot read Service team-a\/web: /);
  });

  it.each([
    [401, /does not accept the credentials/],
    [500, /try again later|cannot/],
  ])('fails where the server answers %d', async (status, expected) => {
    api = await LocalApi.start(folder);
    for (const resource of ['services', 'ipaddresspools', 'nodes', 'leases']) api.answers[resource] = status;
    const { code, out, err } = await berth(['svc/web', '--kubeconfig', api.kubeconfig]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(expected);
  });
});
