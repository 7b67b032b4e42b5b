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
