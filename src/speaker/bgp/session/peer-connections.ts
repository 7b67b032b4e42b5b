import { SystemError } from '../../../os/system-error.ts';
import type { ConnectionId, SessionAction, SessionInput } from '../session-state/action.ts';
import { PeerConnection, type PeerConnectionListener } from './peer-connection.ts';
import type { IncomingConnection, SessionTransport } from './session-transport.ts';

/** What the state machine of a session asks of its connections. */
export type ConnectionAction = Extract<
  SessionAction,
  {
    readonly action:
      | 'InitiateTcpConnection'
      | 'AcceptTcpConnection'
      | 'RefuseTcpConnection'
      | 'DropTcpConnection'
      | 'Send'
      | 'Negotiated';
  }
>;

export interface PeerConnectionsOptions {
  readonly transport: Pick<SessionTransport, 'connect'>;
  /** Whether our OPEN offers extended messages (RFC 8654). */
  readonly extendedMessages: boolean;
  /** Something has happened to a connection. */
  onInput(input: SessionInput): void;
}

/** The TCP connections with one peer: two while it connects as well, until one of them stays (RFC 4271 section 6.8). */
export class PeerConnections {
  readonly #options: PeerConnectionsOptions;
  readonly #connections = new Map<ConnectionId, PeerConnection>();

  constructor(options: PeerConnectionsOptions) {
    this.#options = options;
  }

  /** Undefined for one that is closed. */
  get(connection: ConnectionId): PeerConnection | undefined {
    return this.#connections.get(connection);
  }

  /** @throws SystemError */
  setPassword(password: string | undefined): void {
    for (const connection of this.#connections.values()) connection.setPassword(password);
  }

  /** @param incoming the connection that the action is an answer to */
  carryOut(action: ConnectionAction, incoming: IncomingConnection | undefined): void {
    switch (action.action) {
      case 'InitiateTcpConnection':
        this.#open(action.connection, (listener) => this.#options.transport.connect(listener));
        break;
      case 'AcceptTcpConnection':
        if (incoming !== undefined) this.#open(action.connection, (listener) => incoming.accept(listener));
        break;
      case 'RefuseTcpConnection':
        incoming?.refuse();
        break;
      case 'DropTcpConnection':
        this.#connections.get(action.connection)?.close();
        this.#connections.delete(action.connection);
        break;
      case 'Send':
        this.#connections.get(action.connection)?.send(action.message);
        break;
      case 'Negotiated':
        this.#connections.get(action.connection)?.settle(action.session, this.#options.extendedMessages);
        break;
    }
  }

  #open(connection: ConnectionId, make: ConstructorParameters<typeof PeerConnection>[0]): void {
    const { onInput } = this.#options;
    const listener: PeerConnectionListener = {
      onConnected: () => onInput({ event: 'TcpConnected', connection }),
      onMessage: (decoded) => onInput({ event: 'Message', connection, decoded }),
      onWritten: () => onInput({ event: 'MessagesWritten', connection }),
      onClosed: (reason, code) => {
        this.#connections.delete(connection);
        onInput({ event: 'TcpConnectionFails', connection, reason, code });
      },
    };
    try {
      this.#connections.set(connection, new PeerConnection(make, listener));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const code = error instanceof SystemError ? error.code : undefined;
      onInput({ event: 'TcpConnectionFails', connection, reason, code });
    }
  }
}
