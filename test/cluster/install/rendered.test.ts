import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { toolPath } from '../tool-path.ts';
import { writeComposition } from './composition.ts';

const MANIFESTS = fileURLToPath(new URL('../../../manifests/', import.meta.url));
const CHART = `${MANIFESTS}chart`;

type Member = Readonly<Record<string, unknown>>;
interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Member };
  /** That of a Deployment or DaemonSet. */
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly volumes?: readonly { readonly name: string; readonly secret?: object }[];
      };
    };
  };
}

interface Probe {
  readonly httpGet: { readonly scheme?: string };
}

interface Container {
  readonly args: readonly string[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: { readonly capabilities: { readonly add?: readonly string[] } };
}

let path: string;
beforeAll(async () => {
  path = await toolPath();
});

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: path, HOME: '/nonexistent' };
  const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** Objects by kind, namespace and name. */
function objectsOf(text: string): ReadonlyMap<string, Rendered> {
  const objects = parseAllDocuments(text)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null);
  return new Map(
    objects.map((object) => {
      const { kind, metadata } = object;
      return [`${kind} ${metadata.namespace ?? ''} ${metadata.name}`, object];
    }),
  );
}

const sorted = (objects: ReadonlyMap<string, Rendered>) => [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
const onceEach = <T>(make: (name: string) => T): ((name: string) => T) => {
  const made = new Map<string, T>();
  return (name) => {
    const found = made.get(name) ?? make(name);
    made.set(name, found);
    return found;
  };
};
const file = onceEach((name) => objectsOf(readFileSync(`${MANIFESTS}${name}`, 'utf8')));
const plain = () => file('berth.yaml');
const kustomized = onceEach(async (name) =>
  objectsOf(await run('kubectl', 'kustomize', `${MANIFESTS}overlays/${name}`)),
);
/** An overlay with components. */
async function composed(overlay: string, ...components: readonly string[]): Promise<ReadonlyMap<string, Rendered>> {
  const folder = await mkdtemp(join(tmpdir(), 'kustomize-'));
  try {
    await writeComposition(folder, overlay, components);
    return objectsOf(await run('kubectl', 'kustomize', folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}
const base = async () => objectsOf(await run('kubectl', 'kustomize', `${MANIFESTS}base`));
const templated = async (...args: readonly string[]) =>
  objectsOf(await run('helm', 'template', 'berth', CHART, ...args));

/** Without Helm's own word on what an uninstall leaves, and what only Helm sees. */
function withoutHelm(objects: ReadonlyMap<string, Rendered>): ReadonlyMap<string, Rendered> {
  return new Map(
    [...objects].map(([key, object]) => {
      const { annotations: { [KEEP]: kept, ...others } = {}, ...metadata } = object.metadata;
      if (kept !== undefined) expect([object.kind, kept]).toEqual([CRD, 'keep']);
      const annotations = Object.keys(others).length === 0 ? {} : { annotations: others };
      return [key, { ...object, metadata: { ...metadata, ...annotations } }];
    }),
  );
}
const CRD = 'CustomResourceDefinition';
const KEEP = 'helm.sh/resource-policy';

const containerOf = (objects: ReadonlyMap<string, Rendered>, key: string) =>
  objects.get(key)?.spec.template.spec.containers[0];
const argsOf = (objects: ReadonlyMap<string, Rendered>, key: string) => containerOf(objects, key)?.args ?? [];
const capabilitiesOf = (objects: ReadonlyMap<string, Rendered>) =>
  containerOf(objects, SPEAKER)?.securityContext.capabilities.add;
const CONTROLLER = 'Deployment berth-system berth-controller';
const SPEAKER = 'DaemonSet berth-system berth-speaker';

describe('kustomize', () => {
  it('makes of layer 2 and BGP what berth.yaml is', async () => {
    expect(sorted(await kustomized('l2-bgp'))).toEqual(sorted(plain()));
  });

  it('makes of layer 2 alone one that opens no port of BGP', async () => {
    const objects = await kustomized('l2');
    expect(capabilitiesOf(objects)).toEqual(['NET_RAW']);
    expect(argsOf(objects, CONTROLLER)).toEqual(['controller', '--default-advertisement']);
    expect([...objects.keys()].sort()).toEqual([...plain().keys()].sort());
  });

  it('makes of BGP alone one that announces nothing on the local network unasked', async () => {
    const objects = await kustomized('bgp');
    expect(capabilitiesOf(objects)).toEqual(['NET_RAW', 'NET_BIND_SERVICE']);
    expect(argsOf(objects, CONTROLLER)).toEqual(['controller']);
  });

  it('makes of the base alone one that announces nothing unasked, and opens no port of BGP', async () => {
    const objects = await base();
    expect(capabilitiesOf(objects)).toEqual(['NET_RAW']);
    expect(argsOf(objects, CONTROLLER)).toEqual(['controller']);
    expect([...objects.keys()].sort()).toEqual([...plain().keys()].sort());
  });

  it('lets Prometheus at both daemons where that is asked for', async () => {
    const objects = await kustomized('prometheus');
    expect(argsOf(objects, SPEAKER)).toEqual(['speaker', '--http-address=:7481']);
    const added = [...objects.keys()].filter((key) => !plain().has(key));
    expect(added.sort()).toEqual([
      'NetworkPolicy berth-system berth-controller-metrics',
      'PodMonitor berth-system berth-controller',
      'PodMonitor berth-system berth-speaker',
    ]);
  });
});

describe('the chart', () => {
  it('is with default values what berth.yaml is', async () => {
    expect(sorted(withoutHelm(await templated()))).toEqual(sorted(plain()));
  });

  it('is with Prometheus what the overlay is', async () => {
    const objects = withoutHelm(await templated('--set', 'prometheus.enabled=true'));
    expect(sorted(objects)).toEqual(sorted(await kustomized('prometheus')));
  });

  it.each([
    ['l2', ['--set', 'bgp.enabled=false']],
    ['bgp', ['--set', 'defaultAdvertisement=false']],
  ])('is what the overlay %s is with %j', async (overlay, args) => {
    expect(sorted(withoutHelm(await templated(...args)))).toEqual(sorted(await kustomized(overlay)));
  });

  it('is what the base is with neither', async () => {
    const objects = await templated('--set', 'defaultAdvertisement=false,bgp.enabled=false');
    expect(sorted(withoutHelm(objects))).toEqual(sorted(await base()));
  });

  it('passes values on', async () => {
    const set = ['image.repository=example.com/berth', 'image.tag=dev', 'loadBalancerClass=berth.dev/berth'];
    const lists = [
      'reserved={10.0.0.0/8,192.0.2.1}',
      'imagePullSecrets[0].name=pull',
      'speaker.extraArgs={--log-level=debug}',
    ];
    const objects = await templated(...[...set, ...lists, 'crds.install=false'].flatMap((value) => ['--set', value]));
    expect([...objects.keys()].filter((key) => key.startsWith(CRD))).toEqual([]);
    expect(argsOf(objects, CONTROLLER).slice(1)).toEqual([
      '--default-advertisement',
      '--lb-class=berth.dev/berth',
      '--reserved=10.0.0.0/8,192.0.2.1',
    ]);
    expect(argsOf(objects, SPEAKER).slice(2)).toEqual(['--lb-class=berth.dev/berth', '--log-level=debug']);
    expect(JSON.stringify(objects.get(SPEAKER))).toContain('"image":"example.com/berth:dev"');
    expect(JSON.stringify(objects.get(CONTROLLER))).toContain('"imagePullSecrets":[{"name":"pull"}]');
  });

  it('lets speakers sign with a key as the component does', async () => {
    const expected = await composed('l2-bgp', 'message-key');
    expect(argsOf(expected, SPEAKER)).toContain('--message-key-file=/etc/berth-key/key');
    const objects = await templated('--set', 'speaker.messageKeySecret=berth-message-key');
    expect(sorted(withoutHelm(objects))).toEqual(sorted(expected));
  });

  it('rejects what nobody serves as the component does, with the right to do so', async () => {
    const expected = await composed('l2-bgp', 'reject-unserved');
    expect(argsOf(expected, SPEAKER)).toContain('--reject-unserved');
    expect(capabilitiesOf(expected)).toEqual(['NET_RAW', 'NET_BIND_SERVICE', 'NET_ADMIN']);
    const objects = await templated('--set', 'bgp.rejectUnserved=true');
    expect(sorted(withoutHelm(objects))).toEqual(sorted(expected));
  });

  it.each([
    ['l2-bgp', []],
    ['prometheus', ['prometheus.enabled=true']],
  ])('shows metrics only to tokens as the component does on the overlay %s', async (overlay, values) => {
    const expected = await composed(overlay, 'metrics-auth');
    const set = ['metrics.auth.enabled=true', ...values].join(',');
    expect(sorted(withoutHelm(await templated('--set', set)))).toEqual(sorted(expected));
  });

  it('asks for tokens in both daemons, and has probes and scrapers do as they ask', async () => {
    const objects = await templated(
      '--set',
      'metrics.auth.enabled=true,metrics.auth.tlsSecret=own,prometheus.enabled=true',
    );
    for (const key of [CONTROLLER, SPEAKER]) {
      expect(argsOf(objects, key).slice(-3)).toEqual([
        '--metrics-auth',
        '--http-tls-cert-file=/etc/berth-metrics-tls/tls.crt',
        '--http-tls-key-file=/etc/berth-metrics-tls/tls.key',
      ]);
      const { livenessProbe, readinessProbe, volumeMounts } = containerOf(objects, key) ?? {};
      expect([livenessProbe?.httpGet.scheme, readinessProbe?.httpGet.scheme]).toEqual(['HTTPS', 'HTTPS']);
      const mount = volumeMounts?.find(({ mountPath }) => mountPath === '/etc/berth-metrics-tls');
      const volumes = objects.get(key)?.spec.template.spec.volumes ?? [];
      expect(volumes.find(({ name }) => name === mount?.name)).toMatchObject({ secret: { secretName: 'own' } });
    }
    for (const name of ['berth-controller', 'berth-speaker']) {
      expect(objects.get(`PodMonitor berth-system ${name}`)).toMatchObject({
        spec: {
          podMetricsEndpoints: [
            {
              scheme: 'https',
              authorization: { credentials: { name: 'berth-metrics-reader', key: 'token' } },
              tlsConfig: { serverName: 'berth-metrics', ca: { secret: { name: 'own', key: 'ca.crt' } } },
            },
          ],
        },
      });
    }
  });

  it.each([
    ['speakerNodePolicy.enabled', 'speaker-node.yaml'],
    ['prometheus.rules.enabled', 'monitoring/prometheus-rule.yaml'],
  ])('adds with %s what %s is', async (value, name) => {
    const objects = withoutHelm(await templated('--set', `${value}=true`));
    expect(sorted(objects)).toEqual(sorted(new Map([...plain(), ...file(name)])));
  });

  it('refers in each alert to the runbook where people find it', async () => {
    const runbook = 'https://example.com/wiki/berth';
    const objects = await templated('--set', `prometheus.rules.enabled=true,prometheus.rules.runbook=${runbook}`);
    const text = (rule: Rendered | undefined) => JSON.stringify(rule);
    const [key] = file('monitoring/prometheus-rule.yaml').keys();
    const plainText = text(file('monitoring/prometheus-rule.yaml').get(key ?? ''));
    expect(text(objects.get(key ?? ''))).toBe(plainText.replaceAll('docs/runbook.md', runbook));
  });

  it('leaves the namespace to Helm where the release is in it', async () => {
    const objects = await templated('--namespace', 'berth-system');
    expect([...plain().keys()].filter((key) => !objects.has(key))).toEqual(['Namespace  berth-system']);
  });

  it.each([
    ['controller.replicas=two', /controller.replicas|replicas/],
    ['speakers.enabled=true', /speakers/],
    ['image.pullPolicy=Sometimes', /pullPolicy/],
    ['reserved={all}', /reserved/],
    ['speaker.messageKeySecret=Not_A_Name', /messageKeySecret/],
    ['prometheus.rules.runbook=', /runbook/],
    ['metrics.auth.tlsSecret=', /tlsSecret/],
    ['bgp.rejectUnserved=yes', /rejectUnserved/],
    // null takes a default value away.
    ['metrics=null', /missing property 'metrics'/],
    ['image.repository=null', /missing property 'repository'/],
  ])('refuses %s', async (value, message) => {
    await expect(templated('--set', value)).rejects.toMatchObject({ stderr: expect.stringMatching(message) });
  });

  it('knows each of its default values in its schema', async () => {
    expect(await run('helm', 'lint', '--strict', CHART)).toContain('0 chart(s) failed');
  });
});
