import type { SessionCause } from '../../../api/reasons/session.ts';
import type { Address } from '../../../ip/address.ts';
import { SystemError } from '../../../os/system-error.ts';
import type { AdjRibOut } from '../adj-rib-out/adj-rib-out.ts';
import { familyOf } from '../message/address-family.ts';
import { MAX_EXTENDED_MESSAGE_LENGTH, MAX_MESSAGE_LENGTH } from '../message/header.ts';
import { describeNotification, type NotificationMessage } from '../message/notification.ts';
import { REFRESH } from '../message/route-refresh.ts';
import { countRoutes } from '../message/update-decoding.ts';
import type { ConnectionId, Failure, SessionAction, SessionInput } from '../session-state/action.ts';
import type { PeerConfiguration } from '../session-state/configuration.ts';
import type { NegotiatedSession } from '../session-state/negotiation.ts';
import { SessionMachine } from '../session-state/session-machine.ts';
import type { State, TimerName } from '../session-state/state.ts';
import type { Carriage } from './carriage.ts';
import { PeerConnection, type PeerConnectionListener } from './peer-connection.ts';
import { causeOf } from './session-cause.ts';
import type { SessionError } from './session-error.ts';
import { SessionTimers } from './session-timers.ts';
import type { IncomingConnection, SessionTransport } from './session-transport.ts';

export interface BgpSessionOptions {
  readonly configuration: PeerConfiguration;
  readonly transport: SessionTransport;
  /** All that the peer is to be told: complete when the session starts. */
  readonly routes: AdjRibOut;
  /** What it carries over a connection from this address of ours. @param before what it has carried so far */
  carriage(session: NegotiatedSession, local: Address, before: Carriage | undefined): Carriage;
  /** Why the peer gave no answer to an attempt to connect. */
  whyNoAnswer(): { readonly cause: SessionCause; readonly text: string };
  /** {@link BgpSession.state}, {@link BgpSession.lastError} or {@link BgpSession.carriage} has changed, or UPDATEs were written. */
  onChange(): void;
}

/** Octets that may wait for TCP before no more routes are added. */
const MOST_WAITING = 131_072;

/** Octets after which there is a message whole, however short. */
const ONE_MESSAGE = 1;

/** Drives the state machine of one peer over TCP and a clock, and feeds it the routes. */
export class BgpSession {
  readonly #options: BgpSessionOptions;
  readonly #machine: SessionMachine;
  readonly #timers: SessionTimers;
  readonly #connections = new Map<ConnectionId, PeerConnection>();
  readonly #inputs: { readonly input: SessionInput; readonly incoming?: IncomingConnection | undefined }[] = [];
  #handling = false;
  /** The connection that is Established. */
  #established: ConnectionId | undefined;
  #carriage: Carriage | undefined;
  #since: number;
  #lastError: SessionError | undefined;
  #received = 0;
  /** A turn to tell more is coming. */
  #tellsSoon = false;

  constructor(options: BgpSessionOptions) {
    this.#options = options;
    const { clock } = options.transport;
    this.#machine = new SessionMachine(options.configuration);
    this.#timers = new SessionTimers(clock, (timer, connection) => this.#expired(timer, connection));
    this.#since = clock.wall();
  }

  get state(): State {
    return this.#machine.state;
  }

  /** When it came into its state, ms since 1970. */
  get since(): number {
    return this.#since;
  }

  get lastError(): SessionError | undefined {
    return this.#lastError;
  }

  /** Undefined where it is not Established. */
  get carriage(): Carriage | undefined {
    return this.#carriage;
  }

  /** Routes that the peer has told so far. */
  get received(): number {
    return this.#received;
  }

  start(): void {
    this.#give({ event: 'ManualStart' });
  }

  /** Ends it for good. @param notification why; undefined to close without a word (RFC 4724 section 4) */
  stop(notification: NotificationMessage | undefined): void {
    this.#give({ event: 'ManualStop', notification });
    this.#timers.stopAll();
  }

  /** Ends the session; it starts again by itself. */
  reset(notification: NotificationMessage): void {
    this.#give({ event: 'AutomaticStop', notification });
  }

  /** The peer has connected. */
  offer(incoming: IncomingConnection): void {
    this.#give({ event: 'TcpConnectionFromPeer' }, incoming);
  }

  /** Signs what goes over the connections that stand by another key. @throws SystemError */
  setPassword(password: string | undefined): void {
    for (const connection of this.#connections.values()) connection.setPassword(password);
  }

  /** Addresses of this node have come or gone: where routes lead elsewhere now, tells the peer so. */
  readdress(): void {
    const { session } = this.#machine;
    const local = this.#established === undefined ? undefined : this.#connections.get(this.#established)?.local;
    if (session === undefined || local === undefined) return;
    this.#carriage = this.#options.carriage(session, local, this.#carriage);
    this.#options.routes.readdress(this.#carriage.nextHops);
    this.tell();
    this.#options.onChange();
  }

  /** The routes have changed: tells the peer as far as it reads, a portion a turn. */
  tell(): void {
    const connection = this.#established === undefined ? undefined : this.#connections.get(this.#established);
    if (connection === undefined || this.#tellsSoon || connection.waiting >= MOST_WAITING) return;
    if (!this.#tellNext(connection)) return;
    this.#tellsSoon = true;
    this.#options.transport.nextTurn(() => {
      this.#tellsSoon = false;
      this.tell();
    });
  }

  /** Does the next piece of what there is to tell. False where there is none. */
  #tellNext(connection: PeerConnection, limit?: number): boolean {
    const octets = this.#options.routes.take(limit);
    if (octets === undefined || octets.byteLength === 0) return octets !== undefined;
    connection.write(octets);
    this.#options.onChange();
    return true;
  }

