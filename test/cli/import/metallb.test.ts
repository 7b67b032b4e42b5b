import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { readDocuments } from '../../../src/store/directory/documents.ts';
import { LocalApi } from '../cluster/local-api.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], stdin = '') {
  const context = recordingContext(stdin);
  const code = await runProgram(['import', 'metallb', ...args], context);
  const short = (text: string) => text.replaceAll(`${folder}/`, '');
  return { code, out: short(context.out()), err: short(context.err()) };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

const object = (kind: string, name: string, spec: string, more = '') =>
  `apiVersion: metallb.io/${kind === 'BGPPeer' ? 'v1beta2' : 'v1beta1'}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: metallb-system${more}}\nspec: ${spec}\n`;
const POOL = object('IPAddressPool', 'public', '{addresses: [192.0.2.0/24]}', ', labels: {zone: a}');
const L2 = object('L2Advertisement', 'all', '{}').replace('spec: {}\n', '');
const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: metallb-system}
data:
  config: |
    address-pools:
    - name: old
      protocol: layer2
      addresses: [198.51.100.0/24]
`;

describe('berth import metallb', () => {
  it.each<[string, () => Promise<readonly [string[], string?]>]>([
    ['a file', async () => [['-f', await file('a.yaml', `${POOL}---\n${L2}`)]]],
    ['files', async () => [['-f', await file('a.yaml', POOL), '-f', await file('b.yaml', L2)]]],
    [
      'a folder',
      async () => {
        await file('in/a.yaml', POOL);
        await file('in/deep/b.yml', L2);
        return [['-f', join(folder, 'in')]];
      },
    ],
    ['standard input', async () => [['-f', '-'], `${POOL}---\n${L2}`]],
    ['a list', async () => [['-f', '-'], `apiVersion: v1\nkind: List\nitems:\n${[POOL, L2].map(inList).join('')}`]],
  ])('translates %s', async (_, prepare) => {
    const [args, stdin] = await prepare();
    const { code, out, err } = await run(args, stdin);
    expect(code).toBe(0);
    const { objects, faults } = readDocuments(out, 'out', undefined, { keepsManifests: true });
    expect(faults).toEqual([]);
    expect(objects.map(({ manifest }) => manifest)).toEqual([
      {
        ...{ apiVersion: 'berth.dev/v1beta1', kind: 'IPAddressPool' },
        metadata: { name: 'public', labels: { zone: 'a' } },
        spec: { addresses: ['192.0.2.0/24'], sharing: 'Cluster' },
      },
      {
        ...{ apiVersion: 'berth.dev/v1beta1', kind: 'L2Advertisement' },
        metadata: { name: 'all' },
        spec: { offSubnet: 'Announce' },
      },
    ]);
    expect(err).toContain('translated into 1 IPAddressPool, 1 L2Advertisement');
    expect(err).toContain('Services need no change');
  });

  it('comments on what has no equal, with its place, and sums up on stderr', async () => {
    const peer = object('BGPPeer', 'tor', '\n  myASN: 1\n  peerASN: 2\n  peerAddress: 192.0.2.1\n  disableMP: true');
    const extras = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bgpextras, namespace: metallb-system}\n';
    const status = object('ServiceL2Status', 'l2-x', '{}');
    const path = await file('a.yaml', [peer, extras, status, POOL].join('---\n'));
    const { code, out, err } = await run(['-f', path]);
    expect(code).toBe(0);
    expect(out).toMatch(/^# From BGPPeer\/metallb-system\/tor \(a\.yaml:1\)\n# - spec\.disableMP is left out: /m);
    expect(out).toMatch(/^# a\.yaml:10: ConfigMap\/metallb-system\/bgpextras: is left out: raw configuration of FRR/m);
    expect(out).toMatch(/^# the L2Advertisement "default" that/m);
    expect(err).toMatch(/^a\.yaml:8: BGPPeer\/metallb-system\/tor: spec\.disableMP: is left out/m);
    expect(err).toMatch(/^skipped what says nothing about addresses or routes: 1 ServiceL2Status$/m);
  });

  it('names every fault with its line, those inside a ConfigMap too', async () => {
    const bad = POOL.replace('{addresses: [192.0.2.0/24]}', '\n  addresses:\n  - 192.0.2.1\n  autoasign: true');
    const config = CONFIG.replace('protocol: layer2', 'protocol: l2').replace('addresses: [', 'adresses: [');
    const { code, out, err } = await run(['-f', await file('a.yaml', `${bad}---\n${config}`)]);
    expect([code, out]).toEqual([1, '']);
    expect(err.split('\n')).toEqual([
      'a.yaml:6: IPAddressPool/metallb-system/public: spec.addresses[0]: "192.0.2.1" is a bare address: write 192.0.2.1/32',
      'a.yaml:7: IPAddressPool/metallb-system/public: spec.autoasign: is not a known field: did you mean "autoAssign"?',
      'a.yaml:16: ConfigMap/metallb-system/config: data.config: address-pools[0].protocol: must be "layer2" or "bgp", not "l2"',
      'a.yaml:15: ConfigMap/metallb-system/config: data.config: address-pools[0].addresses: is required',
      'a.yaml:17: ConfigMap/metallb-system/config: data.config: address-pools[0].adresses: is not a known field: did you mean "addresses"?',
      'error: 5 faults in the input: nothing was translated',
      '',
    ]);
  });

  it.each([
    ['IPAddressPool', 'v2', 'apiVersion: v2 is no version of IPAddressPool that is known here: known are v1beta1'],
    ['BGPPeer', 'v1', 'apiVersion: v1 is no version of BGPPeer that is known here: known are v1beta2 and v1beta1'],
    ['AnycastGroup', 'v1beta1', 'kind: AnycastGroup is no kind of MetalLB that is known here: take the object out'],
  ])('leaves no %s of %s out unseen', async (kind, version, told) => {
    const later = POOL.replace('v1beta1', version).replace('IPAddressPool', kind);
    const { code, out, err } = await run(['-f', await file('a.yaml', `${POOL}---\n${later}`)]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`a.yaml:6: ${kind}: ${told}`);
  });

  it('tells what is wrong with other fields beside a field of a wrong type, and a wrong name', async () => {
    const peer = object('BGPPeer', 'Tor_A', '\n  myASN: a\n  peerASN: 2\n  peerAddress: here\n  holdTime: 1x');
    const { err } = await run(['-f', await file('a.yaml', peer)]);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^a\.yaml:3: .*: metadata\.name: is not a DNS-1123 name/),
      expect.stringMatching(/^a\.yaml:5: .*: spec\.myASN: must be a number, not a string$/),
      expect.stringMatching(/^a\.yaml:7: .*: spec\.peerAddress: "here" is not the address of one machine/),
      expect.stringMatching(/^a\.yaml:8: .*: spec\.holdTime: must be 0s or a duration/),
      'error: 4 faults in the input: nothing was translated',
      '',
    ]);
  });

  it('says of the text of a ConfigMap that it is no YAML', async () => {
    const { err } = await run(['-f', await file('a.yaml', CONFIG.replace('name: old', 'name: [old'))]);
    expect(err).toMatch(/^a\.yaml:\d+: ConfigMap\/metallb-system\/config: data\.config: /);
  });

  it('leaves out what MetalLB does not read, as it is of another namespace', async () => {
    const stray = POOL.replace('public', 'stray').replace('metallb-system', 'default');
    const path = await file('a.yaml', `${POOL}---\n${stray}`);
    const usual = await run(['-f', path]);
    expect(usual.out).toContain('name: public');
    expect(usual.out).not.toContain('name: stray');
    expect(usual.err).toContain('a.yaml:6: IPAddressPool/default/stray: is left out');
    expect((await run(['-f', path, '-n', 'default'])).out).toContain('name: stray');
    const neither = await file('b.yaml', `${stray}---\n${POOL.replace('metallb-system', 'other')}`);
    expect((await run(['-f', neither])).err).toMatch(/namespaces default and other.*name it with -n/);
  });

  it('refuses two entries of a ConfigMap that would become one, and names the lines of both', async () => {
    const pool = CONFIG.slice(CONFIG.indexOf('    - name'));
    const { err } = await run(['-f', await file('a.yaml', CONFIG + pool.replace('198.51.100', '203.0.113'))]);
    const twice = /^a\.yaml:10: .*: becomes IPAddressPool\/old, as .* \(a\.yaml:7\) does: remove or rename/m;
    expect(err).toMatch(twice);
  });

  it('refuses two objects that would become one', async () => {
    const path = await file('a.yaml', `${POOL}---\n${CONFIG.replace('name: old', 'name: public')}`);
    expect((await run(['-f', path])).err).toContain(
      'becomes IPAddressPool/public, as IPAddressPool/metallb-system/public (a.yaml:1) does: remove or rename one',
    );
  });

  it.each<[string, string[], RegExp]>([
    ['nothing is named', [], /^error: nothing to translate: name files with -f PATH/],
    ['there is nothing of MetalLB', ['-f', '-'], /^error: there is nothing of MetalLB in the input/],
    ['files and a cluster are named', ['-f', '-', '--cluster'], /cannot be used with/],
  ])('says so where %s', async (_, args, message) => {
    const { code, err } = await run(args, 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n');
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});

describe('of a cluster', () => {
  let api: LocalApi;
  const metadata = (name: string) => ({ name, namespace: 'metallb-system', uid: name, resourceVersion: '1' });
  beforeEach(async () => {
    api = await LocalApi.start(folder);
    api.answers.ipaddresspools = [{ metadata: metadata('public'), spec: { addresses: ['192.0.2.0/24'] } }];
    api.answers.bgppeers = [{ metadata: metadata('tor'), spec: { myASN: 1, peerASN: 2, peerAddress: '192.0.2.1' } }];
  });
  afterEach(() => api.stop());
  const live = () => run(['--kubeconfig', api.kubeconfig]);

  it('reads its kinds, each in the newest version that there is, and the ConfigMap', async () => {
    const data = { config: 'address-pools: [{name: old, protocol: layer2, addresses: [198.51.100.0/24]}]' };
    api.answers.configmaps = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('config'), data }];
    const { code, out, err } = await live();
    expect([code, err]).toEqual([0, expect.stringContaining('2 IPAddressPool')]);
    expect(out).toContain('# From BGPPeer/metallb-system/tor (the cluster)');
    expect(out).toContain('name: old');
    expect(api.listed.filter((resource) => resource === 'bgppeers')).toHaveLength(1);
  });

  it('names every fault', async () => {
    api.answers.ipaddresspools = ['192.0.2.1', '192.0.2.2'].map((address, index) => {
      return { metadata: metadata(`p${index}`), spec: { addresses: [address] } };
    });
    const { code, err } = await live();
    expect(code).toBe(1);
    expect(err).toMatch(/^the cluster: IPAddressPool\/metallb-system\/p0: spec\.addresses\[0\]: .*bare address/m);
    expect(err).toMatch(/p1: spec\.addresses\[0\]/);
  });

  it('says whom it may not ask', async () => {
    api.notListed.add('bgppeers');
    const { code, err } = await live();
    expect([code, err]).toEqual([1, expect.stringMatching(/^error: cannot read the bgppeers of MetalLB: /)]);
  });
});

function inList(document: string): string {
  return `- ${document.trimEnd().replaceAll('\n', '\n  ')}\n`;
}
