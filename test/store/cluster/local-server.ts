import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credentials } from '../../../src/store/cluster/credentials.ts';

/** What becomes of one request. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on this machine that does what a test says; not a Kubernetes API server. */
export class LocalServer {
  /** What becomes of the next requests, one each; the last serves all further ones. */
  handles: Handle[] = [];
  requests: { readonly method: string; readonly authorization: string; readonly port: number }[] = [];
  /** How often the client has asked for new credentials. */
  refreshed = 0;

  private constructor(readonly server: Server) {}

  static async start(): Promise<LocalServer> {
    const server = createServer();
    const local = new LocalServer(server);
    server.on('request', (request, response) => local.#handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return local;
  }

  get credentials(): Credentials {
    return {
      server: new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`),
      authorize: async () => ({ headers: { authorization: `Bearer ${this.refreshed}` }, tls: {} }),
      refresh: () => {
        this.refreshed++;
      },
    };
  }

  connections(): Promise<number> {
    return new Promise((resolve) => this.server.getConnections((_, count) => resolve(count)));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', headers, socket } = request;
    this.requests.push({ method, authorization: String(headers.authorization), port: socket.remotePort ?? 0 });
    request.resume();
    const handle = this.handles.length > 1 ? this.handles.shift() : this.handles[0];
    handle?.(request, response);
  }
}

/** Answers with a JSON value. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A `metav1.Status`. */
export function status(code: number, reason: string) {
  return { kind: 'Status', code, reason, message: `it is ${reason}` };
}
