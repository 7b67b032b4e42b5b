import { setMaxListeners } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { ApiError, errorOfAnswer, NO_CREDENTIALS } from './api-error.ts';
import { Connections, type Lane, MOST_SOCKETS } from './connections.ts';
import type { Authorization, Credentials } from './credentials.ts';
import { type Answer, complete, type Endpoint, type Exchange, endpointOf, isSuccess } from './exchange.ts';
import { openWatchStream, type WatchStreamHandler } from './watch-stream.ts';

/** One call of the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
  /** Default: `application/json`. */
  readonly contentType?: string;
  /** Default: `request`. */
  readonly lane?: Lane;
  /** For the call as a whole, with waiting and trying again. Default: 10,000 */
  readonly timeoutMillis?: number;
  /** False where the caller waits and tries again by itself. Default: true. */
  readonly triesAgain?: boolean;
  /** Whether what a success is answered with does not matter: the call resolves with undefined. Default: false. */
  readonly isAnswerSkipped?: boolean;
}

/** What the time is and how it passes; milliseconds, monotonic. */
export interface ClientClock {
  now(): number;
  /** Resolves after a time, or early where the signal is aborted. */
  pass(millis: number, signal: AbortSignal): Promise<void>;
}

const CLOCK: ClientClock = {
  now: () => performance.now(),
  pass: (millis, signal) => after(millis, undefined, { signal }).catch(() => undefined),
};

/** How often a request is sent at most. */
const MOST_ATTEMPTS = 10;
/**
 * So many milliseconds of what a watch tells are taken in together while every connection for requests is in use. What
 * changes ask for would have to wait then anyway, and one by one, between two answers of a busy server, each costs more.
 */
const GATHER = 25;
/** Milliseconds between two looks whether requests are outstanding. */
const LOOK_AGAIN = 10;
/** How long a server that names no time is left alone, in milliseconds. */
const RETRY_AFTER = 1000;

/**
 * The Kubernetes API over connections that are kept open. Waits as long as a server that is too busy says, and keeps its
 * other requests of the same lane waiting too; asks for new credentials when the old ones are refused. Rejects with
 * {@link ApiError} and nothing else.
 */
export class ApiClient {
  readonly #credentials: Credentials;
  readonly #endpoint: Endpoint;
  readonly #clock: ClientClock;
  readonly #connections: Connections;
  readonly #closing = new AbortController();
  /** Until when a lane leaves the server alone. */
  readonly #leftAloneUntil = new Map<Lane, number>();
  #outstanding = 0;
  #idleSince = Number.NEGATIVE_INFINITY;

