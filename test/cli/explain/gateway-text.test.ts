import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/explain/explanation.ts';
import { LocalApi } from '../cluster/local-api.ts';
import { berth, POOL, service } from './berth.ts';

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
    expect(out).toMatch(/^ {2}GatewayClass: .*answer 403$/m);
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
    ['forbids it', { gateways: 403 }, /^error: cannot read Gateway team-a\/edge: .*answer 403$/m],
    ['has no such one', { gateways: [] }, /^error: there is no Gateway team-a\/edge: there is no Gateway at all$/m],
  ])('says that the cluster %s', async (_, more, expected) => {
    api = await LocalApi.start(folder);
    Object.assign(api.answers, answers, more);
    const { code, out, err } = await berth(['gateway/edge', '--kubeconfig', api.kubeconfig]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(expected);
  });
});
