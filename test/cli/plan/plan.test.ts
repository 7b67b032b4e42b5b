import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../../../src/cli/program.ts';
import type { Plan } from '../../../src/explain/plan.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-plan-'));
});
afterEach(() => rm(folder, { recursive: true }));

const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.1-192.0.2.3]}
`;
const service = (name: string, rest = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {type: LoadBalancer}\n${rest}`;
const held = (ip: string): string => `status: {loadBalancer: {ingress: [{ip: ${ip}}]}}\n`;

async function put(path: string, content: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
  return file;
}

async function berth(args: readonly string[], stdin = '') {
  const context = recordingContext(stdin);
  const code = await runProgram(['plan', ...args], context);
  return { code, out: context.out(), err: context.err().replaceAll(`${folder}/`, '') };
}

async function plan(args: readonly string[], stdin = ''): Promise<Plan> {
  const { code, out, err } = await berth([...args, '-o', 'json'], stdin);
  expect(code, err).toBe(0);
  return JSON.parse(out) as Plan;
}

const changes = ({ services }: Plan): readonly string[] =>
  services.map(({ name, change, before, after }) => `${name} ${change} [${before}] -> [${after}]`);

describe('berth plan', () => {
  it('takes files, a folder and standard input together', async () => {
    const one = await put('one.yaml', service('a'));
    await put('more/b.yaml', service('b'));
    const result = await plan(['-f', one, join(folder, 'more'), '-f', '-'], POOL);
    expect(changes(result)).toEqual(['a assign [] -> [192.0.2.1]', 'b assign [] -> [192.0.2.2]']);
    expect(result.pools).toMatchObject([{ name: 'public', ready: true, assignedIPv4: 2, availableIPv4: 1 }]);
  });

  it('prints a table for people', async () => {
    const { code, out } = await berth(['-f', '-'], `${POOL}---\n${service('web')}`);
    expect(code).toBe(0);
    expect(out).toMatch(/^POOL +READY/);
    expect(out).toMatch(/^default\/web +assign +<none> +192\.0\.2\.1 +public +Allocated$/m);
    expect(out).toMatch(/^Plan: 1 to assign, 0 to move, 0 to release, 0 pending, 0 unchanged\.$/m);
  });

  it('prints the same plan as YAML', async () => {
    const input = `${POOL}---\n${service('web')}`;
    const { out } = await berth(['-f', '-', '-o', 'yaml'], input);
    expect(parse(out)).toEqual(await plan(['-f', '-'], input));
  });

  it.each([
    ['nothing is asked for, exits with 0', POOL, 0],
    ['a Service gets an address, exits with 2', `${POOL}---\n${service('web')}`, 2],
    ['a Service keeps its address, exits with 0', `${POOL}---\n${service('web', held('192.0.2.2'))}`, 0],
    ['a Service goes on waiting, exits with 0', service('web'), 0],
  ])('with --detailed-exitcode, when %s', async (_, input, code) => {
    expect((await berth(['-f', '-', '--detailed-exitcode'], input)).code).toBe(code);
    expect((await berth(['-f', '-'], input)).code).toBe(0);
  });

  it('assumes the default advertisement where there is none, and says so', async () => {
    const input = `${POOL}---\n${service('web')}`;
    const { err } = await berth(['-f', '-'], input);
    expect(err).toContain('assuming the L2Advertisement "default"');
    expect((await plan(['-f', '-'], input)).announcements).toMatchObject([{ reason: 'InterfacesUnknown' }]);
    const other = 'apiVersion: berth.dev/v1beta1\nkind: L2Advertisement\nmetadata: {name: mine}\n';
    expect((await berth(['-f', '-'], `${input}---\n${other}`)).err).toBe('');
  });

  it('counts what it does not read', async () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n';
    const { code, err } = await berth(['-f', '-'], `${deployment}---\n${deployment}---\n${POOL}`);
    expect(code).toBe(0);
    expect(err).toContain('skipped 2 of kinds that Berth does not read: 2 Deployment.apps\n');
  });

  it('tells kinds of one name by their group, and which version of ours is read', async () => {
    const foreign = POOL.replace('berth.dev/v1beta1', 'metallb.io/v1beta1');
    const { err } = await berth(['-f', '-'], `${foreign}---\n${POOL}`);
    expect(err).toContain(
      'skipped 1 of kinds that Berth does not read: 1 IPAddressPool.metallb.io: of pools and advertisements only those ' +
        'of apiVersion berth.dev/v1beta1 are read\n',
    );
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n';
    expect((await berth(['-f', '-'], `${pod}---\n${POOL}`)).err).toMatch(/does not read: 1 Pod$/m);
  });

  it('says which pool a misspelt advertisement means, in the table alone', async () => {
    const typo =
      'apiVersion: berth.dev/v1beta1\nkind: L2Advertisement\nmetadata: {name: default}\nspec: {ipAddressPools: [pubic]}\n';
    const eth0 = '{name: eth0, mac: "02:00:00:00:00:11", up: true, addresses: [192.0.2.11/24], gateways: []}';
    const speaker = `apiVersion: berth.dev/v1beta1\nkind: SpeakerStatus\nmetadata: {name: n1}\nstatus: {interfaces: [${eth0}]}\n`;
    const input = [POOL, service('web'), typo, speaker].join('---\n');
    const { out } = await berth(['-f', '-'], input);
    expect(out).toMatch(/^192\.0\.2\.1 .* NoAdvertisement$/m);
    expect(out).toMatch(
      /^address 192\.0\.2\.1 of default\/web: no L2Advertisement covers pool public: .*; L2Advertisement default names pool pubic, which does not exist: did you mean public\?$/m,
    );
    const [announcement] = (await plan(['-f', '-'], input)).announcements;
    expect(Object.keys(announcement ?? {})).toEqual(['address', 'service', 'protocol', 'nodes', 'standby', 'reason']);
  });

  it('names every fault of a document in the order of its lines', async () => {
    const wrong = 'apiVersion: v1\nkind: Service\nspec: {type: Balancer}\nmetadata: {name: Web}\n';
    const { err } = await berth(['-f', '-'], wrong);
    expect(err.match(/^<stdin>:\d+: \S+ \S+:/gm)?.map((line) => line.split(' ')[2])).toEqual([
      'spec.type:',
      'metadata.name:',
    ]);
  });

  it('names every fault with its place and plans nothing', async () => {
    await put('in/a.yaml', service('web'));
    await put('in/b.yaml', service('web'));
    await put('in/c.yaml', POOL.replace('192.0.2.1-192.0.2.3', 'nonsense').replace('spec:', 'spec: # here\n '));
    const { code, out, err } = await berth(['-f', join(folder, 'in'), '-f', join(folder, 'absent.yaml')]);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/^in\/b\.yaml:1: Service\/default\/web: .*in\/a\.yaml:1/m);
    expect(err).toMatch(/^in\/c\.yaml:5: IPAddressPool\/public: spec\.addresses\[0\]: /m);
    expect(err).toMatch(/^absent\.yaml: is not there/m);
    expect(err).toMatch(/^error: 3 faults in the input: nothing was planned$/m);
  });

  it.each([
    [[], /^error: nothing to plan: name files with -f PATH/],
    [['-f', '-', '--state-dir', '/x'], /^error: --state-dir says where .*: name the folder with --dir DIR too\n$/],
    [['-f', '-'], /^error: the input holds no objects: name what has some with -f PATH; .*\n$/],
    [['--dir', '/nowhere/at/all'], /^error: \/nowhere\/at\/all: is not there/],
    [['-f'], /^error: option '-f, --filename <path\.\.\.>' argument missing/],
    [['-f', '-', '-o', 'wide'], /Allowed choices are table, json, yaml/],
    [['--filenam', 'x'], /unknown option '--filenam'\n\(Did you mean --filename\?\)/],
  ])('%j is an error of one line with its remedy', async (args, message) => {
    const { code, out, err } = await berth(args);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  it('takes away what --delete names: the address goes to the one that waits', async () => {
    const input = `${POOL.replace('-192.0.2.3', '-192.0.2.1')}---\n${service('a', held('192.0.2.1'))}---\n${service('b')}`;
    expect(changes(await plan(['-f', '-'], input))).toEqual([
      'a none [192.0.2.1] -> [192.0.2.1]',
      'b pending [] -> []',
    ]);
    expect(changes(await plan(['-f', '-', '--delete', 'svc/a'], input))).toEqual([
      'a release [192.0.2.1] -> []',
      'b assign [] -> [192.0.2.1]',
    ]);
    const { code, err } = await berth(['-f', '-', '--delete', 'service/team-a/a'], input);
    expect(code).toBe(1);
    expect(err).toBe('error: --delete service/team-a/a: there is no such Service in the input\n');
  });

  it('says that a pool which nobody holds anything of goes, and for whom another stays', async () => {
    const input = `${POOL}---\n${service('a', held('192.0.2.2'))}`;
    const { out } = await berth(['-f', '-', '--delete', 'pool/public'], input);
    expect(out).toMatch(/^pool public: is being deleted: .*; waits for default\/a$/m);
    const free = await berth(['-f', '-', '--delete', 'pool/public'], POOL);
    expect(free.out).toMatch(/^pool public: goes at once, since nobody holds an address of it then$/m);
    const evicted = await berth(['-f', '-', '--delete', 'pool/public', '--evict'], input);
    expect(evicted.out).toMatch(/^default\/a +pending +192\.0\.2\.2 +<pending> .*NoPools$/m);
    expect(evicted.out).toMatch(/^pool public: goes at once/m);
  });

  it('warns of an annotation that another spelling overrules', async () => {
    const annotations =
      '{berth.dev/address-pool: public, metallb.io/address-pool: private, metallb.universe.tf/address-pool: public}';
    const input = `${POOL}---\n${service('a').replace('{name: a}', `{name: a, annotations: ${annotations}}`)}`;
    const { err } = await berth(['-f', '-', '-o', 'json'], input);
    expect(err).toContain(
      'warning: service default/a: the annotation metallb.io/address-pool: "private" does not count beside ' +
        'berth.dev/address-pool: "public"\n',
    );
    expect(err.match(/warning: /g)).toHaveLength(1);
  });

  it('-n is the namespace of objects that name none', async () => {
    const { services } = await plan(['-f', '-', '-n', 'team-a'], `${POOL}---\n${service('a')}`);
    expect(services).toMatchObject([{ namespace: 'team-a', name: 'a' }]);
  });

  it('--dir replaces the object by its file: what the file says no more is gone', async () => {
    await put('live/pool.yaml', POOL);
    await put(
      'live/a.yaml',
      service('a').replace('{name: a}', '{name: a, annotations: {berth.dev/address-pool: none}}'),
    );
    const dir = ['--dir', join(folder, 'live')];
    expect(changes(await plan(dir))).toEqual(['a pending [] -> []']);
    expect(changes(await plan([...dir, '-f', await put('a.yaml', service('a'))]))).toEqual([
      'a assign [] -> [192.0.2.1]',
    ]);
  });

  it('--lb-class plans for the Services of that class alone', async () => {
    const classed = service('classed').replace('type: LoadBalancer', 'type: LoadBalancer, loadBalancerClass: x/y');
    const input = `${POOL}---\n${classed}---\n${service('plain')}`;
    expect(changes(await plan(['-f', '-'], input))).toEqual(['plain assign [] -> [192.0.2.1]']);
    expect(changes(await plan(['-f', '-', '--lb-class', 'x/y'], input))).toEqual(['classed assign [] -> [192.0.2.1]']);
  });

  it('--evict moves the holder of an address that its pool no longer offers, who otherwise stays', async () => {
    const reserved = POOL.replace('192.0.2.3]', '192.0.2.3], reserved: [192.0.2.2/32]');
    const input = `${reserved}---\n${service('a', held('192.0.2.2'))}`;
    expect(changes(await plan(['-f', '-'], input))).toEqual(['a none [192.0.2.2] -> [192.0.2.2]']);
    expect(changes(await plan(['-f', '-', '--evict'], input))).toEqual(['a move [192.0.2.2] -> [192.0.2.1]']);
  });

  it('--dir starts from a live folder, with -f laid over it, and writes nothing', async () => {
    await put('live/pool.yaml', POOL);
    await put('live/a.yaml', service('a'));
    expect(
      await runProgram(['standalone', join(folder, 'live'), '--once', '--log-level', 'error'], recordingContext()),
    ).toBe(0);
    const shrunk = await put('shrunk.yaml', POOL.replace('192.0.2.1-192.0.2.3', '192.0.2.3/32'));
    const b = await put('b.yaml', service('b'));
    const dir = ['--dir', join(folder, 'live')];
    const before = await readdir(join(folder, 'live'), { recursive: true });

    expect(changes(await plan(dir))).toEqual(['a none [192.0.2.1] -> [192.0.2.1]']);
    const laid = await plan([...dir, '-f', shrunk, '-f', b]);
    expect(changes(laid)).toEqual(['a none [192.0.2.1] -> [192.0.2.1]', 'b assign [] -> [192.0.2.3]']);
    expect(laid.pools).toMatchObject([{ retained: [{ address: '192.0.2.1', service: 'default/a' }] }]);
    expect(changes(await plan([...dir, '-f', shrunk, '--evict']))).toEqual(['a move [192.0.2.1] -> [192.0.2.3]']);
    expect(changes(await plan([...dir, '--delete', 'service/a']))).toEqual(['a release [192.0.2.1] -> []']);
    expect(await readdir(join(folder, 'live'), { recursive: true })).toEqual(before);
  });
});
