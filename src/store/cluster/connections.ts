import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/**
 * Requests that share connections: watches, which keep theirs for minutes; everything else; the Lease, which must not
 * wait behind anything; and events, behind which nothing must wait.
 */
export type Lane = 'watch' | 'request' | 'lease' | 'event';

/** How many connections each lane may open. Eight reach 97 % of the status writes that an API server can take. */
const MOST_SOCKETS: Readonly<Record<Lane, number>> = { watch: 64, request: 8, lease: 2, event: 1 };

/** TCP keep-alive starts after this many milliseconds of silence, which finds a peer that has vanished. */
const KEEP_ALIVE = 30_000;

/**
 * Connections to one server. Node.js names the sockets that requests may share by all that the requests show, certificates
 * included, and makes the name anew five times a request; these show the same most of the time. And it looks through the
 * headers of each answer for how long the server will keep the connection, which an API server does not tell, and
 * turns TCP keep-alive on anew.
 */
class OneServerAgent extends HttpsAgent {
  #last: RequestOptions = {};
  #name = '';
  readonly #kept = new WeakSet<Duplex>();

  override getName(options: RequestOptions = {}): string {
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const last = this.#last;
    const isSame = last.ca === ca && last.cert === cert && last.key === key && last.servername === servername;
    if (isSame && last.rejectUnauthorized === rejectUnauthorized && this.#name !== '') return this.#name;
    this.#last = { ca, cert, key, servername, rejectUnauthorized };
    this.#name = super.getName(options);
    return this.#name;
  }

  /** False where the connection is not to be kept. */
  override keepSocketAlive(socket: Duplex): boolean {
    if (this.#kept.has(socket)) {
      if (socket instanceof TLSSocket) socket.unref();
      return true;
    }
    this.#kept.add(socket);
    return (super.keepSocketAlive(socket) as unknown) !== false;
  }
}

/** The connections to one API server, kept open between requests. */
export class Connections {
  readonly #agents: Readonly<Record<Lane, HttpAgent>>;

  /** @param protocol `https:`, or `http:` as behind `kubectl proxy` */
  constructor(protocol: string) {
    const agent = (lane: Lane) =>
      new (protocol === 'http:' ? HttpAgent : OneServerAgent)({
        keepAlive: true,
        keepAliveMsecs: KEEP_ALIVE,
        maxSockets: MOST_SOCKETS[lane],
        scheduling: 'lifo',
      });
    this.#agents = { watch: agent('watch'), request: agent('request'), lease: agent('lease'), event: agent('event') };
  }

  agent(lane: Lane): HttpAgent {
    return this.#agents[lane];
  }

  /** Cuts all of them. */
  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}
