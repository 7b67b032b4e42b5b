import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KINDS } from '../../src/api/kinds.ts';
import { IngressKind } from '../../src/api/kubernetes/ingress.ts';
import { IngressClassKind } from '../../src/api/kubernetes/ingress-class.ts';
import { parseReference } from '../../src/cli/object-reference.ts';
import { PLANNED, PLANNED_WHERE_KNOWN } from '../../src/cli/plan/input.ts';
import { runProgram } from '../../src/cli/program.ts';
import { LocalApi } from './cluster/local-api.ts';
import { recordingContext } from './recording-context.ts';

const meta = (name: string, namespace?: string) => ({ name, namespace, uid: name, resourceVersion: '1' });
const shop = {
  metadata: { ...meta('shop', 'team-a'), annotations: { 'berth.dev/service': 'default/web' } },
  spec: { ingressClassName: 'nginx' },
};
const web = (namespace: string) => ({
  metadata: meta('web', namespace),
  spec: { type: 'LoadBalancer', clusterIPs: ['10.96.0.7'] },
});
const eth0 = { name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses: ['192.0.2.11/24'], gateways: [] };
/** Of every kind something that a plan depends on. */
const CLUSTER: Readonly<Record<string, readonly object[]>> = {
  ipaddresspools: [
    {
      metadata: meta('old'),
      spec: {
        addresses: ['192.0.2.11/32', '10.96.0.1/32', '192.0.2.1-192.0.2.3'],
        serviceAllocation: { namespaceSelectors: [{ matchLabels: { tier: 'gold' } }] },
      },
    },
  ],
  l2advertisements: [{ metadata: meta('mine'), spec: {} }],
  speakerstatuses: [{ metadata: meta('n1'), status: { interfaces: [eth0] } }],
  services: [web('default'), web('team-a')],
  nodes: [{ metadata: meta('n1'), status: { addresses: [{ type: 'InternalIP', address: '192.0.2.11' }] } }],
  endpointslices: [],
  namespaces: [
    { metadata: { ...meta('default'), labels: { tier: 'gold' } } },
    { metadata: { ...meta('team-a'), labels: { tier: 'gold' } } },
  ],
  servicecidrs: [{ metadata: meta('kubernetes'), spec: { cidrs: ['10.96.0.0/16'] } }],
  ingresses: [shop],
  ingressclasses: [{ metadata: meta('nginx'), spec: { controller: 'k8s.io/ingress-nginx' } }],
  leases: [],
  bgppeers: [{ metadata: meta('tor'), spec: { myASN: 64512, peerASN: 64513, peerAddress: '192.0.2.1' } }],
  bgpadvertisements: [],
  bfdprofiles: [],
  communities: [],
  gateways: [{ metadata: meta('edge', 'team-a'), spec: { gatewayClassName: 'mesh' } }],
  gatewayclasses: [],
};
const NEW_POOL =
  'apiVersion: berth.dev/v1beta1\nkind: IPAddressPool\nmetadata: {name: new}\nspec: {addresses: [198.51.100.0/28]}\n';
const OLD_POOL = NEW_POOL.replace('new}', 'old}').replace('198.51.100.0/28', '192.0.2.1-192.0.2.3');
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n';

let folder: string;
let api: LocalApi;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-help-'));
  api = await LocalApi.start(folder);
  Object.assign(api.answers, CLUSTER);
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  for (const [name, text] of [
    ['new-pool.yaml', NEW_POOL],
    ['pool.yaml', NEW_POOL],
    ['service.yaml', SERVICE],
  ] as const) {
    await writeFile(join(folder, name), text);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.stop();
  await rm(folder, { recursive: true });
});

/** The examples in the help of a command, a line each. */
async function examplesOf(command: string): Promise<readonly string[]> {
  const context = recordingContext();
  await runProgram([command, '--help'], context);
  const [, block = ''] = /\nExamples:\n((?: {2}.*\n)+)/.exec(context.out()) ?? [];
  return block
    .replaceAll(/\\\n */g, '')
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** The kinds that an example asks kubectl for. */
const askedFor = (example: string) => {
  const [, words = ''] = /^kubectl get (\S+) -A -o yaml \| /.exec(example) ?? [];
  return words.split(',').map((word) => parseReference(`${word}/x`).kind);
};

/** What kubectl would print for it. */
function kubectlOutput(example: string): string {
  const items = askedFor(example).flatMap(({ kind, apiVersion, plural }) =>
    (CLUSTER[plural] ?? []).map((object) => ({ apiVersion, kind, ...object })),
  );
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function run(example: string, ...more: readonly string[]) {
  const words = example.slice(example.indexOf('berth ') + 'berth '.length).split(' ');
  const args = words.map((word) =>
    word === '/etc/berth' || word.endsWith('.yaml') ? join(folder, word.replace('/etc/berth', 'in')) : word,
  );
  const context = recordingContext(example.startsWith('kubectl') ? kubectlOutput(example) : '');
  const code = await runProgram([...args, ...more], context);
  return { code, out: context.out(), err: context.err() };
}

describe.each(['plan', 'explain'])('the examples in the help of %s', (command) => {
  it('run', async () => {
    const examples = await examplesOf(command);
    expect(examples.length).toBeGreaterThan(3);
    await mkdir(join(folder, 'in'));
    await writeFile(join(folder, 'in', 'all.yaml'), `${OLD_POOL}---\n${SERVICE}`);
    for (const example of examples) {
      const { code, out, err } = await run(example);
      expect([0, 2], `${example}: ${err}`).toContain(code);
      expect(out, example).not.toBe('');
    }
  });

  it('ask kubectl for all that the command reads of a cluster', async () => {
    const [example = ''] = (await examplesOf(command)).filter((line) => line.startsWith('kubectl'));
    const wanted = [
      ...PLANNED,
      ...PLANNED_WHERE_KNOWN,
      ...(command === 'explain' ? [IngressKind, IngressClassKind] : []),
    ];
    expect(
      askedFor(example)
        .map(({ plural }) => plural)
        .sort(),
    ).toEqual(wanted.map(({ plural }) => plural).sort());
    expect(KINDS).toEqual(expect.arrayContaining(wanted));
  });
});

it('a plan of what kubectl prints is that of the cluster', async () => {
  const [example = ''] = (await examplesOf('plan')).filter((line) => line.startsWith('kubectl'));
  const copied = await run(example, '-o', 'json');
  const live = await run('berth plan --cluster -f new-pool.yaml', '-o', 'json');
  expect([copied.err, copied.out]).toEqual(['', live.out]);
  expect(JSON.parse(live.out).services).toMatchObject([
    { namespace: 'default', after: ['192.0.2.1'] },
    { namespace: 'team-a', after: ['192.0.2.2'] },
  ]);
});
