import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ControllerCluster, eventually } from './harness.ts';

const GRACE = 4_000;
const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.60]}
`;
const CLASSES = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: cilium}
spec: {controller: cilium.io/ingress-controller}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: hand-made}
spec: {controller: example.com/hand-made}
`;
/** Ingress controllers that have one Service for all Ingresses, and what they install. */
const SHARED = [
  { name: 'cilium-shared', controller: 'cilium.io/ingress-controller', labels: "{cilium.io/ingress: 'true'}" },
  {
    name: 'nginx',
    controller: 'k8s.io/ingress-nginx',
    labels: '{app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}',
  },
  { name: 'traefik', controller: 'traefik.io/ingress-controller', labels: '{app.kubernetes.io/name: traefik}' },
  {
    // It serves this class also where nobody has made one.
    name: 'contour',
    controller: undefined,
    labels: '{app.kubernetes.io/name: contour, app.kubernetes.io/component: envoy}',
  },
  {
    name: 'haproxy',
    controller: 'haproxy.org/ingress-controller/haproxy',
    labels: '{app.kubernetes.io/name: kubernetes-ingress}',
  },
];
const addressAt = (index: number) => `192.0.2.${51 + index}`;
const service = (name: string, address: string, metadata = '') => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, annotations: {berth.dev/loadBalancerIPs: ${address}}${metadata}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;
const ingress = (name: string, className: string, annotations = '{}') => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}, annotations: ${annotations}}
spec:
  ingressClassName: ${className}
  defaultBackend: {service: {name: web, port: {number: 80}}}
`;
const NAMED = '{berth.dev/service: default/web}';

let lab: ControllerCluster;
beforeAll(async () => {
  lab = await ControllerCluster.start();
  await lab.cluster.apply(POOL);
  await lab.cluster.apply(CLASSES);
});
afterAll(() => lab?.dispose());

beforeEach(async () => {
  await lab.startController({ ingressGrace: GRACE });
});
afterEach(async () => {
  await lab.stopControllers();
  await lab.cluster.kubectl('delete', 'ingress,service', '--all');
});

const address = async (name: string) => (await lab.row('ingress', name)).ADDRESS;

/** What an ingress controller does: it replaces the status. */
async function writeAsAnother(name: string, ip: string | undefined): Promise<void> {
  const loadBalancer = ip === undefined ? null : { ingress: [{ ip }] };
  const patch = JSON.stringify({ status: { loadBalancer } });
  const as = ['--field-manager', 'nginx-ingress-controller'];
  await lab.cluster.kubectl('patch', 'ingress', name, '--subresource=status', '--type=merge', ...as, '-p', patch);
}

async function resourceVersion(name: string): Promise<string> {
  return lab.cluster.kubectl('get', 'ingress', name, '-o', 'jsonpath={.metadata.resourceVersion}');
}

/** Nothing is written for a while. */
async function expectLeftAlone(name: string, millis = 1_000): Promise<void> {
  const before = await resourceVersion(name);
  await sleep(millis);
  expect(await resourceVersion(name)).toBe(before);
}

describe('an Ingress that names its Service', () => {
  beforeEach(async () => {
    await lab.cluster.apply(`${ingress('one', 'hand-made', NAMED)}---${ingress('two', 'hand-made', NAMED)}`);
    await lab.cluster.apply(service('web', '192.0.2.51'));
    for (const name of ['one', 'two']) await eventually(async () => expect(await address(name)).toBe('192.0.2.51'));
  });

  it('shows its address at once, as does every other, and follows it to another and away', async () => {
    await expectLeftAlone('one');
    await lab.cluster.kubectl('annotate', 'service', 'web', '--overwrite', 'berth.dev/loadBalancerIPs=192.0.2.52');
    for (const name of ['one', 'two']) await eventually(async () => expect(await address(name)).toBe('192.0.2.52'));
    await lab.cluster.kubectl('delete', 'service', 'web');
    for (const name of ['one', 'two']) await eventually(async () => expect(await address(name)).toBe(''));
    await expectLeftAlone('one');
    await lab.cluster.apply(service('web', '192.0.2.53'));
    await eventually(async () => expect(await address('one')).toBe('192.0.2.53'));
  });

  it('is still ours after a restart of the controller', async () => {
    await lab.stopControllers();
    await lab.cluster.kubectl('annotate', 'service', 'web', '--overwrite', 'berth.dev/loadBalancerIPs=192.0.2.54');
    await lab.startController({ ingressGrace: GRACE });
    await eventually(async () => expect(await address('one')).toBe('192.0.2.54'));
    await lab.stopControllers();
    await lab.cluster.kubectl('delete', 'service', 'web');
    await lab.startController({ ingressGrace: GRACE });
    await eventually(async () => expect(await address('one')).toBe(''));
  });

  it('is left to a second writer for good', async () => {
    await writeAsAnother('one', '192.0.2.99');
    await lab.cluster.kubectl('annotate', 'service', 'web', '--overwrite', 'berth.dev/loadBalancerIPs=192.0.2.55');
    await eventually(async () => expect(await address('two')).toBe('192.0.2.55'));
    expect(await address('one')).toBe('192.0.2.99');
    await lab.cluster.kubectl('delete', 'service', 'web');
    await eventually(async () => expect(await address('two')).toBe(''));
    expect(await address('one')).toBe('192.0.2.99');
    await expectLeftAlone('one');
  });

  it('is filled again, after the grace, where a second writer has emptied it', async () => {
    await writeAsAnother('one', undefined);
    await expectLeftAlone('one', GRACE / 4);
    expect(await address('one')).toBe('');
    await eventually(async () => expect(await address('one')).toBe('192.0.2.51'));
  });

  it('loses what we wrote with the annotation', async () => {
    await lab.cluster.kubectl('annotate', 'ingress', 'one', 'berth.dev/service-');
    await eventually(async () => expect(await address('one')).toBe(''));
    expect(await address('two')).toBe('192.0.2.51');
  });
});

describe('an Ingress of a class whose controller is known', () => {
  const DEDICATED = service('cilium-ingress-shop', '192.0.2.56');

  it('shows the address after the grace where nobody has written it', async () => {
    await lab.cluster.apply(`${ingress('shop', 'cilium')}---${DEDICATED}`);
    await eventually(async () => {
      expect((await lab.row('service', 'cilium-ingress-shop'))['EXTERNAL-IP']).toBe('192.0.2.56');
    });
    await expectLeftAlone('shop', GRACE / 4);
    expect(await address('shop')).toBe('');
    await eventually(async () => expect(await address('shop')).toBe('192.0.2.56'));
  });

  it('shows the address of the Service that its controller has for all Ingresses', async () => {
    const classes = SHARED.flatMap(({ name, controller }) =>
      controller === undefined
        ? []
        : `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: ${name}}
