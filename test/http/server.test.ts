import { createConnection } from 'node:net';
import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { openRegistry } from '../../src/http/metrics.ts';
import { type HttpServer, type HttpSources, ListenError, startHttpServer } from '../../src/http/server.ts';
import type { Logger } from '../../src/log/logger.ts';

const lines: { message: string; fields: unknown }[] = [];
const record = (message: string, fields?: unknown): void => void lines.push({ message, fields });
const logger: Logger = { error: record, warn: record, info: record, debug: record, with: () => logger };

const running: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  lines.length = 0;
});

async function start(sources: Partial<HttpSources> = {}) {
  const all: HttpSources = { registry: new Registry(), notReady: () => [], status: () => ({}), ...sources };
  const server = await startHttpServer({ host: '127.0.0.1', port: 0 }, all, logger);
  running.push(server);
  const base = `http://127.0.0.1:${server.address.port}`;
  return { server, get: (path: string, method = 'GET') => fetch(base + path, { method }) };
}

describe('startHttpServer', () => {
  it('says the real port', async () => {
    const { server } = await start();
    expect(server.address.port).toBeGreaterThan(0);
    expect(lines).toEqual([
      { message: 'serving health and metrics', fields: { http: `127.0.0.1:${server.address.port}` } },
    ]);
  });

  it('/healthz is 200 while the process lives, ready or not', async () => {
    const { get } = await start({ notReady: () => ['the store has not been read yet'] });
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('ok\n');
  });

  it('/readyz is 503 with a reason a line until nothing is missing', async () => {
    let missing = ['the store has not been read yet', 'the speaker has not started'];
    const { get } = await start({ notReady: () => missing });
    const before = await get('/readyz');
    expect(before.status).toBe(503);
    expect(await before.text()).toBe('the store has not been read yet\nthe speaker has not started\n');
    missing = [];
    expect((await get('/readyz')).status).toBe(200);
  });

  it('/metrics is the registry in the exposition format', async () => {
    const registry = openRegistry('1.2.3');
    new Counter({ name: 'berth_answers_total', help: 'answers', registers: [registry] }).inc(3);
    const { get } = await start({ registry });
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const body = await response.text();
    expect(body).toMatch(/^berth_answers_total 3$/m);
    expect(body).toMatch(/^berth_build_info\{version="1\.2\.3",node_version="v\d+/m);
  });

  it('/status is what the daemon says of itself', async () => {
    const { get } = await start({ status: () => ({ node: 'n1', leader: true }) });
    expect(await (await get('/status')).json()).toEqual({ node: 'n1', leader: true });
  });

  it('HEAD has the headers and no body', async () => {
    const { get } = await start();
    const response = await get('/healthz', 'HEAD');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('3');
    expect(await response.text()).toBe('');
  });

  it('ignores a query', async () => {
    const { get } = await start();
    expect((await get('/healthz?verbose')).status).toBe(200);
  });

  it.each(['/', '/healthz/', '/constructor', '/../healthz2', '/%2e'])(
    '404 for %s, naming what there is',
    async (path) => {
      const { get } = await start();
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('/healthz, /readyz, /metrics, /status');
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('405 for %s', async (method) => {
    const { get } = await start();
    const response = await get('/healthz', method);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('answers 500 and logs when a source fails', async () => {
    const { get } = await start({
      status: () => {
        throw new Error('boom');
      },
    });
    const response = await get('/status');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('boom');
    expect(lines.at(-1)).toMatchObject({ message: 'cannot answer a request', fields: { path: '/status' } });
    expect((await get('/healthz')).status).toBe(200);
  });

  it('survives bytes that are not HTTP', async () => {
    const { server, get } = await start();
    const socket = createConnection(server.address.port, '127.0.0.1');
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write('\u0000\u0001 not http\r\n\r\n');
    expect(await answered).toMatch(/^HTTP\/1\.1 400/);
    socket.destroy();
    expect((await get('/healthz')).status).toBe(200);
  });

  it('a port in use is an error that names the flag', async () => {
    const { server } = await start();
    const sources = { registry: new Registry(), notReady: () => [], status: () => null };
    const second = startHttpServer(server.address, sources, logger);
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toThrow(/another process listens there; give --http-address HOST:PORT or off/);
  });

  it('an address of another machine is an error that says so', async () => {
    const sources = { registry: new Registry(), notReady: () => [], status: () => null };
    const started = startHttpServer({ host: '192.0.2.1', port: 0 }, sources, logger);
    await expect(started).rejects.toThrow(/cannot listen on 192\.0\.2\.1:0: that is no address of this machine/);
  });

  it('stop closes connections that are kept alive', async () => {
    const { server, get } = await start();
    await (await get('/healthz')).text();
    await server.stop();
    await expect(get('/healthz')).rejects.toThrow();
  });
});
