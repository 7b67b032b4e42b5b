import { parseAddress } from '../../../src/ip/address.ts';
import type { TcpConnection, TcpListenerOfOne } from '../../../src/os/tcp-connection.ts';
import { AdjRibOut } from '../../../src/speaker/bgp/adj-rib-out/adj-rib-out.ts';
import { BgpSession } from '../../../src/speaker/bgp/session/bgp-session.ts';
import { ManualClock } from '../../speaker/manual-clock.ts';
import type { Fault, Stage } from './fault.ts';
import { capabilities, KEEPALIVE, open, TYPE, usualCapabilities } from './octets.ts';
import { OURS, STRANGER } from './valid.ts';

/** A message as it went out. */
export interface Sent {
  readonly type: number;
  /** What follows the header. */
  readonly body: Uint8Array;
}

const LOCAL = parseAddress('192.0.2.11');
const HOLD_TIME = 90;
/** Longer than the IdleHoldTime and the ConnectRetryTime. */
const LONG_ENOUGH = 20_000;
const SECOND = 1000;
/** The capability of RFC 6793. */
const FOUR_OCTET_AS = 65;

/** A session of ours with a stranger, over a TCP that is none. */
export class FuzzedSession {
  readonly clock = new ManualClock();
  readonly session: BgpSession;
  /** The AS that the stranger has to be in. */
  readonly asNumber: number;
  #listener: TcpListenerOfOne | undefined;
  #sent: Uint8Array[] = [];
  #ended = true;
  readonly #isOld: boolean;

  constructor({ isInternal = false, isOld = false }: Pick<Fault, 'isInternal' | 'isOld'> = {}) {
    this.#isOld = isOld;
    this.asNumber = isInternal ? OURS.asNumber : STRANGER.asNumber;
    this.session = new BgpSession({
      configuration: {
        localAs: OURS.asNumber,
        peerAs: this.asNumber,
        bgpIdentifier: OURS.identifier,
        holdTime: HOLD_TIME,
        connectRetryTime: 10,
        // Else it would be away for a minute most of the time.
        idleHoldTime: { initial: 1, limit: 1 },
        passive: false,
        families: ['IPv4', 'IPv6'],
        extendedNextHop: false,
        extendedMessages: false,
      },
      transport: {
        clock: this.clock,
        random: () => 0.5,
        nextTurn: (piece) => this.clock.nextTurn(piece),
        connect: (listener) => this.#connect(listener),
      },
      routes: new AdjRibOut(),
      carriage: () => ({ nextHops: new Map([['IPv4', [LOCAL]]]), notCarried: [] }),
      whyNoAnswer: () => ({ cause: 'NoAnswer', text: 'nobody answers' }),
      onChange: () => {},
    });
    this.session.start();
  }

  /** Whether our side has closed the connection. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Goes to where the session is to stand, over a connection of its own unless it stands there. */
  to(stage: Stage): void {
    if (this.session.state === stage && !this.#ended) return;
    if (!this.#ended) {
      this.#ended = true;
      this.#listener?.onClosed('closed by the peer', undefined);
    }
    for (let waited = 0; this.#ended && waited < LONG_ENOUGH; waited += SECOND) this.clock.advance(SECOND);
    this.#listener?.onConnected();
    if (stage !== 'OpenSent') {
      const asNumber = this.asNumber;
      const all = usualCapabilities(asNumber);
      const parameters = capabilities(...all.filter(([code]) => !(this.#isOld && code === FOUR_OCTET_AS)));
      this.receive(open({ version: 4, asNumber, holdTime: HOLD_TIME, identifier: STRANGER.identifier, parameters }));
    }
    if (stage === 'Established') this.receive(KEEPALIVE);
    this.#sent = [];
    if (this.session.state !== stage) throw new Error(`the session is ${this.session.state}, and not ${stage}`);
  }

  /** Hands in what TCP delivers. Returns what is sent upon it. */
  receive(...pieces: readonly Uint8Array[]): readonly Sent[] {
    this.#sent = [];
    for (const piece of pieces) {
      // What the kernel still has of a connection that is closed is of no interest.
      if (!this.#ended) this.#listener?.onData(Uint8Array.from(piece));
    }
    return this.#sent.flatMap(messagesOf);
  }

  #connect(listener: TcpListenerOfOne): TcpConnection {
    this.#listener = listener;
    this.#ended = false;
    const end = () => {
      if (this.#listener === listener) this.#ended = true;
    };
    return {
      local: LOCAL,
      write: (octets) => {
        if (this.#ended || this.#listener !== listener) throw new Error('written to a connection that is closed');
        this.#sent.push(octets);
      },
      end,
      destroy: end,
      setPassword: () => {},
    };
  }
}

/** The messages in octets of ours. */
function messagesOf(octets: Uint8Array): readonly Sent[] {
  const messages: Sent[] = [];
  for (let at = 0; at < octets.length; ) {
    const length = ((octets[at + 16] ?? 0) << 8) | (octets[at + 17] ?? 0);
    if (length < 19) throw new Error('we have sent what is no message');
    messages.push({ type: octets[at + 18] ?? 0, body: octets.subarray(at + 19, at + length) });
    at += length;
  }
  return messages;
}

/** Code, subcode and data of the NOTIFICATIONs among them. */
export function notificationsIn(sent: readonly Sent[]) {
  return sent
    .filter(({ type }) => type === TYPE.notification)
    .map(({ body }) => ({ code: body[0] ?? 0, subcode: body[1] ?? 0, data: body.subarray(2) }));
}