spec: {controller: ${controller}}
`,
    );
    const served = SHARED.flatMap(({ name, labels }, index) => [
      ingress(name, name),
      service(`${name}-proxy`, addressAt(index), `, labels: ${labels}`),
    ]);
    await lab.cluster.apply([...classes, ...served].join('---'));
    for (const [index, { name }] of SHARED.entries()) {
      await eventually(async () => expect([name, await address(name)]).toEqual([name, addressAt(index)]));
    }
  });

  it('is left to its controller where that writes in time', async () => {
    await lab.cluster.apply(`${ingress('shop', 'cilium')}---${DEDICATED}`);
    await writeAsAnother('shop', '192.0.2.98');
    await expectLeftAlone('shop', GRACE * 1.25);
    expect(await address('shop')).toBe('192.0.2.98');
  });

  it('is left to its controller where that writes last', async () => {
    await lab.cluster.apply(`${ingress('shop', 'cilium')}---${DEDICATED}`);
    await eventually(async () => expect(await address('shop')).toBe('192.0.2.56'));
    await writeAsAnother('shop', '192.0.2.97');
    await expectLeftAlone('shop', GRACE * 1.25);
  });
});

it('tells of an annotation that cannot be understood', async () => {
  await lab.cluster.apply(ingress('shop', 'hand-made', '{berth.dev/service: web}'));
  await eventually(async () => {
    const said = await lab.cluster.kubectl('describe', 'ingress', 'shop');
    expect(said).toMatch(/Warning +InvalidRequest .*write NAMESPACE\/NAME of a Service/);
  });
});
