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
