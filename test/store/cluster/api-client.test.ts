import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../../src/store/cluster/api-client.ts';
import type { ApiError } from '../../../src/store/cluster/api-error.ts';
import type { Credentials } from '../../../src/store/cluster/credentials.ts';
import { StoreError } from '../../../src/store/store.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

const PATH = '/api/v1/services';

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function status(code: number, reason: string) {
  return { kind: 'Status', code, reason, message: `it is ${reason}` };
}

/** Time passes for the client so many times faster. */
const SPEED = 10;
const fastNow = () => performance.now() * SPEED;

let server: Server;
let client: ApiClient;
let handles: Handle[];
let requests: { readonly method: string; readonly authorization: string; readonly port: number }[];
let refreshed: number;

beforeEach(async () => {
  handles = [];
  requests = [];
  refreshed = 0;
  server = createServer((request, response) => {
    const { method = '', headers, socket } = request;
    requests.push({ method, authorization: String(headers.authorization), port: socket.remotePort ?? 0 });
    request.resume();
    const handle = handles.length > 1 ? handles.shift() : handles[0];
    handle?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const credentials: Credentials = {
    server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    authorize: async () => ({ headers: { authorization: `Bearer ${refreshed}` }, tls: {} }),
    refresh: () => {
      refreshed++;
    },
  };
  client = new ApiClient(credentials, { now: fastNow, pass: (millis) => sleep(millis / SPEED) });
});
afterEach(() => {
  client.close();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

/** What a call is rejected with. */
async function rejection(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error as ApiError;
}

describe('request', () => {
  it('keeps its connection', async () => {
    handles = [(_, response) => json(response, 200, { ok: true })];
    for (let count = 0; count < 5; count++) {
      expect(await client.request({ method: 'GET', path: PATH })).toEqual({ ok: true });
    }
    expect(new Set(requests.map(({ port }) => port)).size).toBe(1);
  });

  it('opens eight connections at most', async () => {
    handles = [(_, response) => setImmediate(() => json(response, 200, {}))];
    await Promise.all(Array.from({ length: 100 }, () => client.request({ method: 'GET', path: PATH })));
    expect(new Set(requests.map(({ port }) => port)).size).toBeLessThanOrEqual(8);
  });

  it.each([
    [404, 'NotFound', 'NotFound'],
    [409, 'AlreadyExists', 'AlreadyExists'],
    [409, 'Conflict', 'Conflict'],
    [422, 'Invalid', 'Invalid'],
    [400, 'BadRequest', 'Invalid'],
    [403, 'Forbidden', 'Forbidden'],
    [410, 'Expired', 'Unavailable'],
    [500, 'InternalError', 'Unavailable'],
    [503, 'ServiceUnavailable', 'Unavailable'],
    [504, 'Timeout', 'Unavailable'],
  ])('rejects %i %s as %s, with the words of the server, and does not try again', async (code, reason, expected) => {
    handles = [(_, response) => json(response, code, status(code, reason))];
    const error = await rejection(client.request({ method: 'PATCH', path: PATH, body: {} }));
    expect(error).toMatchObject({ code: expected, status: code, reason, message: `PATCH ${PATH}: it is ${reason}` });
    expect(requests).toHaveLength(1);
  });

  it('shows what stood in the way where no API server answered', async () => {
    handles = [(_, response) => response.writeHead(502).end('<html>bad\n gateway</html>')];
    const error = await rejection(client.request({ method: 'GET', path: PATH }));
    expect(error.message).toBe(`GET ${PATH}: HTTP status 502: <html>bad gateway</html>`);
  });

  it('asks for new credentials once when the old ones are refused', async () => {
    handles = [
      (_, response) => json(response, 401, status(401, 'Unauthorized')),
      (_, response) => json(response, 200, {}),
    ];
    await client.request({ method: 'GET', path: PATH });
    expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer 0', 'Bearer 1']);
    handles = [(_, response) => json(response, 401, status(401, 'Unauthorized'))];
    expect((await rejection(client.request({ method: 'GET', path: PATH }))).code).toBe('Forbidden');
    expect(requests).toHaveLength(4);
  });

  it.each([429, 503])('waits as long as a %i says, and keeps others of its lane waiting', async (code) => {
    const at: number[] = [];
    handles = [
      (_, response) => json(response, code, status(code, 'TooManyRequests'), { 'retry-after': '3' }),
      (_, response) => {
        at.push(fastNow());
        json(response, 200, {});
      },
    ];
    const begun = fastNow();
    const first = client.request({ method: 'PATCH', path: PATH, body: {} });
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    await sleep(5);
    const second = client.request({ method: 'PATCH', path: PATH, body: {} });
    await client.request({ method: 'GET', path: PATH, lane: 'lease' });
    await Promise.all([first, second]);
    const [lease = 0, ...rest] = at.map((time) => time - begun);
    expect(lease).toBeLessThan(2_999);
    for (const time of rest) expect(time).toBeGreaterThanOrEqual(2_999);
  });

  it('gives up at once where the server wants to be left alone for longer than the call may take', async () => {
    handles = [(_, response) => json(response, 429, status(429, 'TooManyRequests'), { 'retry-after': '60' })];
    const error = await rejection(client.request({ method: 'PATCH', path: PATH, body: {} }));
    expect(error).toMatchObject({ code: 'Unavailable', retryAfterMillis: 60_000 });
    expect((await rejection(client.request({ method: 'PATCH', path: PATH, body: {} }))).code).toBe('Unavailable');
    expect(requests).toHaveLength(1);
  });

  it('leaves waiting to a caller who wants that', async () => {
    handles = [(_, response) => json(response, 429, status(429, 'TooManyRequests'), { 'retry-after': '1' })];
    const error = await rejection(client.request({ method: 'GET', path: PATH, triesAgain: false }));
    expect(error).toMatchObject({ status: 429, retryAfterMillis: 1000 });
  });

  it.each([
    { title: 'is reset', handle: (request: IncomingMessage) => request.socket.resetAndDestroy() },
    {
      title: 'breaks off in the middle',
      handle: (_: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"half":', () => response.destroy());
      },
    },
    {
      title: 'is no JSON',
      handle: (_: IncomingMessage, response: ServerResponse) => response.writeHead(200).end('{"half":'),
    },
    { title: 'does not come', handle: () => {} },
  ])('rejects where the answer $title', async ({ handle }) => {
    handles = [handle];
    const error = await rejection(client.request({ method: 'GET', path: PATH, timeoutMillis: 200 }));
    expect(error.code).toBe('Unavailable');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['PATCH', 2],
    ['POST', 1],
  ] as const)('sends %s %i times where a kept connection turns out to be dead', async (method, times) => {
    handles = [(_, response) => json(response, 200, {})];
    await client.request({ method: 'GET', path: PATH });
    requests = [];
    handles = [(request) => request.socket.resetAndDestroy(), (_, response) => json(response, 200, {})];
    const outcome = await client.request({ method, path: PATH, body: {} }).catch((error: StoreError) => error.code);
    expect(outcome).toEqual(times === 2 ? {} : 'Unavailable');
    expect(requests).toHaveLength(times);
  });

  it('says which credentials failed', async () => {
    const broken: Credentials = {
      server: new URL('http://127.0.0.1:1'),
      authorize: () => Promise.reject(new Error('the plugin said no')),
      refresh: () => {},
    };
    const other = new ApiClient(broken);
    const error = await rejection(other.request({ method: 'GET', path: PATH }));
    expect(error.message).toBe(`GET ${PATH}: no credentials: the plugin said no`);
    other.close();
  });

  it('rejects what is under way, and everything else, once closed', async () => {
    handles = [() => {}];
    const underWay = rejection(client.request({ method: 'GET', path: PATH }));
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    client.close();
    expect((await underWay).code).toBe('Unavailable');
    expect((await rejection(client.request({ method: 'GET', path: PATH }))).code).toBe('Unavailable');
    await client.idle();
  });

  it('is idle when nothing but events, Leases and watches is outstanding', async () => {
    const held: ServerResponse[] = [];
    handles = [(_, response) => held.push(response)];
    const event = client.request({ method: 'POST', path: PATH, lane: 'event', body: {} });
    await client.idle();
    const write = client.request({ method: 'PATCH', path: PATH, body: {} });
    await vi.waitFor(() => expect(held).toHaveLength(2));
    let isIdle = false;
    const idle = client.idle().then(() => {
      isIdle = true;
    });
    await new Promise(setImmediate);
    expect(isIdle).toBe(false);
    for (const response of held) json(response, 200, {});
    await Promise.all([write, event, idle]);
  });
});

describe('watch', () => {
  function watch() {
    const lines: string[] = [];
    const stop = client.watch(`${PATH}?watch=true`, {
      onOpen: () => lines.push('open'),
      onMessage: (message) => lines.push(JSON.stringify(message)),
      onEnd: (error) => lines.push(error === undefined ? 'end' : `${error.code} ${error.status ?? 'no status'}`),
    });
    return { lines, stop };
  }

  it('hands on messages however they are cut, until the server ends it', async () => {
    handles = [
      async (_, response) => {
        response.writeHead(200);
        for (const piece of ['{"a"', ':1}\n{"b":2}\n', '{"c":"', Buffer.from('ü').subarray(0, 1)]) {
          response.write(piece);
          await sleep(5);
        }
        response.end(Buffer.concat([Buffer.from('ü').subarray(1), Buffer.from('"}\n')]));
      },
    ];
    const { lines } = watch();
    await vi.waitFor(() => expect(lines).toContain('end'));
    expect(lines).toEqual(['open', '{"a":1}', '{"b":2}', '{"c":"ü"}', 'end']);
  });

  it.each([
    { title: 'is reset', end: (response: ServerResponse) => response.socket?.resetAndDestroy() },
    { title: 'breaks off', end: (response: ServerResponse) => response.destroy() },
    { title: 'sends no JSON', end: (response: ServerResponse) => response.write('{"half\n') },
  ])('ends once with an error where it $title', async ({ end }) => {
    handles = [
      (_, response) => {
        response.writeHead(200);
        response.write('{"a":1}\n', () => setTimeout(() => end(response), 5));
      },
    ];
    const { lines } = watch();
    await vi.waitFor(() => expect(lines).toHaveLength(3));
    await sleep(20);
    expect(lines).toEqual(['open', '{"a":1}', 'Unavailable no status']);
  });

  it('is refused with the status of the answer, and asks for new credentials after 401', async () => {
    handles = [(_, response) => json(response, 410, status(410, 'Expired'))];
    const gone = watch();
    await vi.waitFor(() => expect(gone.lines).toEqual(['Unavailable 410']));
    handles = [(_, response) => json(response, 401, status(401, 'Unauthorized'))];
    const refused = watch();
    await vi.waitFor(() => expect(refused.lines).toEqual(['Forbidden 401']));
    expect(refreshed).toBe(1);
  });

  it.each([
    { title: 'before it has begun', wait: () => Promise.resolve() },
    { title: 'before it is answered', wait: () => vi.waitFor(() => expect(requests).toHaveLength(1)) },
    { title: 'while it goes on', wait: () => sleep(30) },
  ])('tells nothing after it was stopped $title, and leaves no connection', async ({ wait }) => {
    handles = [
      (_, response) => {
        response.writeHead(200);
        setTimeout(() => response.write('{"late":1}\n'), 40);
      },
    ];
    const { lines, stop } = watch();
    await wait();
    const count = lines.length;
    stop();
    await sleep(60);
    expect(lines).toHaveLength(count);
    await vi.waitFor(async () => {
      const open = await new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)));
      expect(open).toBe(0);
    });
  });
});
