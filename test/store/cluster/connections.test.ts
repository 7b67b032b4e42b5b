import { readFile } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient, type ApiRequest } from '../../../src/store/cluster/api-client.ts';
import type { TlsOptions } from '../../../src/store/cluster/credentials.ts';
import { json } from './local-server.ts';
import { FIRST, SECOND } from './server-certificates.ts';

let server: Server;
let client: ApiClient;
let shown: TlsOptions;
/** Of each connection, whether it resumed the session of another one. */
let resumed: boolean[];

beforeEach(async () => {
  resumed = [];
  shown = { ca: FIRST.cert };
  server = createServer(FIRST, (_, response) => json(response, 200, {}));
  server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new ApiClient({
    server: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`),
    authorize: async () => ({ headers: {}, tls: shown }),
    refresh: () => {},
  });
});
afterEach(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function get(lane: ApiRequest['lane']): Promise<unknown> {
  return client.request({ method: 'GET', path: '/api', triesAgain: false, ...(lane === undefined ? {} : { lane }) });
}

describe('connections with TLS', () => {
  it('are kept', async () => {
    for (let count = 0; count < 5; count++) await get('request');
    expect(resumed).toEqual([false]);
  });

  it('resume the session of another one, whatever it was for', async () => {
    for (const lane of ['lease', 'request', 'event'] as const) await get(lane);
    expect(resumed).toEqual([false, true, true]);
  });

  it('begin anew where another authority is trusted', async () => {
    await get('lease');
    shown = { ca: `${SECOND.cert}\n${FIRST.cert}\n` };
    await get('request');
    await get('event');
    expect(resumed).toEqual([false, false, true]);
  });

  it('are refused where the authority that signed for the server is trusted no longer', async () => {
    await get('lease');
    shown = { ca: SECOND.cert };
    await expect(get('request')).rejects.toThrow(/self-signed certificate|unable to verify/);
    shown = { ca: FIRST.cert };
    await get('event');
    expect(resumed.at(-1)).toBe(false);
  });

  it('are refused where the certificates of the client do not fit one another', async () => {
    shown = { ca: FIRST.cert, cert: FIRST.cert, key: SECOND.key };
    await expect(get('request')).rejects.toThrow(/key values mismatch/);
    shown = { ca: FIRST.cert };
    await get('request');
  });
});

/** Seconds until the kernel asks whether the other end of the connection to a port is there; undefined where it never does. */
async function keepAliveIn(port: number): Promise<number | undefined> {
  const peer = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  // proc(5): the third field is the other end, the fourth 1 where it is established, the sixth the timer and its ticks.
  const timer = lines.find(([, , other, state]) => other === peer && state === '01')?.[5];
  const [kind, ticks = ''] = timer?.split(':') ?? [];
  return kind === '02' ? Number.parseInt(ticks, 16) / 100 : undefined;
}

describe('a watch, which may be silent for as long as it lives', () => {
  it.each(['https', 'http'])('finds by TCP keep-alive, over %s, that its server has vanished', async (protocol) => {
    const listener: Parameters<typeof createPlainServer>[1] = (_, response) => response.writeHead(200).flushHeaders();
    const silent = protocol === 'https' ? createServer(FIRST, listener) : createPlainServer(listener);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const watching = new ApiClient({
      server: new URL(`${protocol}://127.0.0.1:${port}`),
      authorize: async () => ({ headers: {}, tls: shown }),
      refresh: () => {},
    });
    await new Promise<void>((resolve, reject) => {
      watching.watch('/api?watch=true', { onOpen: resolve, onMessage: () => {}, onEnd: reject });
    });
    const seconds = await keepAliveIn(port);
    watching.close();
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    expect(seconds).toBeGreaterThan(20);
    expect(seconds).toBeLessThanOrEqual(30);
  });
});
