import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Logger } from '../log/logger.ts';
import { formatHttpAddress, type HttpAddress } from './http-address.ts';

/** What the server shows. Each function is called once a request. */
export interface HttpSources {
  readonly registry: Registry;
  /** What is still missing before the daemon does its work, one plain sentence each; empty when ready. */
  notReady(): readonly string[];
  /** What the daemon is doing, as a JSON value. */
  status(): unknown;
}

/** A server under way. */
export interface HttpServer {
  /** Where it really listens: with port 0 asked for, the port that the kernel chose. */
  readonly address: HttpAddress;
  /** Stops listening and closes every connection. */
  stop(): Promise<void>;
}

/** It could not listen where it was told to. The message names the flag. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** A client has this long to send its request, and as long to take the answer. Milliseconds. */
const REQUEST_TIMEOUT = 5_000;
/** An idle connection is kept this long for the next scrape. Milliseconds. */
const KEEP_ALIVE = 65_000;
const MAX_CONNECTIONS = 64;

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Listens and answers until stopped.
 *
 * @throws ListenError when the address is taken, not of this machine, or not allowed.
 */
export async function startHttpServer(address: HttpAddress, sources: HttpSources, logger: Logger): Promise<HttpServer> {
  const limits = {
    requestTimeout: REQUEST_TIMEOUT,
    headersTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(limits, (request, response) => {
    answer(request, sources).then(
      (found) => send(request, response, found),
      (error: unknown) => {
        logger.error('cannot answer a request', { path: request.url, error });
        send(request, response, text(500, 'internal error: see the log'));
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(REQUEST_TIMEOUT + KEEP_ALIVE);
  await listen(server, address);
  const real: HttpAddress = { host: address.host, port: (server.address() as AddressInfo).port };
  server.on('error', (error) => logger.error('HTTP server failed', { error }));
  logger.info('serving health and metrics', { http: formatHttpAddress(real) });
  return { address: real, stop: () => close(server) };
}

function listen(server: Server, address: HttpAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(listenError(address, error));
    server.once('error', fail);
    server.listen({ host: address.host, port: address.port }, () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EACCES: 'ports below 1024 need the capability CAP_NET_BIND_SERVICE',
  EADDRNOTAVAIL: 'that is no address of this machine',
  ENOTFOUND: 'the host name has no address',
};

function listenError(address: HttpAddress, error: NodeJS.ErrnoException): ListenError {
  const reason = LISTEN_FAULTS[error.code ?? ''] ?? error.message;
  const message = `cannot listen on ${formatHttpAddress(address)}: ${reason}; give --http-address HOST:PORT or off`;
  return new ListenError(message, { cause: error });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(request: IncomingMessage, sources: HttpSources): Promise<Answer> {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  const route = ROUTES.get(path);
  if (!route) return text(404, `not found: ask for ${[...ROUTES.keys()].join(', ')}`);
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'method not allowed: GET or HEAD');
  return route(sources);
}

const ROUTES = new Map<string, (sources: HttpSources) => Answer | Promise<Answer>>([
  ['/healthz', () => text(200, 'ok')],
  ['/readyz', (sources) => readiness(sources.notReady())],
  ['/metrics', async ({ registry }) => ({ code: 200, type: registry.contentType, body: await registry.metrics() })],
  ['/status', (sources) => json(sources.status())],
]);

function readiness(missing: readonly string[]): Answer {
  return missing.length === 0 ? text(200, 'ok') : text(503, missing.join('\n'));
}

function json(value: unknown): Answer {
  return { code: 200, type: 'application/json; charset=utf-8', body: `${JSON.stringify(value, null, 2)}\n` };
}

function text(code: number, line: string): Answer {
  return { code, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

function send(request: IncomingMessage, response: ServerResponse, { code, type, body }: Answer): void {
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(code === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume();
}