  /** Inputs that come while one is carried out wait for its end. */
  #give(input: SessionInput, incoming?: IncomingConnection): void {
    this.#inputs.push({ input, incoming });
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#handle(next);
    } finally {
      this.#handling = false;
    }
  }

  #handle({ input, incoming }: { readonly input: SessionInput; readonly incoming?: IncomingConnection | undefined }) {
    const { clock, random } = this.#options.transport;
    const before = this.#machine.state;
    const moment = { now: clock.monotonic(), jitter: 0.75 + random() / 4 };
    for (const action of this.#machine.handle(input, moment)) this.#carryOut(action, incoming);
    if (this.#machine.state === before) return;
    this.#since = clock.wall();
    this.#options.onChange();
  }

  #carryOut(action: SessionAction, incoming: IncomingConnection | undefined): void {
    switch (action.action) {
      case 'InitiateTcpConnection':
        this.#connect(action.connection);
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
      case 'StartTimer':
        this.#timers.start(action.timer, action.connection, action.milliseconds);
        break;
      case 'StopTimer':
        this.#timers.stop(action.timer, action.connection);
        break;
      case 'Negotiated':
        this.#connections.get(action.connection)?.settle(action.session, this.#options.configuration.extendedMessages);
        break;
      case 'SessionUp':
        this.#up(action.connection, action.session);
        break;
      case 'SessionDown':
        this.#established = undefined;
        this.#carriage = undefined;
        this.#options.routes.end();
        break;
      case 'ProcessRouteRefresh': {
        const { message } = action;
        const family = familyOf(message);
        if (message.subtype !== REFRESH.request || family === undefined) break;
        this.#options.routes.refresh(family, this.#machine.session?.enhancedRouteRefresh ?? false);
        this.tell();
        break;
      }
      case 'ProcessUpdate':
        // Advertise only: what a peer tells is checked, and used for nothing.
        if (this.#machine.session !== undefined) this.#received += countRoutes(action, this.#machine.session).announced;
        break;
      case 'Report':
        this.#fail(action.failure);
        break;
    }
  }

  #connect(connection: ConnectionId): void {
    this.#open(connection, (listener) => this.#options.transport.connect(listener));
  }

  #open(connection: ConnectionId, make: ConstructorParameters<typeof PeerConnection>[0]): void {
    const listener: PeerConnectionListener = {
      onConnected: () => this.#give({ event: 'TcpConnected', connection }),
      onMessage: (decoded) => this.#give({ event: 'Message', connection, decoded }),
      onWritten: () => {
        this.#give({ event: 'MessagesWritten', connection });
        if (connection === this.#established) this.tell();
      },
      onClosed: (reason, code) => {
        this.#connections.delete(connection);
        this.#give({ event: 'TcpConnectionFails', connection, reason, code });
      },
    };
    try {
      this.#connections.set(connection, new PeerConnection(make, listener));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const code = error instanceof SystemError ? error.code : undefined;
      this.#give({ event: 'TcpConnectionFails', connection, reason, code });
    }
  }

  #up(connection: ConnectionId, session: NegotiatedSession): void {
    const { configuration, routes } = this.#options;
    const peer = this.#connections.get(connection);
    const local = peer?.local;
    if (peer === undefined || local === undefined) return;
    this.#established = connection;
    this.#carriage = this.#options.carriage(session, local, undefined);
    routes.begin({
      localAs: configuration.localAs,
      internal: session.internal,
      fourOctetAs: session.fourOctetAs,
      families: session.families,
      nextHops: this.#carriage.nextHops,
      maxMessageLength: session.extendedMessages ? MAX_EXTENDED_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH,
    });
    routes.endInitialUpdate();
    // The peer takes in the first message while the next ones are made.
    this.#tellNext(peer, ONE_MESSAGE);
    this.tell();
  }

  #expired(timer: TimerName, connection: ConnectionId | undefined): void {
    if (timer === 'ConnectRetryTimer' && this.state === 'Connect') {
      const { cause, text } = this.#options.whyNoAnswer();
      this.#note(0, 0, cause, `TCP: ${text}`);
    }
    this.#give({ event: 'TimerExpires', timer, connection });
  }

  #fail(failure: Failure): void {
    const cause = causeOf(failure);
    if (failure.kind === 'TcpConnectionFails') {
      this.#note(0, 0, cause, `TCP: ${failure.reason}`);
      return;
    }
    const { notification, detail } = failure;
    const direction = failure.kind === 'NotificationSent' ? 'sent' : 'received';
    const text = `${direction}: ${describeNotification(notification)}${detail === undefined ? '' : `: ${detail}`}`;
    this.#note(notification.code, notification.subcode, cause, text);
  }

  #note(code: number, subcode: number, cause: SessionCause, text: string): void {
    this.#lastError = { code, subcode, cause, text, at: this.#options.transport.clock.wall() };
    this.#options.onChange();
  }
}
