import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
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

const INGRESS = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {berth.dev/service: default/web}}
`;
const ALL = `${POOL}${service('first', '192.0.2.1')}${service('web')}${INGRESS}`;

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
