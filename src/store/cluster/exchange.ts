import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ApiError } from './api-error.ts';
import type { Authorization } from './credentials.ts';

/** Where requests go. Worked out once: to take a URL apart costs a tenth of a request. */
export interface Endpoint {
  readonly isPlain: boolean;
  /** A name or an IP address, without brackets. */
  readonly host: string;
  readonly port: string | number;
  /** The header `Host` (RFC 9110 section 7.2). */
  readonly authority: string;
  /** What TLS asks for (RFC 6066 section 3): nothing where the host is an IP address. */
  readonly servername: string;
  /** Of every path. */
  readonly prefix: string;
}

export function endpointOf({ protocol, hostname, host: authority, port, pathname }: URL): Endpoint {
  const isPlain = protocol === 'http:';
  const host = hostname.replace(/^\[|\]$/g, '');
  // What else a URL has for a host than these is a name (WHATWG URL, host parsing).
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  const servername = isAddress ? '' : host;
  return {
    isPlain,
    host,
    port: port || (isPlain ? 80 : 443),
    authority,
    servername,
    prefix: pathname.replace(/\/$/, ''),
  };
}

/** One HTTP request, ready to be sent. */
export interface Exchange {
  /** What it does, for messages, such as `GET /api/v1/services`. */
  readonly what: string;
  readonly endpoint: Endpoint;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: Authorization;
  readonly agent: Agent;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** Whether the body of a success is thrown away as it arrives. */
  readonly isAnswerSkipped?: boolean | undefined;
}

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  /** Only of a refusal: Node.js makes headers of what was received when they are first looked at. */
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** Opens a request and sends it. The caller listens for `response` and `error`. */
export function send(exchange: Exchange): ClientRequest {
  const { endpoint, method, path, authorization, agent, body, contentType } = exchange;
  const { isPlain, host, port, authority, servername, prefix } = endpoint;
  // A list, which Node.js writes out as it is: members it checks and files one by one.
  const headers = ['host', authority, 'accept', 'application/json', 'user-agent', 'berth'];
  for (const [name, value] of Object.entries(authorization.headers)) headers.push(name, value);
  if (body !== undefined) {
    headers.push('content-type', contentType ?? 'application/json');
    headers.push('content-length', String(Buffer.byteLength(body)));
  }
  const options = { host, port, method, path: `${prefix}${path}`, headers, agent };
  const request = isPlain ? requestHttp(options) : requestHttps({ servername, ...options, ...authorization.tls });
  request.end(body);
  return request;
}

/**
 * Sends a request and waits for the whole answer, whatever its status.
 *
 * @throws ApiError `Unavailable` where there is no answer, half of one, or none in time.
 */
export function complete(exchange: Exchange, timeoutMillis: number, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send(exchange);
    let hasAnswer = false;
    let isLate = false;
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      settle();
    };
    const fail = (cause: Error) =>
      finish(() => reject(failureOf(exchange.what, cause, request, { hasAnswer, isLate })));
    // Whole ones: Node.js keeps a list for each length of time that differs.
    const millis = Math.ceil(timeoutMillis);
    const timer = setTimeout(() => {
      isLate = true;
      request.destroy(new Error(`no answer within ${Math.round(millis / 100) / 10} s`));
    }, millis);
    const abort = () => request.destroy(new Error('the store is closed'));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    request.on('error', fail);
    request.on('response', (response) => {
      hasAnswer = true;
      const status = response.statusCode ?? 0;
      const isSkipped = exchange.isAnswerSkipped === true && isSuccess(status);
      (isSkipped ? skipBody(response) : readBody(response)).then((body) => {
        const retryAfter = isSuccess(status) ? undefined : response.headers['retry-after'];
        finish(() => resolve({ status, retryAfter, body }));
      }, fail);
    });
  });
}

/** The text of an answer. Rejects where it breaks off. Without async iteration, which costs more than the rest of a request. */
export function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () =>
      resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString('utf8') ?? ''),
    );
    response.on('close', () => {
      if (!response.complete) reject(new Error('the answer broke off'));
    });
  });
}

/** Waits for the end of an answer. Rejects where it breaks off. */
function skipBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    response.resume();
    response.on('error', reject);
    response.on('end', () => resolve(''));
    response.on('close', () => {
      if (!response.complete) reject(new Error('the answer broke off'));
    });
  });
}

/** Whether an HTTP status says that what was asked for was done. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** The error for a request that got no answer, or half of one. */
export function failureOf(
  what: string,
  cause: Error,
  request: ClientRequest,
  { hasAnswer, isLate = false }: { readonly hasAnswer: boolean; readonly isLate?: boolean },
): ApiError {
  const code = 'code' in cause ? cause.code : undefined;
  const isStaleConnection =
    request.reusedSocket && !hasAnswer && (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED');
  return new ApiError('Unavailable', `${what}: ${cause.message || code || 'the connection failed'}`, {
    isStaleConnection,
    isUnanswered: isLate && !hasAnswer,
    cause,
  });
}
