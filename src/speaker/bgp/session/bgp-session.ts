import type { SessionCause } from '../../../api/reasons/session.ts';
import { describeNotification, type NotificationMessage } from '../message/notification.ts';
import { countRoutes } from '../message/update-decoding.ts';
import type { ConnectionId, Failure, SessionAction, SessionInput } from '../session-state/action.ts';
import type { PeerConfiguration } from '../session-state/configuration.ts';
import { SessionMachine } from '../session-state/session-machine.ts';
import type { State, TimerName } from '../session-state/state.ts';
import { Advertiser, type AdvertiserOptions } from './advertiser.ts';
import type { Carriage } from './carriage.ts';
import { PeerConnections } from './peer-connections.ts';
import { causeOf } from './session-cause.ts';
import type { SessionError } from './session-error.ts';
import { SessionTimers } from './session-timers.ts';
import type { IncomingConnection, SessionTransport } from './session-transport.ts';

export interface BgpSessionOptions extends AdvertiserOptions {
  readonly configuration: PeerConfiguration;
  readonly transport: SessionTransport;
  /** Why the peer gave no answer to an attempt to connect. */
  whyNoAnswer(): { readonly cause: SessionCause; readonly text: string };
  /** {@link BgpSession.state}, {@link BgpSession.lastError} or {@link BgpSession.carriage} has changed, or UPDATEs were written. */
  onChange(): void;
}

/** Drives the state machine of one peer over TCP and a clock, and feeds it the routes. */
export class BgpSession {
  readonly #options: BgpSessionOptions;
  readonly #machine: SessionMachine;
  readonly #timers: SessionTimers;
  readonly #connections: PeerConnections;
  readonly #advertiser: Advertiser;
  readonly #inputs: { readonly input: SessionInput; readonly incoming?: IncomingConnection | undefined }[] = [];
  #handling = false;
  #since: number;
  #lastError: SessionError | undefined;
  #received = 0;

  constructor(options: BgpSessionOptions) {
    this.#options = options;
    const { clock } = options.transport;
    this.#machine = new SessionMachine(options.configuration);
    this.#connections = new PeerConnections({
      transport: options.transport,
      extendedMessages: options.configuration.extendedMessages,
      onInput: (input) => this.#heard(input),
    });
    this.#advertiser = new Advertiser(options, this.#connections);
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
    return this.#advertiser.carriage;
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
    this.#connections.setPassword(password);
  }

  /** Addresses of this node have come or gone: where routes lead elsewhere now, tells the peer so. */
  readdress(): void {
    this.#advertiser.readdress(this.#machine.session);
  }

  /** The routes have changed: tells the peer as far as it reads, a portion a turn. */
  tell(): void {
    this.#advertiser.tell();
  }

  #heard(input: SessionInput): void {
    this.#give(input);
    if (input.event === 'MessagesWritten') this.#advertiser.written(input.connection);
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
      case 'StartTimer':
        this.#timers.start(action.timer, action.connection, action.milliseconds);
        break;
      case 'StopTimer':
        this.#timers.stop(action.timer, action.connection);
        break;
      case 'SessionUp':
        this.#advertiser.begin(action.connection, action.session, this.#options.configuration.localAs);
        break;
      case 'SessionDown':
        this.#advertiser.end();
        break;
      case 'ProcessRouteRefresh':
        this.#advertiser.refresh(action.message, this.#machine.session);
        break;
      case 'ProcessUpdate':
        // Advertise only: what a peer tells is checked, and used for nothing.
        if (this.#machine.session !== undefined) this.#received += countRoutes(action, this.#machine.session).announced;
        break;
      case 'Report':
        this.#fail(action.failure);
        break;
      default:
        this.#connections.carryOut(action, incoming);
    }
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
