import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServedSecurity } from '../../../src/cli/daemon/http-security.ts';
import { type HttpServer, startHttpServer } from '../../../src/http/server.ts';
import { silentLogger } from '../../../src/log/silent.ts';

const run = promisify(execFile);

let folder: string;
let server: HttpServer;
let security: ServedSecurity;
const file = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  for (const name of ['first', 'second']) await issue(name);
  await use('first');
  security = new ServedSecurity({ httpTlsCertFile: file('tls.crt'), httpTlsKeyFile: file('tls.key') }, silentLogger);
  const address = { host: '127.0.0.1', port: 0 };
  const sources = { registry: new Registry(), notReady: () => [], status: () => ({}) };
  server = await startHttpServer(address, sources, silentLogger, await security.open(address));
});
afterEach(async () => {
  security.stop();
  await server.stop();
  await rm(folder, { recursive: true });
});

/** A certificate that is its own authority. */
async function issue(name: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)];
  await run('openssl', ['req', '-x509', ...key, '-out', file(`${name}.crt`), '-days', '1', '-subj', `/CN=${name}`]);
}

async function use(cert: string, key = cert): Promise<void> {
  await copyFile(file(`${cert}.crt`), file('tls.crt'));
  await copyFile(file(`${key}.key`), file('tls.key'));
}

/** The name in the certificate that a new connection is shown. */
async function shown(): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: server.address.port, rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).subject);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('TLS', () => {
  it('is what the port speaks, and nothing else', async () => {
    const url = `127.0.0.1:${server.address.port}/healthz`;
    expect((await run('curl', ['-sS', '--insecure', `https://${url}`])).stdout).toBe('ok\n');
    await expect(run('curl', ['-sS', `http://${url}`])).rejects.toThrow();
    await expect(run('curl', ['-sS', '--insecure', '--tls-max', '1.1', `https://${url}`])).rejects.toThrow();
  });

  it('goes on with a new certificate when the files are replaced', async () => {
    expect(await shown()).toBe('CN=first');
    await use('second');
    await security.look(server);
    expect(await shown()).toBe('CN=second');
  });

  it.each([
    ['half a replacement', () => use('second', 'first')],
    ['no certificate', () => writeFile(file('tls.crt'), 'nonsense')],
    ['no file', () => rm(file('tls.crt'))],
  ])('goes on with the last certificate where there is %s', async (_, spoil) => {
    await spoil();
    await security.look(server);
    expect(await shown()).toBe('CN=first');
    await use('second');
    await security.look(server);
    expect(await shown()).toBe('CN=second');
  });
});
