import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';

/**
 * Requests that share connections: watches, which keep theirs for minutes; everything else; the Lease, which must not
 * wait behind anything; and events, behind which nothing must wait.
 */
export type Lane = 'watch' | 'request' | 'lease' | 'event';

/** How many connections each lane may open. Eight reach 97 % of the status writes that an API server can take. */
export const MOST_SOCKETS: Readonly<Record<Lane, number>> = { watch: 64, request: 8, lease: 2, event: 1 };

/** TCP keep-alive starts after this many milliseconds of silence, which finds a peer that has vanished. */
const KEEP_ALIVE = 30_000;

/** Whether two requests may share connections, as far as one server and one client differ. */
function showsTheSame(a: RequestOptions, b: RequestOptions): boolean {
  return (
    a.ca === b.ca &&
    a.cert === b.cert &&
    a.key === b.key &&
    a.servername === b.servername &&
    a.rejectUnauthorized === b.rejectUnauthorized
  );
}

/**
 * What all connections that show the same have in common: certificates that have been read once, and a TLS session that a
 * further connection resumes (RFC 8446 section 2.2). Of some thirty connections at a start these two are half the cost.
 */
class TlsBeginning {
  #options: RequestOptions = {};
  #context: SecureContext | undefined;
  #session: Buffer | undefined;

  /** @throws Error where the certificates do not fit one another */
  of(options: RequestOptions): ConnectionOptions {
    if (this.#context === undefined || !showsTheSame(this.#options, options)) {
      this.#session = undefined;
      this.#context = createSecureContext(options);
      this.#options = options;
    }
    return { secureContext: this.#context, session: this.#session };
  }

  /** Keeps what a connection leaves for others to resume, until one breaks. */
  follow(socket: Duplex | null | undefined): void {
    const context = this.#context;
    socket?.on('session', (session: Buffer) => {
      if (this.#context === context) this.#session = session;
    });
    socket?.once('close', (hasFailed: boolean) => {
      if (hasFailed) this.#session = undefined;
    });
  }
}

/**
 * Connections to one server. Node.js names the sockets that requests may share by all that the requests show, certificates
 * included, and makes the name anew five times a request; these show the same most of the time. And it looks through the
 * headers of each answer for how long the server will keep the connection, which an API server does not tell, and
 * turns TCP keep-alive on anew.
 */
class OneServerAgent extends HttpsAgent {
  readonly #beginning: TlsBeginning;
  #last: RequestOptions = {};
  #name = '';
  readonly #kept = new WeakSet<Duplex>();

  constructor(options: AgentOptions, beginning: TlsBeginning) {
    super(options);
    this.#beginning = beginning;
  }

  override getName(options: RequestOptions = {}): string {
    if (this.#name !== '' && showsTheSame(this.#last, options)) return this.#name;
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    this.#last = { ca, cert, key, servername, rejectUnauthorized };
    this.#name = super.getName(options);
    return this.#name;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const begun = { ...options, ...this.#beginning.of(options) };
    const socket = super.createConnection(begun, callback);
    // Node.js does this by itself without TLS, and with TLS after the first answer: that of a watch has no end.
    if (socket instanceof TLSSocket) socket.once('connect', () => socket.setKeepAlive(true, KEEP_ALIVE));
    this.#beginning.follow(socket);
    return socket;
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
    const beginning = new TlsBeginning();
    const agent = (lane: Lane) => {
      const options = {
        keepAlive: true,
        keepAliveMsecs: KEEP_ALIVE,
        maxSockets: MOST_SOCKETS[lane],
        scheduling: 'lifo',
      } as const;
      return protocol === 'http:' ? new HttpAgent(options) : new OneServerAgent(options, beginning);
    };
    this.#agents = { watch: agent('watch'), request: agent('request'), lease: agent('lease'), event: agent('event') };
  }

  agent(lane: Lane): HttpAgent {
    return this.#agents[lane];
  }

  /** Cuts those of a lane on which nothing is under way. */
  cutIdle(lane: Lane): void {
    for (const sockets of Object.values(this.#agents[lane].freeSockets)) {
      for (const socket of [...(sockets ?? [])]) socket.destroy();
    }
  }

  /** Cuts all of them. */
  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}
