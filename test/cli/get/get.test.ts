import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../../../src/cli/program.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-get-'));
});
afterEach(() => rm(folder, { recursive: true }));

const service = (name: string, namespace = 'default', ip?: string): string =>
  `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: 2026-01-01T23:00:00Z}
spec: {type: LoadBalancer, clusterIP: 10.0.0.1, ports: [{port: 80}]}
${ip === undefined ? '' : `status: {loadBalancer: {ingress: [{ip: ${ip}}]}}`}
`;

const put = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content);

async function get(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram(['get', ...args, '--dir', folder], context);
  return { code, out: context.out(), err: context.err() };
}

describe('berth get', () => {
  it('shows the Services of the default namespace, as kubectl does', async () => {
    await put('a.yaml', service('web', 'default', '192.0.2.1'));
    await put('b.yaml', service('api', 'team-a'));
    expect(await get('svc')).toEqual({
      code: 0,
      out:
        'NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   POOL     REASON\n' +
        'web    LoadBalancer   10.0.0.1     192.0.2.1     80/TCP    60m   <none>   <none>\n',
      err: '',
    });
    const all = (await get('services', '-A')).out.split('\n');
    expect(all[0]).toMatch(/^NAMESPACE {3}NAME /);
    expect(all.slice(1).map((line) => line.slice(0, 16))).toEqual(['default     web ', 'team-a      api ', '']);
    expect((await get('services', '-n', 'team-a')).out).toMatch(/^api +LoadBalancer +10\.0\.0\.1 +<pending> /m);
  });

  it('shows the addresses of all namespaces', async () => {
    await put('a.yaml', service('web', 'default', '192.0.2.1'));
    await put('b.yaml', service('api', 'team-a', '192.0.2.2'));
    expect((await get('addresses')).out.match(/^[\d.]+ +\S+/gm)).toEqual([
      '192.0.2.1   default/web',
      '192.0.2.2   team-a/api',
    ]);
    expect((await get('addr', '-n', 'team-a')).out.match(/^[\d.]+ +\S+/gm)).toEqual(['192.0.2.2   team-a/api']);
  });

  it('says where to look when there is nothing', async () => {
    expect(await get('pools')).toEqual({ code: 0, out: '', err: 'No resources found\n' });
    await put('b.yaml', service('api', 'team-a'));
    expect((await get('services')).err).toBe(
      'No resources found in default namespace. (1 in other namespaces: use -A)\n',
    );
  });

  it('gives programs a List, empty or not, and one object by its name', async () => {
    expect(JSON.parse((await get('pools', '-o', 'json')).out)).toEqual({ apiVersion: 'v1', kind: 'List', items: [] });
    await put('a.yaml', `${service('web', 'default', '192.0.2.1')}---\n${service('api')}`);
    const list = JSON.parse((await get('services', '-o', 'json')).out);
    expect(list.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['api', 'web']);
    const one = parse((await get('service', 'web', '-o', 'yaml')).out);
    expect(one).toMatchObject({ kind: 'Service', metadata: { name: 'web' } });
    expect(JSON.parse((await get('addresses', '-o', 'json')).out).items).toMatchObject([
      { address: '192.0.2.1', service: 'default/web', pool: null, node: null, role: null },
    ]);
  });

  it('takes RESOURCE/NAME as well, as kubectl does', async () => {
    await put('a.yaml', `${service('a')}---\n${service('b')}---\n${service('c')}`);
    expect((await get('svc/a')).out.match(/^\w+/gm)).toEqual(['NAME', 'a']);
    expect((await get('svc/a', 'service/c')).out.match(/^\w+/gm)).toEqual(['NAME', 'a', 'c']);
    expect(parse((await get('svc/a', '-o', 'yaml')).out)).toMatchObject({ kind: 'Service', metadata: { name: 'a' } });
  });

  it.each([
    [['svc/a', 'pool/b'], 'error: more than one resource is named: ask for them one after the other\n'],
    [['svc/absent'], 'error: services not found: absent\n'],
    ...[['svc/a', 'web'], ['svc', 'a/web'], ['svc/'], ['svc/default/web']].map((args): [string[], RegExp] => [
      args,
      /^error: "\S+" is not RESOURCE\/NAME as the others are: write RESOURCE NAME\.\.\. or .*\n$/,
    ]),
  ])('%j is an error too', async (args, message) => {
    const { code, err } = await get(...args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  it.each([
    [['services', 'absent', 'web'], 'error: services not found: absent\n'],
    [['sevrices'], 'error: no resource "sevrices": one of pools, services, addresses, speakers, sessions\n'],
  ])('%j is an error', async (args, message) => {
    await put('a.yaml', service('web'));
    expect(await get(...args)).toEqual({ code: 1, out: '', err: message });
  });

  it('names faults on stderr and shows the rest', async () => {
    await put('a.yaml', service('web'));
    await put('b.yaml', 'kind: [');
    const { code, out, err } = await get('services');
    expect(code).toBe(0);
    expect(out).toMatch(/^web /m);
    expect(err).toMatch(/^warning: .*b\.yaml:1: /);
  });

  it('changes nothing in the folder', async () => {
    await put('a.yaml', service('web'));
    await get('services');
    expect(await readdir(folder)).toEqual(['a.yaml']);
  });

  it('with --watch shows each row again when it changes, says what is gone, and ends at the signal', async () => {
    await put('a.yaml', service('web'));
    const context = recordingContext();
    const done = runProgram(['get', 'services', '--dir', folder, '--watch'], context);
    const seen = (pattern: RegExp) => vi.waitFor(() => expect(context.out()).toMatch(pattern), { timeout: 5000 });
    await seen(/^web .*<pending>/m);
    await put('a.yaml', service('web', 'default', '192.0.2.1'));
    await seen(/^web .*192\.0\.2\.1/m);
    await put('a.yaml', '# nothing left\n');
    await seen(/^# gone from services: default\/web$/m);
    context.stop();
    expect(await done).toBe(0);
    expect(context.out().match(/^NAME/gm)).toHaveLength(1);
    expect(context.out().split('\n')).toHaveLength(5);
  });
});
