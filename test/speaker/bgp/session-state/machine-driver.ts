import type { DecodedMessage, Message } from '../../../../src/speaker/bgp/message/message.ts';
import type { SessionAction, SessionInput } from '../../../../src/speaker/bgp/session-state/action.ts';
import type { PeerConfiguration } from '../../../../src/speaker/bgp/session-state/configuration.ts';
import { offeredCapabilities, openMessage } from '../../../../src/speaker/bgp/session-state/negotiation.ts';
import { SessionMachine } from '../../../../src/speaker/bgp/session-state/session-machine.ts';
import type { State, TimerName } from '../../../../src/speaker/bgp/session-state/state.ts';
import { configuration, PEER } from './peers.ts';

/** The OPEN of a peer. */
export const openOf = (peer: PeerConfiguration) => openMessage(peer, offeredCapabilities(peer, false));

/** A machine with a clock that is turned by hand, and a short text for every action. */
export class MachineDriver {
  readonly machine: SessionMachine;
  now = 0;
  jitter = 1;
  actions: readonly SessionAction[] = [];

  constructor(changes: Partial<PeerConfiguration> = {}) {
    this.machine = new SessionMachine(configuration(changes));
  }

  /** Hands in an event and returns what came of it. */
  give(input: SessionInput): readonly string[] {
    this.actions = this.machine.handle(input, { now: this.now, jitter: this.jitter });
    return this.actions.map(textOf);
  }

  receive(connection: number, message: Message): readonly string[] {
    return this.give({ event: 'Message', connection, decoded: { ok: true, message } as DecodedMessage });
  }

  expire(timer: TimerName, connection?: number): readonly string[] {
    return this.give({ event: 'TimerExpires', timer, connection });
  }

  /** Goes to a state on connection 1, which we open. */
  to(state: Exclude<State, 'Idle' | 'Active'>, peer: PeerConfiguration = PEER): this {
    this.give({ event: 'ManualStart' });
    if (state === 'Connect') return this;
    this.give({ event: 'TcpConnected', connection: 1 });
    if (state === 'OpenSent') return this;
    this.receive(1, openOf(peer));
    if (state === 'OpenConfirm') return this;
    this.receive(1, { type: 'KEEPALIVE' });
    return this;
  }
}

/** Such as `Send 1 NOTIFICATION 6/2` or `StartTimer 1 HoldTimer 90000`. */
export function textOf(action: SessionAction): string {
  switch (action.action) {
    case 'Send': {
      const { message } = action;
      const code = message.type === 'NOTIFICATION' ? ` ${message.code}/${message.subcode}` : '';
      return `Send ${action.connection} ${message.type}${code}`;
    }
    case 'StartTimer':
      return `StartTimer ${action.connection ?? 'peer'} ${action.timer} ${action.milliseconds}`;
    case 'StopTimer':
      return `StopTimer ${action.connection ?? 'peer'} ${action.timer}`;
    case 'Report':
      return `Report ${action.failure.kind}`;
    default:
      return 'connection' in action ? `${action.action} ${action.connection}` : action.action;
  }
}
