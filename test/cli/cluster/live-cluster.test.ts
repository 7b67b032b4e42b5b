import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PLANNED } from '../../../src/cli/plan/input.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { recordingContext } from '../recording-context.ts';
import { LocalApi } from './local-api.ts';

let folder: string;
let api: LocalApi;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-live-'));
  api = await LocalApi.start(folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.stop();
  await rm(folder, { recursive: true });
});

const metadata = (name: string, rest: object = {}) => ({ name, uid: name, resourceVersion: '1', ...rest });
const pool = { metadata: metadata('public'), spec: { addresses: ['192.0.2.1-192.0.2.9'] } };
const service = (name: string, namespace: string, ip?: string) => ({
  metadata: metadata(name, { namespace }),
  spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] },
  status: { loadBalancer: ip === undefined ? {} : { ingress: [{ ip }] } },
});

async function berth(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram(args, context);
  return { code, out: context.out(), err: context.err() };
}
const live = (...args: readonly string[]) => berth(...args, '--kubeconfig', api.kubeconfig);

describe('berth get on a cluster', () => {
  it('shows the namespace of the context, another, or all', async () => {
    api.answers.ipaddresspools = [];
    api.answers.services = [service('web', 'default', '192.0.2.1'), service('api', 'team-a')];
    expect((await live('get', 'services')).out).toMatch(/^NAME .*\napi .*<pending>.*\n$/);
    expect((await live('get', 'services', '-n', 'default')).out).toMatch(/^NAME .*\nweb .*192\.0\.2\.1 .*\n$/);
    expect((await live('get', 'services', '-A')).out).toMatch(/^NAMESPACE .*\ndefault +web .*\nteam-a +api .*\n$/);
  });

  it.each([
    ['pools', ['ipaddresspools']],
    ['services', ['ipaddresspools', 'services']],
    ['speakers', ['leases', 'speakerstatuses']],
    ['addresses', ['ipaddresspools', 'leases', 'services', 'speakerstatuses']],
  ])('reads for %s no more than %j', async (resource, read) => {
    for (const name of ['ipaddresspools', 'services', 'speakerstatuses', 'leases']) api.answers[name] = [];
    expect((await live('get', resource)).code).toBe(0);
    expect([...api.listed].sort()).toEqual(read);
  });

  it('asks for one namespace alone where one is shown, for who may see no other', async () => {
    api.answers.ipaddresspools = 403;
    api.answers.services = 403;
    api.within['team-a/services'] = [service('api', 'team-a', '192.0.2.2')];
    for (const args of [['services'], ['svc', '-n', 'team-a'], ['addresses', '-n', 'team-a']]) {
      api.answers.speakerstatuses = [];
      api.answers.leases = [];
      const { code, out, err } = await live('get', ...args);
      expect([code, out]).toEqual([0, expect.stringContaining('192.0.2.2')]);
      expect(err).toBe('warning: you may not list ipaddresspools.berth.dev: not shown\n');
    }
    const { err } = await live('get', 'services', '-A');
    expect(err).toContain('(kubectl auth can-i list services -A), look at one namespace with -n, or');
  });

  it.each([
    [['-n', 'team-b'], '(kubectl auth can-i list services -n team-b), or choose'],
    [['-A'], '(kubectl auth can-i list services -A), look at one namespace with -n, or choose'],
  ])('says which right is missing for %j', async (args, remedy) => {
    api.answers.services = 403;
    api.answers.ipaddresspools = [];
    const { code, out, err } = await live('get', 'services', ...args);
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(remedy)]);
  });

  it('warns of an object that cannot be read, and shows the rest', async () => {
    api.answers.ipaddresspools = [pool, { metadata: metadata('broken'), spec: { addresses: 7 } }];
    const { code, out, err } = await live('get', 'pools');
    expect([code, out]).toEqual([0, expect.stringMatching(/^NAME .*\npublic .*\n$/)]);
    expect(err).toMatch(/^warning: left an object out of a list.*spec\.addresses.*\n$/);
  });
});

describe('a cluster that does not answer as it should', () => {
  it.each([
    [404, 'does not know ipaddresspools.berth.dev: install the kinds of Berth there (kubectl apply -f manifests/crds)'],
    [401, 'does not accept the credentials: '],
    [403, 'forbids to list ipaddresspools.berth.dev: '],
    [500, 'cannot list ipaddresspools.berth.dev: '],
  ])('with %i', async (code, message) => {
    api.answers.ipaddresspools = code;
    const result = await live('get', 'pools');
    expect(result).toEqual({ code: 1, out: '', err: expect.stringMatching(/^error: .*\n$/) });
    expect(result.err).toContain(message);
    expect(result.err).toContain(api.url);
  });

  it('because it is out of reach', async () => {
    await api.stop();
    const { code, err } = await live('get', 'pools', '--watch');
    expect(code).toBe(1);
    expect(err).toContain(`error: cannot reach the API server at ${api.url}: `);
    expect(err).toContain('ECONNREFUSED');
  });

  it('because there is none', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
    const { code, err } = await berth('get', 'pools');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: no credentials for a cluster: there is no kubeconfig: .*--kubeconfig FILE.*\n$/);
  });

  it.each([
    [['--kubeconfig', '/nowhere'], /\/nowhere: cannot be read as a kubeconfig: ENOENT/],
    [['--context', 'y'], /kubeconfig: has no context y: it has x/],
  ])('because %j names none', async (args, message) => {
    const given = args.includes('--kubeconfig') ? args : [...args, '--kubeconfig', api.kubeconfig];
    const { code, err } = await berth('get', 'pools', ...given);
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });

  it('because none is chosen, with one remedy', async () => {
    const path = join(folder, 'unchosen');
    await writeFile(path, JSON.stringify({ clusters: [], contexts: [], users: [] }));
    const { err } = await berth('get', 'pools', '--kubeconfig', path);
    expect(err).toBe(
      `error: no credentials for a cluster: ${path}: has no current context with a cluster; choose one with --kubeconfig FILE or --context NAME\n`,
    );
  });

  it.each([['get', 'pools'], ['plan']])('is not looked at beside a folder: %s', async (...args) => {
    const { code, err } = await live(...args, '--dir', folder);
    expect([code, err]).toEqual([1, expect.stringMatching(/--dir <dir>' cannot be used with option '--kubeconfig/)]);
    expect(api.listed).toEqual([]);
  });
});

