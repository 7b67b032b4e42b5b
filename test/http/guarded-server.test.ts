import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { AccessCheck } from '../../src/http/access.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/log/silent.ts';

const running: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

const ACCESS: AccessCheck = async (token, path) => {
  if (token === 'broken') throw new Error('the API server is down');
  if (token === 'anybody') return 'Forbidden';
  return token === 'scraper' && path === '/metrics' ? 'Granted' : 'Unauthenticated';
};

async function ask(path: string, authorization?: string): Promise<Response> {
  const sources = { registry: new Registry(), notReady: () => [], status: () => ({}) };
  const server = await startHttpServer({ host: '127.0.0.1', port: 0 }, sources, silentLogger, { access: ACCESS });
  running.push(server);
  const headers = authorization === undefined ? {} : { authorization };
  return await fetch(`http://127.0.0.1:${server.address.port}${path}`, { headers });
}

describe('a server that asks for tokens', () => {
  it.each([
    ['/metrics', undefined, 401],
    ['/metrics', 'Basic c2NyYXBlcg==', 401],
    ['/metrics', 'Bearer nobody', 401],
    ['/metrics', 'Bearer anybody', 403],
    ['/metrics', 'Bearer broken', 503],
    ['/metrics', 'Bearer scraper', 200],
    ['/metrics?x=1', undefined, 401],
    ['/status', undefined, 401],
    ['/status', 'Bearer scraper', 401],
    ['/healthz', undefined, 200],
    ['/readyz', undefined, 200],
    ['/nothing', undefined, 404],
  ])('%s with %s: %i', async (path, authorization, code) => {
    const response = await ask(path, authorization);
    expect(response.status).toBe(code);
    expect(response.headers.get('www-authenticate')).toBe(code === 401 ? 'Bearer' : null);
    if (code !== 200) expect(await response.text()).not.toContain('API server is down');
  });
});
