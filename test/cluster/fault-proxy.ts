import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from './certificates.ts';

/** What becomes of a request. */
export type Fault =
  /** The connection is reset, or ended in good order, instead of an answer. */
  | { readonly do: 'reset' | 'end' }
  /** Nothing comes. */
  | { readonly do: 'stall' }
  /** It is passed on to the server only then. */
  | { readonly do: 'hold'; readonly until: Promise<void> }
  /** The proxy answers by itself; with a `metav1.Status` of this reason. */
  | { readonly do: 'answer'; readonly status: number; readonly reason?: string; readonly retryAfter?: number }
  /** The server's answer begins and breaks off after so many bytes of it. */
  | { readonly do: 'cut'; readonly after: number };

/** A request as the proxy saw it. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Monotonic, in milliseconds. */
  readonly at: number;
}

interface Rule {
  readonly matches: (seen: SeenRequest) => boolean;
  readonly fault: Fault;
}

/** Picks watches, or lists. */
export const isWatch = ({ path }: SeenRequest): boolean => path.includes('watch=true');
export const isList = (seen: SeenRequest): boolean => seen.method === 'GET' && !isWatch(seen);

/**
 * Stands in front of an API server and does to its clients what networks and busy servers do. It speaks plain HTTP, as
 * `kubectl proxy` does, and is always the same user to the server.
 */
export class FaultProxy {
  readonly seen: SeenRequest[] = [];
  readonly #watches = new Set<{ readonly response: ServerResponse; readonly upstream: IncomingMessage }>();
  #rules: readonly Rule[] = [];
  #opened = 0;

  private constructor(
    readonly url: string,
    readonly server: Server,
    readonly agent: Agent,
  ) {}

  static async start(apiServer: string, authority: string, user: KeyPair): Promise<FaultProxy> {
    const agent = new Agent({ keepAlive: true, ca: authority, cert: user.certificate, key: user.key });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new FaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, agent);
    server.on('request', (incoming, response) => proxy.#handle(apiServer, incoming, response));
    server.on('connection', () => proxy.#opened++);
    return proxy;
  }

  /** From now on this becomes of the requests that match. Returns a function that ends it. */
  inject(fault: Fault, matches: (seen: SeenRequest) => boolean = () => true): () => void {
    const rule = { fault, matches };
    this.#rules = [...this.#rules, rule];
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
    };
  }

  /** Nothing becomes of any request any more, whoever injected it. */
  heal(): void {
    this.#rules = [];
  }

  /** How many watches are under way. */
  get watches(): number {
    return this.#watches.size;
  }

  /** How many connections clients have opened so far. */
  get opened(): number {
    return this.#opened;
  }

  /** How many connections clients have open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  /** Sends a line of its own in all watches. */
  say(message: unknown): void {
    for (const { response } of this.#watches) {
      if (!response.writableEnded) response.write(`${JSON.stringify(message)}\n`);
    }
  }

  /** Resets the connections of all watches. */
  resetWatches(): void {
    for (const { response } of this.#watches) response.socket?.resetAndDestroy();
  }

  /** From now on nothing comes in the watches that are under way, and nobody says why. */
  silenceWatches(): void {
    for (const { upstream } of this.#watches) upstream.pause();
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #handle(apiServer: string, incoming: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url: path = '/' } = incoming;
    const seen = { method, path, at: performance.now() };
    this.seen.push(seen);
    // A client that has gone is what this is about.
    incoming.on('error', () => {});
    response.on('error', () => {});
    const fault = this.#rules.find(({ matches }) => matches(seen))?.fault;
    if (fault?.do === 'reset') incoming.socket.resetAndDestroy();
    else if (fault?.do === 'end') incoming.socket.destroy();
    else if (fault?.do === 'answer') answer(response, fault);
    else if (fault?.do === 'hold') void fault.until.then(() => this.#forward(apiServer, incoming, response, seen));
    else if (fault?.do !== 'stall')
      this.#forward(apiServer, incoming, response, seen, fault?.do === 'cut' ? fault : undefined);
  }

  #forward(
    apiServer: string,
    incoming: IncomingMessage,
    response: ServerResponse,
    seen: SeenRequest,
    cut?: Extract<Fault, { do: 'cut' }>,
  ): void {
    const { host: _, ...headers } = incoming.headers;
    const outgoing = request(new URL(seen.path, apiServer), { method: seen.method, headers, agent: this.agent });
    outgoing.on('error', () => incoming.socket.destroy());
    response.on('close', () => outgoing.destroy());
    outgoing.on('response', (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      response.flushHeaders();
      const watch = { response, upstream };
      if (isWatch(seen)) this.#watches.add(watch);
      response.on('close', () => this.#watches.delete(watch));
      let left = cut?.after ?? Number.POSITIVE_INFINITY;
      upstream.on('data', (chunk: Buffer) => {
        if (left <= 0) return;
        if (chunk.length < left) response.write(chunk);
        else response.write(chunk.subarray(0, left), () => response.destroy());
        left -= chunk.length;
      });
      upstream.on('end', () => {
        if (left > 0) response.end();
      });
      upstream.on('error', () => response.destroy());
    });
    incoming.pipe(outgoing);
  }
}

function answer(response: ServerResponse, { status, reason, retryAfter }: Extract<Fault, { do: 'answer' }>): void {
  // A watch that ends at once.
  if (status === 200) {
    response.writeHead(200, { 'content-type': 'application/json' }).end();
    return;
  }
  const headers = {
    'content-type': 'application/json',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  };
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason, message: `${reason}` };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
