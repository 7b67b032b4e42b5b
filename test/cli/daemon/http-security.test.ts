import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServedSecurity } from '../../../src/cli/daemon/http-security.ts';
import type { HttpSecurityOptions } from '../../../src/cli/daemon/http-security-options.ts';
import { CommandError } from '../../../src/cli/exit-codes.ts';
import { silentLogger } from '../../../src/log/silent.ts';

const credentials = async () => ({
  server: new URL('http://127.0.0.1:1'),
  authorize: async () => ({ headers: {}, tls: {} }),
  refresh: () => {},
});
const security = (options: HttpSecurityOptions) => new ServedSecurity(options, silentLogger, credentials);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-'));
  await writeFile(join(folder, 'text'), 'no certificate');
});
afterAll(() => rm(folder, { recursive: true }));

describe('ServedSecurity', () => {
  it.each([{ httpTlsCertFile: 'a' }, { httpTlsKeyFile: 'a' }])('wants certificate and key together: %j', (options) => {
    expect(() => security(options)).toThrow(CommandError);
  });

  it('is open and in the clear unless it is told otherwise', async () => {
    expect(await security({}).open({ host: '', port: 1 })).toEqual({ certificate: undefined });
  });

  it.each(['', '0.0.0.0', '::', '192.0.2.1', '127.example.com'])(
    'lets no token cross the network in the clear: %j',
    async (host) => {
      const opened = security({ metricsAuth: true }).open({ host, port: 7480 });
      await expect(opened).rejects.toThrow(/--metrics-auth on \S*:7480: .* give --http-tls-cert-file/);
    },
  );

  it.each(['127.0.0.1', '::1', 'localhost'])(
    'takes tokens in the clear on %s, and grants nothing while nobody can be asked',
    async (host) => {
      const served = security({ metricsAuth: true });
      const { access } = await served.open({ host, port: 7480 });
      await expect(access?.('token', '/metrics')).rejects.toThrow();
      served.stop();
    },
  );

  it.each([
    ['text', 'missing', /cannot read --http-tls-key-file .*missing: ENOENT/],
    ['text', 'text', /--http-tls-cert-file .*text with the key .*text: /],
  ])('says what is wrong with %s and %s', async (cert, key, message) => {
    const files = { httpTlsCertFile: join(folder, cert), httpTlsKeyFile: join(folder, key) };
    const opened = security(files).open({ host: '', port: 1 });
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toBeInstanceOf(CommandError);
  });
});
