import { CEASE, ERROR, OPEN_ERROR } from '../message/error-codes.ts';
import type { NotificationMessage } from '../message/notification.ts';
import type { ConnectionId, SessionAction } from './action.ts';
import type { PeerConfiguration } from './configuration.ts';
import { asHardReset, type EventDetail, fsmNotification } from './fsm-notification.ts';
import { offeredCapabilities, openMessage } from './negotiation.ts';
import type { Peering } from './peering.ts';
import type { Event, Step } from './state.ts';
import { Timers } from './timers.ts';

/** What the machine cannot know by itself. */
export interface Moment {
  /** Milliseconds on a monotonic clock. */
  readonly now: number;
  /** Factor for timers, uniformly distributed from 0.75 to 1 (RFC 4271 section 10). */
  readonly jitter: number;
}

/** HoldTimer until the peer's OPEN is here (RFC 4271 section 8.2.2), seconds. */
const LARGE_HOLD_TIME = 240;
/** A session that lasted so long was no oscillation, ms. */
const STABLE = 60_000;
/** OPENs without capabilities in a row after a peer has refused them; it may be another one by then, or know better. */
const PLAIN_OPENS = 5;
/** Least SendHoldTime unless configured (RFC 9687 section 6), seconds. */
const SEND_HOLD_TIME = 480;

/**
 * Carries out the steps of transitions for one peer: its counter, its timers, its messages. Steps that concern the peer
 * as a whole are left out for a second connection.
 */
export class Steps {
  readonly timers = new Timers();
  readonly #configuration: PeerConfiguration;
  #actions: SessionAction[] = [];
  #moment: Moment = { now: 0, jitter: 1 };
  #counter = 0;
  #establishedAt = 0;
  #restarting: boolean;
  /** OPENs that are to go without capabilities before they are offered again. */
  #plainOpens = 0;
  #connections: ConnectionId = 0;

  constructor(configuration: PeerConfiguration) {
    this.#configuration = configuration;
    this.#restarting = configuration.gracefulRestart?.restarted ?? false;
  }

  /** ConnectRetryCounter (RFC 4271 section 8). */
  get connectRetryCounter(): number {
    return this.#counter;
  }

  /** From here on actions are collected, at this moment. */
  begin(moment: Moment): void {
    this.#moment = moment;
    this.#actions = [];
  }

  /** What was collected. */
  finish(): readonly SessionAction[] {
    return this.#actions;
  }

  add(...actions: readonly SessionAction[]): void {
    this.#actions.push(...actions);
  }

  /** A name for a new connection. */
  nextConnection(): ConnectionId {
    this.#connections += 1;
    return this.#connections;
  }

  /**
   * RFC 5492 section 3: a peer that knows no optional parameters is asked again without any, where that makes sense. Once a
   * session has ended, and when none comes up like this either, they are offered anew.
   */
  learnFrom({ code, subcode }: NotificationMessage): void {
    const { localAs, families } = this.#configuration;
    const refused = code === ERROR.openMessage && subcode === OPEN_ERROR.unsupportedOptionalParameter;
    if (refused && localAs <= 0xffff && families.includes('IPv4')) this.#plainOpens = PLAIN_OPENS;
  }

