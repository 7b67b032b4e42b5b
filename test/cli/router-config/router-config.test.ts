import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { LocalApi } from '../cluster/local-api.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
let api: LocalApi | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-router-config-'));
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
  await rm(folder, { recursive: true });
});

const peer = (name: string, spec: string) =>
  `apiVersion: berth.dev/v1beta1\nkind: BGPPeer\nmetadata: {name: ${name}}\nspec: {myASN: 64512, ${spec}}\n---\n`;
const node = (name: string, address: string) =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {rack: ${name}}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n---\n`;
const REST = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [198.51.100.0/24]}
---
apiVersion: berth.dev/v1beta1
kind: BGPAdvertisement
metadata: {name: all}
---
apiVersion: v1
kind: Secret
metadata: {name: tor, namespace: berth-system}
type: kubernetes.io/basic-auth
stringData: {password: from-the-secret}
---
${node('n1', '192.0.2.11')}${node('n2', '192.0.2.12')}`;
const TOR = 'peerASN: 64513, peerAddress: 192.0.2.1';

async function berth(objects: string, ...args: readonly string[]) {
  await writeFile(join(folder, 'all.yaml'), `${REST}${objects}`);
  const context = recordingContext();
  const code = await runProgram(['router-config', ...args, '--dir', folder], context);
  return { code, out: context.out(), err: context.err() };
}

describe('berth router-config', () => {
  it('prints the configuration of the router, from a folder', async () => {
    const { code, out, err } = await berth(peer('tor', TOR), 'tor', '--vendor', 'frr');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('router bgp 64513\n');
    expect(out).toContain(' neighbor BERTH-TOR remote-as 64512\n');
    expect(out).toContain(' neighbor 192.0.2.11 peer-group BERTH-TOR\n');
    expect(out).toContain('permit 198.51.100.0/24 ge 32 le 32\n');
  });

  it('prints it from a cluster', async () => {
    api = await LocalApi.start(folder);
    const metadata = (name: string) => ({ name, uid: name, resourceVersion: '1' });
    Object.assign(api.answers, {
      bgppeers: [{ metadata: metadata('tor'), spec: { myASN: 64512, peerASN: 64513, peerAddress: '192.0.2.1' } }],
      ...{ bgpadvertisements: [], bfdprofiles: [], communities: [], ipaddresspools: [], speakerstatuses: [] },
      nodes: [{ metadata: metadata('n1'), status: { addresses: [{ type: 'InternalIP', address: '192.0.2.11' }] } }],
    });
    const context = recordingContext();
    const args = ['router-config', 'tor', '--vendor', 'junos', '--kubeconfig', api.kubeconfig];
    expect([await runProgram(args, context), context.err()]).toEqual([0, '']);
    expect(context.out()).toContain('neighbor 192.0.2.11 peer-as 64512');
  });

  it.each([
    ['the object', ', password: from-the-object', 'from-the-object'],
    ['a Secret', ', passwordSecret: {name: tor}', 'from-the-secret'],
  ])('writes a password of %s only where it is asked for', async (_, field, password) => {
    const objects = peer('tor', `${TOR}${field}`);
    const quiet = await berth(objects, 'tor', '--vendor', 'frr');
    expect(quiet.out).toContain('password REPLACE-BY-THE-PASSWORD');
    expect(quiet.out).not.toContain(password);
    const loud = await berth(objects, 'tor', '--vendor', 'frr', '--show-password');
    expect(loud.out).toContain(`password ${password}`);
  });

  it('says which nodes it leaves out', async () => {
    const objects = `${peer('tor', TOR)}apiVersion: v1\nkind: Node\nmetadata: {name: n3}\n`;
    const { out, err } = await berth(objects, 'tor', '--vendor', 'bird');
    expect(err).toMatch(/^warning: node n3 is left out: the address of its end is not known/);
    expect(out).not.toContain('n3');
  });

  const OTHER = `${TOR}, nodeOverrides: [{nodeSelector: {matchLabels: {rack: n2}}, peerAddress: 192.0.2.2}]`;
  const ANY = 'dynamicASN: external, peerAddress: 192.0.2.1';

  it('takes the router of several that is named', async () => {
    const { out } = await berth(peer('tor', OTHER), 'tor', '--vendor', 'frr', '--router', '192.0.2.2');
    expect(out).toContain('neighbor 192.0.2.12 ');
    expect(out).not.toContain('neighbor 192.0.2.11 ');
  });

  it('takes the AS number of a router that may have any', async () => {
    const { out } = await berth(peer('tor', ANY), 'tor', '--vendor', 'frr', '--as', '64999');
    expect(out).toContain('router bgp 64999\n');
  });

  it.each<[string, string, readonly string[], RegExp]>([
    [
      'a peer that is not there',
      peer('tor', TOR),
      ['tor-a-1', '--vendor', 'frr'],
      /there is no BGPPeer tor-a-1: there are tor/,
    ],
    ['no peer at all', '', ['tor', '--vendor', 'frr'], /there is no BGPPeer tor: there is none/],
    ['no vendor', peer('tor', TOR), ['tor'], /--vendor/],
    ['a vendor that it does not know', peer('tor', TOR), ['tor', '--vendor', 'x'], /Allowed choices are frr, bird/],
    [
      'several routers',
      peer('tor', OTHER),
      ['tor', '--vendor', 'frr'],
      /choose one of 192.0.2.1, 192.0.2.2 with --router/,
    ],
    [
      'a router that is none of them',
      peer('tor', OTHER),
      ['tor', '--vendor', 'frr', '--router', '192.0.2.3'],
      /is none of these/,
    ],
    ['an AS number that is not told', peer('tor', ANY), ['tor', '--vendor', 'frr'], /name the router's with --as/],
    ['an AS number that is no number', peer('tor', ANY), ['tor', '--vendor', 'frr', '--as', 'x'], /It is no AS number/],
    [
      'an AS number that is another one',
      peer('tor', TOR),
      ['tor', '--vendor', 'frr', '--as', '5'],
      /wants AS 64513 of the router/,
    ],
    [
      'a peer without a session',
      peer('tor', `${TOR}, sourceAddress: 192.0.2.11, nodeOverrides: [{nodeSelector: {}, peerAddress: '2001:db8::1'}]`),
      ['tor', '--vendor', 'frr'],
      /no node has a session .* sourceAddress 192.0.2.11 does not fit/,
    ],
    [
      'no node that is selected',
      peer('tor', `${TOR}, nodeSelectors: [{matchLabels: {a: b}}]`),
      ['tor', '--vendor', 'frr'],
      /its nodeSelectors match none/,
    ],
    [
      'a password on the nodes',
      peer('tor', `${TOR}, passwordFile: /etc/key`),
      ['tor', '--vendor', 'frr', '--show-password'],
      /is in \/etc\/key on the nodes/,
    ],
    [
      'a Secret that is not there',
      peer('tor', `${TOR}, passwordSecret: {name: other}`),
      ['tor', '--vendor', 'frr', '--show-password'],
      /the Secret other .* is not there/,
    ],
    [
      'a password that routers read differently',
      peer('tor', `${TOR}, password: 'a"b'`),
      ['tor', '--vendor', 'frr', '--show-password'],
      /characters that routers read differently/,
    ],
  ])('says what is wrong with %s', async (_, objects, args, message) => {
    const { code, out, err } = await berth(objects, ...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });
});
