import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inClusterCredentials, isInCluster } from '../../../src/store/cluster/in-cluster.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { ReplacedFile } from '../../../src/store/cluster/replaced-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** As the kubelet does it. */
async function replace(name: string, text: string): Promise<void> {
  await writeFile(join(folder, 'new'), text);
  await rename(join(folder, 'new'), join(folder, name));
}

describe('ReplacedFile', () => {
  it('looks at the file every ten seconds, and at once where its text was refused', async () => {
    let now = 0;
    await replace('token', 'one\n');
    const file = new ReplacedFile(join(folder, 'token'), () => now);
    expect(await file.read()).toBe('one');
    await replace('token', 'two');
    now = 9_999;
    expect(await file.read()).toBe('one');
    now = 10_000;
    expect(await file.read()).toBe('two');
    await replace('token', 'three');
    file.refresh();
    expect(await file.read()).toBe('three');
  });

  it('goes on with the last text while the file cannot be read', async () => {
    let now = 0;
    await replace('token', 'one');
    const file = new ReplacedFile(join(folder, 'token'), () => now);
    await file.read();
    await rm(join(folder, 'token'));
    now = 10_000;
    expect(await file.read()).toBe('one');
    await replace('token', '');
    expect(await file.read()).toBe('one');
    await replace('token', 'two');
    expect(await file.read()).toBe('two');
  });

  it('fails where there never was a text, until there is', async () => {
    const file = new ReplacedFile(join(folder, 'token'));
    await expect(file.read()).rejects.toThrow('ENOENT');
    await replace('token', ' ');
    await expect(file.read()).rejects.toThrow('is empty');
    await replace('token', 'one');
    expect(await file.read()).toBe('one');
  });
});

describe('inClusterCredentials', () => {
  const at = (host: string) => ({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '6443' });

  it.each([
    ['10.96.0.1', 'https://10.96.0.1:6443/'],
    ['fd00::1', 'https://[fd00::1]:6443/'],
  ])('finds the API server at %s', async (host, server) => {
    await replace('token', 'one');
    await replace('ca.crt', 'CA');
    const sources = { environment: at(host), folder };
    expect(isInCluster(sources)).toBe(true);
    const credentials = await inClusterCredentials(sources);
    expect(credentials.server.href).toBe(server);
    expect(await credentials.authorize()).toEqual({
      headers: { authorization: 'Bearer one' },
      tls: { ca: 'CA' },
    });
    await replace('token', 'two');
    credentials.refresh();
    expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer two' });
  });

  it('trusts the new authority when the cluster has another', async () => {
    await replace('token', 'one');
    await replace('ca.crt', 'CA');
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const credentials = await inClusterCredentials({ environment: at('10.96.0.1'), folder });
      await replace('ca.crt', 'CA and its successor');
      vi.advanceTimersByTime(10_000);
      expect((await credentials.authorize()).tls).toEqual({ ca: 'CA and its successor' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('says what a process outside a pod lacks', async () => {
    expect(isInCluster({ environment: {}, folder })).toBe(false);
    expect(isInCluster({ environment: at('10.96.0.1'), folder })).toBe(false);
    await expect(inClusterCredentials({ environment: {}, folder })).rejects.toThrow('KUBERNETES_SERVICE_HOST');
  });
});

describe('kubeconfigCredentials', () => {
  async function config(user: unknown, cluster: Record<string, unknown> = {}): Promise<string> {
    const path = join(folder, 'config');
    await replace(
      'config',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server: 'https://192.0.2.1:6443', ...cluster } }],
        users: [{ name: 'u', user }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
    return path;
  }

  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it('shows a token, and trusts the authority and the name that the file gives', async () => {
    const path = await config(
      { token: 'secret' },
      { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'api.example' },
    );
    const credentials = await kubeconfigCredentials({ path });
    expect(credentials.server.href).toBe('https://192.0.2.1:6443/');
    expect(await credentials.authorize()).toEqual({
      headers: { authorization: 'Bearer secret' },
      tls: { ca: Buffer.from('CA'), servername: 'api.example' },
    });
  });

  it('shows a client certificate', async () => {
    const path = await config({
      'client-certificate-data': base64('certificate'),
      'client-key-data': base64('key'),
    });
    expect((await (await kubeconfigCredentials({ path })).authorize()).tls).toEqual({
      cert: Buffer.from('certificate'),
      key: Buffer.from('key'),
    });
  });

  it('asks a plugin, keeps what it says, and asks again after a refusal', async () => {
    const plugin = join(folder, 'plugin');
    const says = (token: string) =>
      JSON.stringify({
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token, expirationTimestamp: '2999-01-01T00:00:00Z' },
      });
    const writePlugin = async (token: string) => {
      await replace('plugin', `#!/bin/sh\necho '${says(token)}'\n`);
      await chmod(plugin, 0o755);
    };
    await writePlugin('one');
    const path = await config({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin } });
    const credentials = await kubeconfigCredentials({ path });
    expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer one' });
    await writePlugin('two');
    expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer one' });
    credentials.refresh();
    expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer two' });
  });

  it('tells in one line that a plugin failed, and why', async () => {
    const plugin = join(folder, 'plugin');
    await writeFile(plugin, "#!/bin/sh\nprintf 'your session\\n\\n  has expired\\n' >&2\nexit 1\n");
    await chmod(plugin, 0o755);
    const path = await config({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin } });
    const credentials = await kubeconfigCredentials({ path });
    await expect(credentials.authorize()).rejects.toThrow(`plugin ${plugin} failed: your session has expired`);
  });

  it('takes a server without TLS, as kubectl proxy is one', async () => {
    const path = join(folder, 'proxy');
    const clusters = [{ name: 'c', cluster: { server: 'http://127.0.0.1:8001' } }];
    const contexts = [{ name: 'x', context: { cluster: 'c', user: '' } }];
    await writeFile(path, JSON.stringify({ clusters, contexts, 'current-context': 'x' }));
    const credentials = await kubeconfigCredentials({ path });
    expect(credentials.server.href).toBe('http://127.0.0.1:8001/');
    expect((await credentials.authorize()).headers).toEqual({});
  });

  it('reads the file again after a refusal, and does without while it is being replaced', async () => {
    const path = await config({ token: 'one' });
    const credentials = await kubeconfigCredentials({ path });
    await config({ token: 'two' });
    credentials.refresh();
    expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer two' });
    await rm(path);
    credentials.refresh();
    expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer two' });
  });

  it.each(['tokenFile beside the kubeconfig', 'tokenFile by its full path'])(
    'reads a %s, and again after a refusal',
    async (title) => {
      await replace('token', 'one');
      const path = await config({
        tokenFile: title.includes('beside') ? 'token' : join(folder, 'token'),
        token: 'other',
      });
      const credentials = await kubeconfigCredentials({ path });
      expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer one' });
      await replace('token', 'two');
      credentials.refresh();
      expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer two' });
    },
  );

  it('names the file and what is wrong with it', async () => {
    const missing = join(folder, 'none');
    await expect(kubeconfigCredentials({ path: missing })).rejects.toThrow(
      `${missing}: cannot be read as a kubeconfig`,
    );
    const path = await config({ token: 'secret' });
    await expect(kubeconfigCredentials({ path, context: 'y' })).rejects.toThrow(`${path}: has no context y: it has x`);
    await config({ token: 'secret' }, { 'proxy-url': 'http://192.0.2.9:3128' });
    await expect(kubeconfigCredentials({ path })).rejects.toThrow('proxy-url');
  });
});
