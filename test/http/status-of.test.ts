import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { statusOf } from '../../src/http/status-of.ts';

it('tells the status code of whatever answers, and nothing where nothing does', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/hangs') return;
    response.statusCode = request.url === '/healthz' ? 503 : 200;
    response.end('x');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await statusOf(`${base}/healthz`, 5000)).toBe(503);
  expect(await statusOf(base, 5000)).toBe(200);
  expect(await statusOf(`${base}/hangs`, 50)).toBeUndefined();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await statusOf(base, 5000)).toBeUndefined();
});
