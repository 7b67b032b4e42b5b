import type { DecodedMessage } from '../message/message.ts';
import type { OpenMessage } from '../message/open.ts';
import type { ConnectionId, SessionAction, SessionInput } from './action.ts';
import { survivingDirection } from './collision.ts';
import type { PeerConfiguration } from './configuration.ts';
import type { EventDetail } from './fsm-notification.ts';
import { messageEvent } from './message-event.ts';
import { type NegotiatedSession, negotiate } from './negotiation.ts';
import { idlePeering, incomingPeering, type Peering } from './peering.ts';
import type { Event, State, TimerName } from './state.ts';
import { type Moment, Steps } from './steps.ts';
import { TRANSITIONS } from './transitions.ts';

const TIMER_EVENTS: Readonly<Record<Exclude<TimerName, 'IdleHoldTimer'>, Event>> = {
  ConnectRetryTimer: 'ConnectRetryTimer_Expires',
  HoldTimer: 'HoldTimer_Expires',
  KeepaliveTimer: 'KeepaliveTimer_Expires',
  SendHoldTimer: 'SendHoldTimer_Expires',
};

/**
 * The session with one peer (RFC 4271 section 8): events in, actions out. Holds the state machine of the peer, and beside
 * it at most one for a second connection that the peer has opened, until collision detection (section 6.8) has decided.
 */
export class SessionMachine {
  readonly #configuration: PeerConfiguration;
  readonly #steps: Steps;
  #primary: Peering = idlePeering();
  #secondary: Peering | undefined;

  constructor(configuration: PeerConfiguration) {
    this.#configuration = configuration;
    this.#steps = new Steps(configuration);
  }

  /** The state of the peer; of two connections that of the older one. */
  get state(): State {
    return this.#primary.state;
  }

  /** What was negotiated, while Established. */
  get session(): NegotiatedSession | undefined {
    return this.state === 'Established' ? this.#primary.session : undefined;
  }

  /** How often in a row it went wrong (RFC 4271 section 8, ConnectRetryCounter). */
  get connectRetryCounter(): number {
    return this.#steps.connectRetryCounter;
  }

  /** Takes in what happened and returns what is to be done about it, in order. */
  handle(input: SessionInput, moment: Moment): readonly SessionAction[] {
    this.#steps.begin(moment);
    this.#dispatch(input);
    return this.#steps.finish();
  }

