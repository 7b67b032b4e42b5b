import { type Address, formatAddress } from '../../ip/address.ts';
import type { TcpDrops } from '../../os/tcp-statistics.ts';
import type { SessionError } from '../bgp/session/session-error.ts';
import type { State } from '../bgp/session-state/state.ts';
import type { AddressedPeer, Device } from './bgp-messages.ts';
import { whatWasDropped } from './bgp-peer-session.ts';
import { type Clock, every } from './clock.ts';
import { ConnectingStrangers, type PortPlace } from './connecting-strangers.ts';

/** Milliseconds that a peer may take to connect before it is missed, where nothing went wrong before. */
const PATIENCE = 10_000;
/** The same where it has tried, and failed: routers try again within two minutes (RFC 4271 section 10). */
const LONG_PATIENCE = 150_000;
/** Milliseconds between looks at what has come instead. */
const LOOK = 10_000;

/** A session that waits for its peer. */
export interface WaitingSession {
  readonly state: State;
  /** When it began to wait, ms since 1970. */
  readonly since: number;
  readonly lastError: SessionError | undefined;
}

interface Wait {
  readonly since: number;
  /** When it began, on the monotonic clock. */
  readonly began: number;
  /** What the kernel had dropped when it began, or when it first said; undefined where it does not say. */
  before: TcpDrops | undefined;
  /** What was said of it last. */
  said: SessionError | undefined;
  again(): SessionError | undefined;
}

export interface PassivePeersOptions {
  readonly clock: Clock;
  tcpDrops(): TcpDrops | undefined;
  /** Why nobody can connect at present; undefined where somebody can. */
  portFault(place: PortPlace): string | undefined;
  /** {@link PassivePeers.errorOf} says something else of some peer. */
  onChange(): void;
}

/** Peers that are to connect to us and do not: since when, and what is known of the reason. */
export class PassivePeers {
  readonly #options: PassivePeersOptions;
  readonly #waits = new Map<string, Wait>();
  readonly #strangers = new ConnectingStrangers();
  #cancel: (() => void) | undefined;

  constructor(options: PassivePeersOptions) {
    this.#options = options;
  }

  /** What keeps the session of a passive peer down; where nothing more is known, what ended it before. */
  errorOf(peer: AddressedPeer, address: Address, session: WaitingSession): SessionError | undefined {
    const { clock, tcpDrops } = this.#options;
    const { state, since, lastError } = session;
    if (!peer.passive || state !== 'Active') {
      this.#waits.delete(peer.peer);
      return lastError;
    }
    let wait = this.#waits.get(peer.peer);
    if (wait?.since !== since) {
      const again = () => this.#judge(peer, address, session);
      wait = { since, began: clock.monotonic(), before: tcpDrops(), said: undefined, again };
      this.#waits.set(peer.peer, wait);
    }
    this.#cancel ??= every(clock, LOOK, () => this.#look());
    wait.said = wait.again();
    return wait.said;
  }

  /** Somebody has connected, and was refused as nobody's peer. */
  stranger(address: Address, vrf: Device | undefined): void {
    this.#strangers.connected(address, vrf, this.#options.clock.monotonic());
  }

  /** Forgets all but these peers. */
  keep(peers: ReadonlySet<string>): void {
    for (const peer of this.#waits.keys()) if (!peers.has(peer)) this.#waits.delete(peer);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    if (this.#waits.size === 0) this.stop();
    const isNews = [...this.#waits.values()].some(({ said, again }) => again()?.text !== said?.text);
    if (isNews) this.#options.onChange();
  }

  #judge(peer: AddressedPeer, address: Address, { since, lastError }: WaitingSession): SessionError | undefined {
    const { clock, tcpDrops, portFault } = this.#options;
    const wait = this.#waits.get(peer.peer);
    if (wait === undefined) return lastError;
    const waited = clock.monotonic() - wait.began;
    const error = (cause: SessionError['cause'], text: string) => ({ code: 0, subcode: 0, cause, text, at: since });
    const place = { family: address.family, vrf: peer.vrf };
    const fault = portFault(place);
    if (fault !== undefined)
      return error('NotListening', `waits for the router to connect, and cannot hear it: ${fault}`);
    if (waited < (lastError === undefined ? PATIENCE : LONG_PATIENCE)) return lastError;
    const nobody = `waits for the router to connect: nobody has from ${formatAddress(address)} since ${new Date(since).toISOString()}`;
    const drops = tcpDrops();
    const drop = whatWasDropped(wait.before, drops);
    if (drop !== undefined) return error(drop.cause, `${nobody}, and ${drop.text}`);
    wait.before ??= drops;
    const from = this.#strangers.since(wait.began, place);
    if (from !== undefined) {
      const text = `${nobody}, and who did, from ${from}, is the peer of no session here`;
      return error('OtherAddressConnects', text);
    }
    const before = lastError === undefined ? '' : `; the session before ended with: ${lastError.text}`;
    return error('NobodyConnects', `${nobody}${before}`);
  }
}