describe('berth plan --cluster', () => {
  beforeEach(() => {
    for (const { plural } of PLANNED) api.answers[plural] = [];
    api.answers.ipaddresspools = [pool];
    api.answers.services = [service('web', 'default', '192.0.2.3'), service('api', 'team-a')];
  });

  async function plan(...args: readonly string[]) {
    const { code, out, err } = await live('plan', '--cluster', '-o', 'json', ...args);
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out);
  }

  it('starts from what is there, and assumes nothing', async () => {
    expect(await plan()).toMatchObject({
      services: [
        { name: 'web', before: ['192.0.2.3'], after: ['192.0.2.3'], change: 'none' },
        { name: 'api', before: [], after: ['192.0.2.1'], change: 'assign' },
      ],
      announcements: [
        { address: '192.0.2.1', nodes: [] },
        { address: '192.0.2.3', nodes: [] },
      ],
    });
    expect(api.listed).not.toContain('leases');
  });

  it('lays files over it, and takes away what --delete names', async () => {
    const file = join(folder, 'pool.yaml');
    await writeFile(
      file,
      'apiVersion: berth.dev/v1beta1\nkind: IPAddressPool\nmetadata: {name: public}\nspec: {addresses: [192.0.2.8/31]}\n',
    );
    const result = await plan('-f', file, '--delete', 'service/team-a/api');
    // The pool that the address came from is known by the objects as they are now.
    expect(result.services).toMatchObject([{ name: 'web', after: ['192.0.2.3'], reason: 'Retained', change: 'none' }]);
    expect(result.pools).toMatchObject([
      { name: 'public', retained: [{ address: '192.0.2.3', service: 'default/web' }] },
    ]);
  });

  const manifestOf = (name: string, rest = '', namespace = 'default') =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\nspec: {type: LoadBalancer${rest}}\n`;
  async function put(text: string): Promise<string> {
    const file = join(folder, 'file.yaml');
    await writeFile(file, text);
    return file;
  }
  const serviceOf = (result: { services: { name: string }[] }) => result.services.find(({ name }) => name === 'web');

  it('keeps the cluster IPs that a manifest does not name', async () => {
    const [web] = api.answers.services as readonly { spec: object }[];
    Object.assign(web?.spec ?? {}, { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'], ipFamilies: ['IPv6'] });
    expect(serviceOf(await plan('-f', await put(manifestOf('web'))))).toEqual(serviceOf(await plan()));
  });

  it('refuses what the server would refuse, naming the line', async () => {
    const file = await put(`---\n# the second document\n---\n${manifestOf('web', ', ipFamilies: [IPv6]')}`);
    const { code, out, err } = await live('plan', '-f', file);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /file\.yaml:4: Service\/default\/web: spec\.ipFamilies: the first may not change, and is IPv4 now/,
    );
  });

  it('goes by what kubectl applied last: what the manifest says no more goes, what others have set stays', async () => {
    const [web] = api.answers.services as readonly { metadata: object }[];
    const asks = { 'berth.dev/loadBalancerIPs': '192.0.2.5' };
    const last = JSON.stringify({ metadata: { annotations: asks } });
    const file = await put(manifestOf('web'));
    Object.assign(web?.metadata ?? {}, { annotations: asks });
    expect(serviceOf(await plan('-f', file))).toMatchObject({ change: 'move', after: ['192.0.2.5'] });
    Object.assign(web?.metadata ?? {}, {
      annotations: { ...asks, 'kubectl.kubernetes.io/last-applied-configuration': last },
    });
    expect(serviceOf(await plan('-f', file))).toMatchObject({ change: 'none', after: ['192.0.2.3'] });
  });

  it('says that it could not read what was applied last', async () => {
    api.notGotten.add('services');
    const { code, err } = await live('plan', '-f', await put(manifestOf('web')));
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^warning: you may not get Service\/default\/web: .*taken to stay\n$/),
    ]);
  });

  it.each([
    ['of the context', [], 'team-a'],
    ['that -n names', ['-n', 'team-b'], 'team-b'],
  ])('takes objects without a namespace to be in that %s', async (_, args, namespace) => {
    const file = await put(manifestOf('new', '', ''));
    const { services } = await plan('-f', file, ...args);
    expect(services).toContainEqual(expect.objectContaining({ namespace, name: 'new', change: 'assign' }));
    const deleted = await live('plan', '--delete', 'svc/api', ...args);
    expect(deleted.code).toBe(namespace === 'team-a' ? 0 : 1);
  });

  it('is implied by a kubeconfig', async () => {
    expect((await live('plan')).out).toMatch(/^Plan: 1 to assign, /m);
  });
});