  /** Carries out one step of the transition that the event caused. */
  run(step: Step, peering: Peering, secondary: boolean, event: Event, detail: EventDetail): void {
    if (this.#runForPeer(step, peering, secondary)) return;
    const { connection } = peering;
    if (connection === undefined) return;
    switch (step) {
      case 'SendOpen':
        peering.offered = this.#offer();
        this.add({ action: 'Send', connection, message: openMessage(this.#configuration, peering.offered) });
        break;
      case 'SendKeepalive':
        this.add({ action: 'Send', connection, message: { type: 'KEEPALIVE' } });
        break;
      case 'SendNotification':
        this.#sendNotification(peering, connection, event, detail);
        break;
      case 'DropTcpConnection':
        this.add({ action: 'DropTcpConnection', connection });
        peering.connection = undefined;
        peering.session = undefined;
        break;
      case 'ReleaseResources':
        for (const timer of ['HoldTimer', 'KeepaliveTimer', 'SendHoldTimer'] as const) {
          this.add(...this.timers.stop(timer, connection));
        }
        break;
      case 'StartLargeHoldTimer':
        this.add(this.timers.start('HoldTimer', connection, LARGE_HOLD_TIME * 1000));
        break;
      case 'StartNegotiatedTimers':
        this.#restartHoldTimer(peering, connection);
        this.restartKeepaliveTimer(peering);
        break;
      case 'RestartHoldTimer':
        this.#restartHoldTimer(peering, connection);
        break;
      case 'RestartKeepaliveTimer':
        this.restartKeepaliveTimer(peering);
        break;
      case 'StartSendHoldTimer':
        this.restartSendHoldTimer(peering);
        break;
      case 'SessionUp':
        this.#restarting = false;
        this.#establishedAt = this.#moment.now;
        if (peering.session !== undefined) this.add({ action: 'SessionUp', connection, session: peering.session });
        break;
      case 'SessionDown':
        if (this.#moment.now - this.#establishedAt >= STABLE) this.#counter = 0;
        this.#plainOpens = 0;
        this.add({ action: 'SessionDown', connection });
        break;
      default:
        break;
    }
  }

  /** True for a step that concerns the peer and not a connection. */
  #runForPeer(step: Step, peering: Peering, secondary: boolean): boolean {
    const { passive, connectRetryTime } = this.#configuration;
    switch (step) {
      case 'ResetConnectRetryCounter':
        if (!secondary) this.#counter = 0;
        return true;
      case 'IncrementConnectRetryCounter':
        if (!secondary) this.#counter += 1;
        return true;
      case 'StartConnectRetryTimer':
        if (!secondary && !passive)
          this.add(this.timers.start('ConnectRetryTimer', undefined, this.#jittered(connectRetryTime)));
        return true;
      case 'StopConnectRetryTimer':
        if (!secondary) this.add(...this.timers.stop('ConnectRetryTimer', undefined));
        return true;
      case 'StartIdleHoldTimer':
        if (!secondary) this.add(this.timers.start('IdleHoldTimer', undefined, this.#jittered(this.#idleHoldTime())));
        return true;
      case 'StopIdleHoldTimer':
        if (!secondary) this.add(...this.timers.stop('IdleHoldTimer', undefined));
        return true;
      case 'InitiateTcpConnection':
        peering.connection = this.nextConnection();
        peering.direction = 'outgoing';
        this.add({ action: 'InitiateTcpConnection', connection: peering.connection });
        return true;
      default:
        return false;
    }
  }

  /** Restarts the KeepaliveTimer, unless the negotiated HoldTime is zero. */
  restartKeepaliveTimer({ connection, session }: Peering): void {
    if (connection === undefined || session === undefined || session.holdTime === 0) return;
    this.add(this.timers.start('KeepaliveTimer', connection, this.#jittered(session.keepaliveTime)));
  }

  /** Restarts the SendHoldTimer, unless it or the negotiated HoldTime is zero (RFC 9687 section 4.3). */
  restartSendHoldTimer({ connection, session }: Peering): void {
    if (connection === undefined || session === undefined || session.holdTime === 0) return;
    const time = this.#configuration.sendHoldTime ?? Math.max(SEND_HOLD_TIME, 2 * session.holdTime);
    if (time > 0) this.add(this.timers.start('SendHoldTimer', connection, time * 1000));
  }

  #restartHoldTimer({ session }: Peering, connection: ConnectionId): void {
    if (session !== undefined && session.holdTime > 0) {
      this.add(this.timers.start('HoldTimer', connection, session.holdTime * 1000));
    } else {
      this.add(...this.timers.stop('HoldTimer', connection));
    }
  }

  #sendNotification(peering: Peering, connection: ConnectionId, event: Event, detail: EventDetail): void {
    const plain = fsmNotification(peering.state, event, detail);
    if (plain === undefined) return;
    const message = peering.session?.gracefulNotification ? asHardReset(plain) : plain;
    this.add({ action: 'Send', connection, message });
    const collided = plain.code === ERROR.cease && plain.subcode === CEASE.connectionCollisionResolution;
    const failure = { kind: 'NotificationSent', notification: message, detail: detail.detail } as const;
    if (!collided) this.add({ action: 'Report', failure });
  }

  #offer() {
    if (this.#plainOpens === 0) return offeredCapabilities(this.#configuration, this.#restarting);
    this.#plainOpens -= 1;
    return [];
  }

  /** Doubles with each failure in a row, from the first on. */
  #idleHoldTime(): number {
    const { initial, limit } = this.#configuration.idleHoldTime;
    return Math.min(limit, initial * 2 ** Math.min(30, Math.max(0, this.#counter - 1)));
  }

  #jittered(seconds: number): number {
    return seconds * 1000 * this.#moment.jitter;
  }
}
