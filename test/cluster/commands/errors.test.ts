import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './installation.ts';

let berth: Installation;
beforeAll(async () => {
  berth = await Installation.start({ nodes: 0, kubeProxy: false }, false);
});
afterAll(() => berth?.dispose());

const server = () => berth.cluster.controlPlane.url.replace(/\/?$/, '/');

/** What a command complains of. */
async function complaint(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await berth.run('berth', ...args);
  expect([status, stdout]).toEqual([1, '']);
  return stderr;
}

// In this order: each finds the cluster as the one before has left it.
describe('a command that looks at a cluster', () => {
  it.each([
    ['get', 'pools'],
    ['get', 'addresses'],
    ['plan', '--cluster'],
    ['get', 'pools', '--watch'],
  ])('says that the kinds are not installed: %s %s', async (...args) => {
    const text = await complaint(...args);
    expect(text).toMatch(/^error: the cluster at \S+ does not know \w+\.berth\.dev: install the kinds of Berth there/);
    expect(text).toContain(server());
    expect(text.match(/\n/g)).toHaveLength(1);
  });

  it('says what is forbidden, to whom and by whom', async () => {
    await berth.cluster.install();
    await berth.cluster.kubectl('create', 'serviceaccount', 'anybody');
    const { kubeconfig } = await berth.cluster.serviceAccount('default', 'anybody');
    const text = await complaint('get', 'pools', '--kubeconfig', kubeconfig);
    expect(text).toContain(`the API server at ${server()} forbids to list ipaddresspools.berth.dev: `);
    expect(text).toContain('User "system:serviceaccount:default:anybody" cannot list resource "ipaddresspools"');
    expect(text).toContain('kubectl auth can-i list ipaddresspools.berth.dev -A');
  });

  it('asks for no more than it shows', async () => {
    const rule = ['clusterrole', 'pools', '--verb=list,watch', '--resource=ipaddresspools.berth.dev,services'];
    await berth.cluster.kubectl('create', ...rule);
    await berth.cluster.kubectl(
      'create',
      'clusterrolebinding',
      'pools',
      '--clusterrole=pools',
      '--serviceaccount=default:anybody',
    );
    const { kubeconfig } = await berth.cluster.serviceAccount('default', 'anybody');
    for (const resource of ['pools', 'services']) {
      const { status, stderr } = await berth.run('berth', 'get', resource, '--kubeconfig', kubeconfig);
      expect([status, stderr]).toEqual([0, expect.stringMatching(/^No resources found/)]);
    }
    expect(await complaint('get', 'speakers', '--kubeconfig', kubeconfig)).toContain('forbids to list');
  });

  it('shows one namespace to who may see no other', async () => {
    await berth.cluster.kubectl('create', 'serviceaccount', 'tenant');
    await berth.cluster.kubectl('create', 'role', 'tenant', '--verb=list,watch', '--resource=services');
    const subject = ['--role=tenant', '--serviceaccount=default:tenant'];
    await berth.cluster.kubectl('create', 'rolebinding', 'tenant', ...subject);
    await berth.cluster.kubectl('create', 'service', 'loadbalancer', 'web', '--tcp=80');
    const { kubeconfig } = await berth.cluster.serviceAccount('default', 'tenant');
    const get = (...args: readonly string[]) =>
      berth.runWith({ KUBECONFIG: kubeconfig }, 'kubectl', 'berth', 'get', 'services', ...args);
    const { status, stdout, stderr } = await get('-n', 'default');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^NAME .*\nweb .*<pending>.*\n$/)]);
    expect(stderr).toBe('warning: you may not list ipaddresspools.berth.dev: not shown\n');
    expect((await get('-A')).stderr).toContain('look at one namespace with -n');
    expect((await get('-n', 'kube-system')).stderr).toContain('can-i list services -n kube-system');
    await berth.cluster.kubectl('delete', 'service', 'web');
  });

  it('says that the credentials are not accepted', async () => {
    const { kubeconfig, tokenFile } = await berth.cluster.serviceAccount('default', 'anybody');
    await writeFile(tokenFile, 'nonsense');
    expect(await complaint('get', 'pools', '--kubeconfig', kubeconfig)).toMatch(
      /^error: the API server at \S+ does not accept the credentials: .*--kubeconfig or --context\n$/,
    );
  });

  it('takes credentials of an exec plugin', async () => {
    const { folder } = berth.cluster;
    const { tokenFile, kubeconfig } = await berth.cluster.serviceAccount('default', 'anybody');
    const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
    const script = `printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat ${tokenFile})"`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', script],
      interactiveMode: 'Never',
    };
    config.users[0].user = { exec };
    const file = `${folder}/exec.kubeconfig`;
    await writeFile(file, JSON.stringify(config));
    const { status, stderr } = await berth.runWith({ KUBECONFIG: file }, 'kubectl', 'berth', 'get', 'pools');
    expect([status, stderr]).toEqual([0, 'No resources found\n']);
  });

  it('says that there is no kubeconfig', async () => {
    const env = { KUBECONFIG: '', HOME: '/nowhere' };
    const { status, stderr } = await berth.runWith(env, 'berth', 'get', 'pools');
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: no credentials for a cluster: there is no kubeconfig: .*--kubeconfig FILE/),
    ]);
  });

  it('says that the server is out of reach', async () => {
    await berth.cluster.controlPlane.apiServer.stop('SIGKILL');
    const text = await complaint('get', 'pools');
    expect(text).toContain(`error: cannot reach the API server at ${server()}: `);
    expect(text).toMatch(/ECONNREFUSED.*\(--kubeconfig, --context\)\n$/);
  });
});

// The API server is gone by now.
describe('a daemon', () => {
  it.each(['controller', 'speaker'])(
    'goes on trying to reach the server, and ends with 0 when told to: %s',
    async (name) => {
      const args = ['--http-address', 'off', '--log-format', 'text'];
      const { status, stderr } = await berth.run('timeout', '--preserve-status', '2', 'berth', name, ...args);
      expect([status, stderr]).toEqual([
        0,
        expect.stringMatching(/warn +cannot follow objects at present.*ECONNREFUSED/),
      ]);
      expect(stderr).toMatch(/info +stopping .*signal=SIGTERM/);
    },
  );

  it('does not start without the right to answer ARP', async () => {
    const { status, stderr } = await berth.run(
      'setpriv',
      '--bounding-set',
      '-net_raw',
      'berth',
      'speaker',
      '--node',
      'n1',
    );
    expect([status, stderr]).toEqual([
      1,
      'error: missing CAP_NET_RAW (to answer ARP): run as root or with this capability\n',
    ]);
  });
});
