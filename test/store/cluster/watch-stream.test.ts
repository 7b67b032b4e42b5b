import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../../src/store/cluster/api-client.ts';
import { json, LocalServer, status } from './local-server.ts';

const PATH = '/api/v1/services';

let local: LocalServer;
let client: ApiClient;

beforeEach(async () => {
  local = await LocalServer.start();
  client = new ApiClient(local.credentials);
});
afterEach(async () => {
  client.close();
  await local.stop();
});

describe('a watch', () => {
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
    local.handles = [
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
    local.handles = [
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
    local.handles = [(_, response) => json(response, 410, status(410, 'Expired'))];
    const gone = watch();
    await vi.waitFor(() => expect(gone.lines).toEqual(['Unavailable 410']));
    local.handles = [(_, response) => json(response, 401, status(401, 'Unauthorized'))];
    const refused = watch();
    await vi.waitFor(() => expect(refused.lines).toEqual(['Forbidden 401']));
    expect(local.refreshed).toBe(1);
  });

  it.each([
    { title: 'before it has begun', wait: () => Promise.resolve() },
    { title: 'before it is answered', wait: () => vi.waitFor(() => expect(local.requests).toHaveLength(1)) },
    { title: 'while it goes on', wait: () => sleep(30) },
  ])('tells nothing after it was stopped $title, and leaves no connection', async ({ wait }) => {
    local.handles = [
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
      expect(await local.connections()).toBe(0);
    });
  });
});

describe('a watch while every connection for requests is in use', () => {
  let busy: ApiClient;
  let watched: ServerResponse;
  let gathered: (() => void) | undefined;
  let lines: readonly string[];

  /** Opens the watch, and so many requests that nobody answers. */
  async function begin(requests: number): Promise<void> {
    const hang = () => {};
    const keep = (_: unknown, response: ServerResponse) => {
      watched = response;
      response.writeHead(200).flushHeaders();
    };
    local.handles = [keep, hang];
    gathered = undefined;
    const clock = {
      now: () => performance.now(),
      pass: () => new Promise<void>((resolve) => (gathered = resolve)),
    };
    busy = new ApiClient(local.credentials, clock);
    const told: string[] = [];
    lines = told;
    busy.watch(`${PATH}?watch=true`, {
      onOpen: () => told.push('open'),
      onMessage: (message) => told.push(JSON.stringify(message)),
      onEnd: (error) => told.push(error?.code ?? 'end'),
    });
    await vi.waitFor(() => expect(lines).toEqual(['open']));
    for (let count = 0; count < requests; count++) busy.request({ method: 'GET', path: PATH }).catch(() => {});
    await vi.waitFor(() => expect(local.requests).toHaveLength(1 + requests));
  }

  afterEach(() => busy.close());

  it('takes in together what comes within a moment', async () => {
    await begin(8);
    watched.write('{"a":1}\n');
    await vi.waitFor(() => expect(gathered).toBeDefined());
    watched.write('{"b":2}\n{"c"');
    watched.write(':3}\n');
    await sleep(30);
    expect(lines).toEqual(['open']);
    gathered?.();
    await vi.waitFor(() => expect(lines).toEqual(['open', '{"a":1}', '{"b":2}', '{"c":3}']));
  });

  it('takes in what has come before it tells of the end', async () => {
    await begin(8);
    watched.write('{"a":1}\n');
    await vi.waitFor(() => expect(gathered).toBeDefined());
    watched.end('{"b":2}\n');
    await vi.waitFor(() => expect(lines).toEqual(['open', '{"a":1}', '{"b":2}', 'end']));
    gathered?.();
    await sleep(5);
    expect(lines).toHaveLength(4);
  });

  it('waits for nothing where a connection is free', async () => {
    await begin(7);
    watched.write('{"a":1}\n');
    await vi.waitFor(() => expect(lines).toEqual(['open', '{"a":1}']));
    expect(gathered).toBeUndefined();
  });
});