  #dispatch(input: SessionInput): void {
    switch (input.event) {
      case 'ManualStart':
        this.#fire(
          this.#primary,
          this.#configuration.passive ? 'ManualStart_with_PassiveTcpEstablishment' : 'ManualStart',
        );
        break;
      case 'ManualStop':
      case 'AutomaticStop':
        if (this.#secondary !== undefined) this.#fire(this.#secondary, input.event, input);
        this.#fire(this.#primary, input.event, input);
        break;
      case 'TimerExpires':
        this.#expire(input.timer, input.connection);
        break;
      case 'TcpConnectionFromPeer':
        this.#accept();
        break;
      default:
        this.#onConnection(input);
    }
  }

  #expire(timer: TimerName, connection: ConnectionId | undefined): void {
    if (!this.#steps.timers.expire(timer, connection)) return;
    if (timer === 'IdleHoldTimer') {
      const start = 'AutomaticStart_with_DampPeerOscillations' as const;
      this.#fire(this.#primary, this.#configuration.passive ? `${start}_and_PassiveTcpEstablishment` : start);
      return;
    }
    const peering = connection === undefined ? this.#primary : this.#find(connection);
    if (peering !== undefined) this.#fire(peering, TIMER_EVENTS[timer]);
  }

  #onConnection(
    input: Extract<SessionInput, { event: 'TcpConnected' | 'TcpConnectionFails' | 'Message' | 'MessagesWritten' }>,
  ): void {
    const peering = this.#find(input.connection);
    if (peering === undefined) return;
    switch (input.event) {
      case 'TcpConnected':
        if (peering.state === 'Connect') this.#fire(peering, 'Tcp_CR_Acked');
        break;
      case 'TcpConnectionFails':
        this.#steps.add({
          action: 'Report',
          failure: { kind: 'TcpConnectionFails', reason: input.reason, code: input.code },
        });
        this.#fire(peering, 'TcpConnectionFails');
        break;
      case 'MessagesWritten':
        if (peering.state !== 'Established') return;
        this.#steps.restartKeepaliveTimer(peering);
        this.#steps.restartSendHoldTimer(peering);
        break;
      case 'Message':
        this.#receive(peering, input.decoded);
        break;
    }
  }

  /** RFC 4271 section 8.2.1: an incoming connection gets a state machine of its own, unless the peer's waits for it. */
  #accept(): void {
    const primary = this.#primary;
    const { steps } = TRANSITIONS[primary.state].TcpConnectionConfirmed;
    if (steps.length === 0) {
      this.#steps.add({ action: 'RefuseTcpConnection' });
      return;
    }
    const connection = this.#steps.nextConnection();
    this.#steps.add({ action: 'AcceptTcpConnection', connection });
    const incoming = incomingPeering(connection);
    if (!steps.includes('TrackConnection')) this.#primary = incoming;
    else if (this.#hasRestarted(primary)) this.#giveUpSilently(primary, incoming);
    else this.#track(incoming);
    this.#fire(incoming, 'TcpConnectionConfirmed');
  }

  /** RFC 4724 section 5: a peer that restarts gracefully and connects again has lost the session that we still see. */
  #hasRestarted({ state, session }: Peering): boolean {
    return state === 'Established' && (session?.peerRestart?.families.length ?? 0) > 0;
  }

  #giveUpSilently(established: Peering, incoming: Peering): void {
    if (this.#secondary !== undefined) this.#fire(this.#secondary, 'OpenCollisionDump');
    for (const step of ['SessionDown', 'ReleaseResources', 'DropTcpConnection', 'ResetConnectRetryCounter'] as const) {
      this.#steps.run(step, established, false, 'TcpConnectionConfirmed', {});
    }
    this.#primary = incoming;
  }

  /** One second connection at most: a peer that opens another one has given up the one before. */
  #track(incoming: Peering): void {
    if (this.#secondary !== undefined) this.#fire(this.#secondary, 'OpenCollisionDump');
    this.#secondary = incoming;
  }

  #receive(peering: Peering, decoded: DecodedMessage): void {
    const { event, detail } = messageEvent(decoded);
    if (!decoded.ok) {
      this.#fire(peering, event, detail);
      return;
    }
    const { message } = decoded;
    if (message.type === 'OPEN' && peering.state === 'OpenSent') {
      this.#receiveOpen(peering, message);
      return;
    }
    if (message.type === 'NOTIFICATION') {
      this.#steps.learnFrom(message);
      this.#steps.add({ action: 'Report', failure: { kind: 'NotificationReceived', notification: message } });
    }
    if (message.type === 'KEEPALIVE' && peering.state === 'OpenConfirm') this.#prefer(peering);
    const { steps } = this.#fire(peering, event, detail);
    if (message.type === 'UPDATE' && steps.includes('ProcessUpdate')) {
      const { treatAsWithdraw = false, faults = [] } = decoded;
      this.#steps.add({ action: 'ProcessUpdate', message, treatAsWithdraw, faults });
    }
    if (message.type === 'ROUTE-REFRESH' && steps.includes('ProcessRouteRefresh')) {
      this.#steps.add({ action: 'ProcessRouteRefresh', message });
    }
  }

  #receiveOpen(peering: Peering, open: OpenMessage): void {
    const negotiation = negotiate(this.#configuration, peering.offered, open);
    if (!negotiation.ok) {
      const { notification, detail } = negotiation;
      this.#fire(peering, 'BGPOpenMsgErr', { notification, detail, messageType: 'OPEN' });
      return;
    }
    const other = this.#other(peering);
    if (other !== undefined && !this.#survives(peering, other, negotiation.session)) {
      this.#fire(peering, 'OpenCollisionDump');
      return;
    }
    if (other?.state === 'OpenConfirm') this.#replace(other, peering);
    peering.session = negotiation.session;
    const { connection } = peering;
    if (connection !== undefined) this.#steps.add({ action: 'Negotiated', connection, ...negotiation });
    this.#fire(peering, 'BGPOpen', { messageType: 'OPEN' });
  }

  /** RFC 4271 section 6.8: whether the connection over which an OPEN came stays beside or instead of the other one. */
  #survives({ direction }: Peering, other: Peering, { peerIdentifier, peerAs }: NegotiatedSession): boolean {
    if (other.state === 'Established') return false;
    if (other.state !== 'OpenConfirm') return true;
    const { bgpIdentifier, localAs } = this.#configuration;
    const local = { identifier: bgpIdentifier, asNumber: localAs };
    return direction === survivingDirection(local, { identifier: peerIdentifier, asNumber: peerAs });
  }

  /**
   * The connection is about to be Established. Another one that waits for its OPEN may go on: should the peer have
   * decided for that, it is needed. One that is not there yet is not.
   */
  #prefer(winner: Peering): void {
    const other = this.#other(winner);
    if (other === undefined) return;
    if (other.state !== 'OpenSent') this.#replace(other, winner);
    else if (winner !== this.#primary) this.#promote();
  }

  /** Closes the one connection, so that the other one is the peer's. */
  #replace(loser: Peering, winner: Peering): void {
    if (winner !== this.#primary) this.#promote();
    this.#fire(loser, 'OpenCollisionDump');
  }

  /** The second connection becomes the peer's, and what was the peer's the second. */
  #promote(): void {
    const secondary = this.#secondary;
    if (secondary === undefined) return;
    this.#secondary = this.#primary;
    this.#primary = secondary;
    this.#steps.add(...this.#steps.timers.stop('ConnectRetryTimer', undefined));
    this.#steps.add(...this.#steps.timers.stop('IdleHoldTimer', undefined));
  }

  #fire(peering: Peering, event: Event, detail: EventDetail = {}): { readonly steps: readonly string[] } {
    const transition = TRANSITIONS[peering.state][event];
    const secondary = peering === this.#secondary;
    for (const step of transition.steps) this.#steps.run(step, peering, secondary, event, detail);
    peering.state = transition.to;
    if (peering.connection === undefined && this.#secondary !== undefined) {
      // The peer's own connection is gone while a second one stands: go on with that.
      if (!secondary) this.#promote();
      this.#secondary = undefined;
    }
    return transition;
  }

  #find(connection: ConnectionId): Peering | undefined {
    if (this.#primary.connection === connection) return this.#primary;
    return this.#secondary?.connection === connection ? this.#secondary : undefined;
  }

  #other(peering: Peering): Peering | undefined {
    return peering === this.#primary ? this.#secondary : this.#primary;
  }
}
