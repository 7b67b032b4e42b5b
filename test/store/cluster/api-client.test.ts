import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../../src/store/cluster/api-client.ts';
import type { ApiError } from '../../../src/store/cluster/api-error.ts';
import type { Lane } from '../../../src/store/cluster/connections.ts';
import type { Credentials } from '../../../src/store/cluster/credentials.ts';
import { StoreError } from '../../../src/store/store.ts';
import { json, LocalServer, status } from './local-server.ts';

const PATH = '/api/v1/services';

/** Time passes for the client so many times faster. */
const SPEED = 10;
const fastNow = () => performance.now() * SPEED;

let local: LocalServer;
let client: ApiClient;

beforeEach(async () => {
  local = await LocalServer.start();
  client = new ApiClient(local.credentials, { now: fastNow, pass: (millis) => sleep(millis / SPEED) });
});
afterEach(async () => {
  client.close();
  await local.stop();
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
    local.handles = [(_, response) => json(response, 200, { ok: true })];
    for (let count = 0; count < 5; count++) {
      expect(await client.request({ method: 'GET', path: PATH })).toEqual({ ok: true });
    }
    expect(new Set(local.requests.map(({ port }) => port)).size).toBe(1);
  });

  it('opens eight connections at most', async () => {
    local.handles = [(_, response) => setImmediate(() => json(response, 200, {}))];
    await Promise.all(Array.from({ length: 100 }, () => client.request({ method: 'GET', path: PATH })));
    expect(new Set(local.requests.map(({ port }) => port)).size).toBeLessThanOrEqual(8);
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
    local.handles = [(_, response) => json(response, code, status(code, reason))];
    const error = await rejection(client.request({ method: 'PATCH', path: PATH, body: {} }));
    expect(error).toMatchObject({ code: expected, status: code, reason, message: `PATCH ${PATH}: it is ${reason}` });
    expect(local.requests).toHaveLength(1);
  });

  it('shows what stood in the way where no API server answered', async () => {
    local.handles = [(_, response) => response.writeHead(502).end('<html>bad\n gateway</html>')];
    const error = await rejection(client.request({ method: 'GET', path: PATH }));
    expect(error.message).toBe(`GET ${PATH}: HTTP status 502: <html>bad gateway</html>`);
  });

  it('asks for new credentials once when the old ones are refused', async () => {
    local.handles = [
      (_, response) => json(response, 401, status(401, 'Unauthorized')),
      (_, response) => json(response, 200, {}),
    ];
    await client.request({ method: 'GET', path: PATH });
    expect(local.requests.map(({ authorization }) => authorization)).toEqual(['Bearer 0', 'Bearer 1']);
    local.handles = [(_, response) => json(response, 401, status(401, 'Unauthorized'))];
    expect((await rejection(client.request({ method: 'GET', path: PATH }))).code).toBe('Forbidden');
    expect(local.requests).toHaveLength(4);
  });

  it.each([429, 503])('waits as long as a %i says, and keeps others of its lane waiting', async (code) => {
    const at: number[] = [];
    local.handles = [
      (_, response) => json(response, code, status(code, 'TooManyRequests'), { 'retry-after': '3' }),
      (_, response) => {
        at.push(fastNow());
        json(response, 200, {});
      },
    ];
    const begun = fastNow();
    const first = client.request({ method: 'PATCH', path: PATH, body: {} });
    await vi.waitFor(() => expect(local.requests).toHaveLength(1));
    await sleep(5);
    const second = client.request({ method: 'PATCH', path: PATH, body: {} });
    await client.request({ method: 'GET', path: PATH, lane: 'lease' });
    await Promise.all([first, second]);
    const [lease = 0, ...rest] = at.map((time) => time - begun);
    expect(lease).toBeLessThan(2_999);
    for (const time of rest) expect(time).toBeGreaterThanOrEqual(2_999);
  });

  it('gives up at once where the server wants to be left alone for longer than the call may take', async () => {
    local.handles = [(_, response) => json(response, 429, status(429, 'TooManyRequests'), { 'retry-after': '60' })];
    const error = await rejection(client.request({ method: 'PATCH', path: PATH, body: {} }));
    expect(error).toMatchObject({ code: 'Unavailable', retryAfterMillis: 60_000 });
    expect((await rejection(client.request({ method: 'PATCH', path: PATH, body: {} }))).code).toBe('Unavailable');
    expect(local.requests).toHaveLength(1);
  });

  it('comes back after a minute where a proxy in between asks to be left alone for a day', async () => {
    local.handles = [(_, response) => json(response, 503, status(503, 'Maintenance'), { 'retry-after': '86400' })];
    const error = await rejection(client.request({ method: 'PATCH', path: PATH, body: {} }));
    expect(error).toMatchObject({ code: 'Unavailable', retryAfterMillis: 60_000 });
  });

  it('leaves waiting to a caller who wants that', async () => {
    local.handles = [(_, response) => json(response, 429, status(429, 'TooManyRequests'), { 'retry-after': '1' })];
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
    local.handles = [handle];
    const error = await rejection(client.request({ method: 'GET', path: PATH, timeoutMillis: 200 }));
    expect(error.code).toBe('Unavailable');
    expect(local.requests).toHaveLength(1);
  });

  describe('an answer that does not matter', () => {
    const patch = () => client.request({ method: 'PATCH', path: PATH, body: {}, isAnswerSkipped: true });

    it('is not read where it is a success', async () => {
      local.handles = [(_, response) => response.writeHead(200).end('{"half":')];
      expect(await patch()).toBeUndefined();
    });

    it('is read where it is a refusal', async () => {
      local.handles = [(_, response) => json(response, 409, status(409, 'Conflict'))];
      expect((await rejection(patch())).code).toBe('Conflict');
    });

    it('has to be whole', async () => {
      local.handles = [
        (_, response) => {
          response.writeHead(200, { 'content-length': 100 });
          response.write('{"half":', () => response.destroy());
        },
      ];
      expect((await rejection(patch())).code).toBe('Unavailable');
    });
  });

  it.each([
    ['PATCH', 2],
    ['POST', 1],
  ] as const)('sends %s %i times where a kept connection turns out to be dead', async (method, times) => {
    local.handles = [(_, response) => json(response, 200, {})];
    await client.request({ method: 'GET', path: PATH });
    local.requests = [];
    local.handles = [(request) => request.socket.resetAndDestroy(), (_, response) => json(response, 200, {})];
    const outcome = await client.request({ method, path: PATH, body: {} }).catch((error: StoreError) => error.code);
    expect(outcome).toEqual(times === 2 ? {} : 'Unavailable');
    expect(local.requests).toHaveLength(times);
  });

  it('finds once, not by each kept connection, that a server has vanished without a word', async () => {
    const timely = new ApiClient(local.credentials);
    const held: ServerResponse[] = [];
    const get = (lane: Lane = 'request', timeoutMillis = 10_000) =>
      timely.request({ method: 'GET', path: PATH, lane, timeoutMillis });
    local.handles = [(_, response) => held.push(response)];
    const first = [...Array.from({ length: 8 }, () => get()), get('lease')];
    await vi.waitFor(() => expect(held).toHaveLength(9), 5_000);
    for (const response of held) json(response, 200, {});
    await Promise.all(first);
    const former = new Set(local.requests.map(({ port }) => port));
    // The other end takes what is sent on connections of before, and nobody there knows of them.
    local.handles = [
      ({ socket }, response) => {
        if (!former.has(socket.remotePort ?? 0)) json(response, 200, {});
      },
    ];
    expect(await rejection(get('request', 300))).toMatchObject({ code: 'Unavailable', isUnanswered: true });
    for (let count = 0; count < 7; count++) expect(await get()).toEqual({});
    // What another lane has kept is for that one to find.
    expect((await rejection(get('lease', 300))).isUnanswered).toBe(true);
    timely.close();
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
    local.handles = [() => {}];
    const underWay = rejection(client.request({ method: 'GET', path: PATH }));
    await vi.waitFor(() => expect(local.requests).toHaveLength(1));
    client.close();
    expect((await underWay).code).toBe('Unavailable');
    expect((await rejection(client.request({ method: 'GET', path: PATH }))).code).toBe('Unavailable');
    await client.idle();
  });

  it('is idle when nothing but events, Leases and watches is outstanding', async () => {
    const held: ServerResponse[] = [];
    local.handles = [(_, response) => held.push(response)];
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

  it('is idle after a time of quiet, and after so much patience whatever is outstanding', async () => {
    const held: ServerResponse[] = [];
    local.handles = [(_, response) => held.push(response)];
    const write = client.request({ method: 'PATCH', path: PATH, body: {} });
    await vi.waitFor(() => expect(held).toHaveLength(1));
    const begun = fastNow();
    await client.idle(500, 1_000);
    expect(fastNow() - begun).toBeGreaterThanOrEqual(1_000);
    for (const response of held) json(response, 200, {});
    await write;
    const answered = fastNow();
    await client.idle(500);
    expect(fastNow() - answered).toBeGreaterThanOrEqual(499);
  });
});