  constructor(credentials: Credentials, clock: ClientClock = CLOCK) {
    this.#credentials = credentials;
    this.#endpoint = endpointOf(credentials.server);
    this.#clock = clock;
    setMaxListeners(0, this.#closing.signal);
    this.#connections = new Connections(credentials.server.protocol);
  }

  /** Sends a request and returns the JSON value that it is answered with. */
  async request(request: ApiRequest): Promise<unknown> {
    const counts = (request.lane ?? 'request') === 'request';
    if (counts) this.#outstanding++;
    try {
      return await this.#request(request);
    } finally {
      if (counts && --this.#outstanding === 0) this.#idleSince = this.#clock.now();
    }
  }

  /** Begins a watch. Returns a function that ends it, after which the handler is not called. */
  watch(path: string, handler: WatchStreamHandler): () => void {
    const what = `GET ${path}`;
    let isStopped = false;
    let cut = () => {};
    const open = (authorization: Authorization) => {
      if (isStopped) return;
      const told = {
        onOpen: () => handler.onOpen(),
        onMessage: (message: unknown) => handler.onMessage(message),
        onEnd: (error: ApiError | undefined) => {
          if (error?.status === 401) this.#credentials.refresh();
          handler.onEnd(error);
        },
      };
      const exchange = this.#exchange({ method: 'GET', path }, 'watch', authorization);
      cut = openWatchStream(exchange, told, () => this.#gathering());
    };
    this.#authorize(what)
      .then(open)
      .catch((error: unknown) => {
        if (!isStopped) handler.onEnd(asApiError(what, error));
      });
    return () => {
      isStopped = true;
      cut();
    };
  }

  /**
   * Resolves when no request of the lane `request` is outstanding, nor was within so many milliseconds.
   *
   * @param patience the milliseconds after which it resolves in any case
   */
  async idle(quiet = 0, patience = Number.POSITIVE_INFINITY): Promise<void> {
    const deadline = this.#clock.now() + patience;
    while (!this.#closing.signal.aborted) {
      const now = this.#clock.now();
      const quietAt = (this.#outstanding > 0 ? now : this.#idleSince) + quiet;
      if (now >= deadline || (this.#outstanding === 0 && now >= quietAt)) return;
      const next = Math.max(quietAt, now + LOOK_AGAIN);
      await this.#clock.pass(Math.min(next, deadline) - now, this.#closing.signal);
    }
  }

  /** Cuts what is under way; every further call rejects. */
  close(): void {
    this.#closing.abort();
    this.#connections.close();
  }

  async #request(request: ApiRequest): Promise<unknown> {
    const { triesAgain = true, timeoutMillis = 10_000, lane = 'request' } = request;
    const what = `${request.method} ${request.path}`;
    const deadline = this.#clock.now() + timeoutMillis;
    let hasRefreshed = false;
    for (let attempt = 1; ; attempt++) {
      await this.#waitForLane(what, lane, deadline);
      const exchange = this.#exchange(request, lane, await this.#authorize(what));
      const outcome = await this.#attempt(exchange, deadline - this.#clock.now());
      if (!(outcome instanceof ApiError)) return outcome;
      // A server that vanished says nothing on any connection: each one kept would cost a call all its time.
      if (outcome.isUnanswered) this.#connections.cutIdle(lane);
      if (outcome.status === 401) this.#credentials.refresh();
      if (outcome.status === 401 && !hasRefreshed) {
        hasRefreshed = true;
        continue;
      }
      const wait = triesAgain && attempt < MOST_ATTEMPTS ? waitAfter(outcome, request) : undefined;
      if (wait === undefined) throw outcome;
      if (wait > 0) this.#leaveAlone(lane, wait);
      if (this.#clock.now() + wait >= deadline) throw outcome;
    }
  }

  async #attempt(exchange: Exchange, timeoutMillis: number): Promise<unknown> {
    let answer: Answer;
    try {
      answer = await complete(exchange, Math.max(timeoutMillis, 1), this.#closing.signal);
    } catch (error) {
      return asApiError(exchange.what, error);
    }
    const { status, body, retryAfter } = answer;
    if (!isSuccess(status)) return errorOfAnswer(exchange.what, status, body, retryAfter);
    if (exchange.isAnswerSkipped) return undefined;
    try {
      return JSON.parse(body);
    } catch (cause) {
      return new ApiError('Unavailable', `${exchange.what}: the answer is no JSON`, { status, cause });
    }
  }

  /** Until when a watch gathers what has arrived; undefined where it is to take that in at once. */
  #gathering(): Promise<void> | undefined {
    return this.#outstanding < MOST_SOCKETS.request ? undefined : this.#clock.pass(GATHER, this.#closing.signal);
  }

  #leaveAlone(lane: Lane, millis: number): void {
    const until = this.#clock.now() + millis;
    this.#leftAloneUntil.set(lane, Math.max(this.#leftAloneUntil.get(lane) ?? 0, until));
  }

  async #waitForLane(what: string, lane: Lane, deadline: number): Promise<void> {
    this.#checkOpen(what);
    const until = this.#leftAloneUntil.get(lane) ?? 0;
    const millis = until - this.#clock.now();
    if (millis <= 0) return;
    if (until >= deadline) {
      throw new ApiError('Unavailable', `${what}: the server is too busy and asks to be left alone`, {
        retryAfterMillis: millis,
      });
    }
    // Not all at once when the time is over.
    await this.#clock.pass(millis * (1 + Math.random() / 4), this.#closing.signal);
    this.#checkOpen(what);
  }

  async #authorize(what: string): Promise<Authorization> {
    this.#checkOpen(what);
    try {
      return await this.#credentials.authorize();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ApiError('Unavailable', `${what}: no credentials: ${reason}`, { reason: NO_CREDENTIALS, cause });
    }
  }

  #exchange(request: ApiRequest, lane: Lane, authorization: Authorization): Exchange {
    const { method, path, body, contentType, isAnswerSkipped } = request;
    return {
      what: `${method} ${path}`,
      endpoint: this.#endpoint,
      method,
      path,
      authorization,
      agent: this.#connections.agent(lane),
      contentType,
      body: body === undefined ? undefined : JSON.stringify(body),
      isAnswerSkipped,
    };
  }

  #checkOpen(what: string): void {
    if (this.#closing.signal.aborted) throw new ApiError('Unavailable', `${what}: the store is closed`);
  }
}

/** Such as for certificates that do not fit one another, which shows before anything is sent. */
function asApiError(what: string, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ApiError('Unavailable', `${what}: ${reason}`, { cause: error });
}

/** How long to wait before the same request is sent again, in milliseconds; undefined where that is for the caller. */
function waitAfter(error: ApiError, { method }: ApiRequest): number | undefined {
  // A server closes connections that it finds idle too long. A creation may yet have been done: its caller has to look.
  if (error.isStaleConnection && method !== 'POST') return 0;
  if (error.status === 429) return error.retryAfterMillis ?? RETRY_AFTER;
  if (error.status === 503) return error.retryAfterMillis;
  return undefined;
}
