import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Logger } from '../log/logger.ts';
import { type AccessCheck, bearerToken } from './access.ts';
import { formatHttpAddress, type HttpAddress } from './http-address.ts';

/** What the server shows. Each function is called once a request. */
export interface HttpSources {
  readonly registry: Registry;
  /** What is still missing before the daemon does its work, one plain sentence each; empty when ready. */
  notReady(): readonly string[];
  /** What the daemon is doing, as a JSON value. */
  status(): unknown;
}

/** A certificate with those that lead to its authority, and its key; PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** How what the server shows is kept from others. */
export interface HttpSecurity {
  /** Asked before metrics and status are shown; everybody may read them where it is absent. */
  readonly access?: AccessCheck | undefined;
  /** Everything is said over TLS with it; in the clear where it is absent. */
  readonly certificate?: Certificate | undefined;
}

/** A server under way. */
export interface HttpServer {
  /** Where it really listens: with port 0 asked for, the port that the kernel chose. */
  readonly address: HttpAddress;
  /** Shows this certificate to whoever connects from now on. @throws Error where it does not fit its key */
  useCertificate(certificate: Certificate): void;
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
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Listens and answers until stopped.
 *
 * @throws ListenError when the address is taken, not of this machine, or not allowed.
 * @throws Error when the certificate does not fit its key.
 */
export async function startHttpServer(
  address: HttpAddress,
  sources: HttpSources,
  logger: Logger,
  { access, certificate }: HttpSecurity = {},
): Promise<HttpServer> {
  const limits = {
    requestTimeout: REQUEST_TIMEOUT,
    headersTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: 1_000,
  };
  const listener: RequestListener = (request, response) => {
    answer(request, sources, access, logger).then(
      (found) => send(request, response, found),
      (error: unknown) => {
        logger.error('cannot answer a request', { path: request.url, error });
        send(request, response, text(500, 'internal error: see the log'));
      },
    );
  };
  const tls = certificate && createTlsServer({ ...limits, ...certificate, minVersion: 'TLSv1.2' }, listener);
  const server: Server = tls ?? createServer(limits, listener);
  server.keepAliveTimeout = KEEP_ALIVE;
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(REQUEST_TIMEOUT + KEEP_ALIVE);
  await listen(server, address);
  const real: HttpAddress = { host: address.host, port: (server.address() as AddressInfo).port };
  server.on('error', (error) => logger.error('HTTP server failed', { error }));
  logger.info('serving health and metrics', { http: formatHttpAddress(real) });
  return {
    address: real,
    useCertificate: (next) => tls?.setSecureContext({ ...next, minVersion: 'TLSv1.2' }),
    stop: () => close(server),
  };
}

function listen(server: Server, address: HttpAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(listenError(address, error));
    server.once('error', fail);
    // Without a host Node.js takes :: with IPv4 as well, and 0.0.0.0 on a machine without IPv6.
    server.listen({ ...(address.host === '' ? {} : { host: address.host }), port: address.port }, () => {
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

async function answer(
  request: IncomingMessage,
  sources: HttpSources,
  access: AccessCheck | undefined,
  logger: Logger,
): Promise<Answer> {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  const route = ROUTES.get(path);
  if (!route) return text(404, `not found: ask for ${[...ROUTES.keys()].join(', ')}`);
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'method not allowed: GET or HEAD');
  const refusal = access && GUARDED.has(path) ? await refusalOf(request, path, access, logger) : undefined;
  return refusal ?? route(sources);
}

/** Kubelets ask for the others, and show no token. */
const GUARDED: ReadonlySet<string> = new Set(['/metrics', '/status']);

async function refusalOf(
  { headers }: IncomingMessage,
  path: string,
  access: AccessCheck,
  logger: Logger,
): Promise<Answer | undefined> {
  const token = bearerToken(headers.authorization);
  if (token === undefined) return unauthenticated('give a bearer token');
  try {
    const verdict = await access(token, path);
    if (verdict === 'Granted') return undefined;
    if (verdict === 'Unauthenticated') return unauthenticated('the API server does not know this token');
    return text(403, `forbidden: no role of yours allows get on the nonResourceURL ${path}`);
  } catch (error) {
    logger.warn('cannot find out who may read metrics', { path, error });
    return { ...text(503, 'cannot find out whether you may read this: see the log'), headers: { 'retry-after': '10' } };
  }
}

function unauthenticated(reason: string): Answer {
  return { ...text(401, `unauthorized: ${reason}`), headers: { 'www-authenticate': 'Bearer' } };
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

function send(request: IncomingMessage, response: ServerResponse, { code, type, body, headers = {} }: Answer): void {
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    ...(code === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume();
}
