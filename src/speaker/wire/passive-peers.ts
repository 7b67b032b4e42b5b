import { type Address, formatAddress } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import type { TcpDrops } from '../../os/tcp-statistics.ts';
import type { SessionError } from '../bgp/session/session-error.ts';
import type { State } from '../bgp/session-state/state.ts';
import type { AddressedPeer, Device } from './bgp-messages.ts';
import { type Clock, every } from './clock.ts';

/** Milliseconds that a peer may take to connect before it is missed, where nothing went wrong before. */
const PATIENCE = 10_000;
/** The same where it has tried, and failed: routers try again within two minutes (RFC 4271 section 10). */
const LONG_PATIENCE = 150_000;
/** Milliseconds between looks at what has come instead. */
const LOOK = 10_000;
/** Strangers that are remembered. */
const MOST_STRANGERS = 4;

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
  readonly before: TcpDrops;
  /** What was said of it last. */
  said: SessionError | undefined;
  again(): SessionError | undefined;
}

/** Who connected and is nobody's peer. */
interface Stranger {
  readonly address: Address;
  readonly vrf: Device | undefined;
  /** On the monotonic clock. */
  readonly at: number;
}

export interface PassivePeersOptions {
  readonly clock: Clock;
  tcpDrops(): TcpDrops;
  /** Why nobody can connect at present; undefined where somebody can. */
  portFault(place: { readonly family: IPFamily; readonly vrf: Device | undefined }): string | undefined;
  /** {@link PassivePeers.errorOf} says something else of some peer. */
  onChange(): void;
}

/** Peers that are to connect to us and do not: since when, and what is known of the reason. */
export class PassivePeers {
  readonly #options: PassivePeersOptions;
  readonly #waits = new Map<string, Wait>();
  readonly #strangers = new Map<string, Stranger>();
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
    const text = formatAddress(address);
    this.#strangers.delete(text);
    this.#strangers.set(text, { address, vrf, at: this.#options.clock.monotonic() });
    const [first] = this.#strangers.keys();
    if (this.#strangers.size > MOST_STRANGERS && first !== undefined) this.#strangers.delete(first);
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
    const fault = portFault({ family: address.family, vrf: peer.vrf });
    if (fault !== undefined)
      return error('NotListening', `waits for the router to connect, and cannot hear it: ${fault}`);
    if (waited < (lastError === undefined ? PATIENCE : LONG_PATIENCE)) return lastError;
    const nobody = `waits for the router to connect: nobody has from ${formatAddress(address)} since ${new Date(since).toISOString()}`;
    const { md5, hopLimit } = tcpDrops();
    if (md5 > wait.before.md5) {
      const text =
        'segments arrived whose MD5 signature is wrong or missing: see that both sides have the same password';
      return error('PasswordMismatch', `${nobody}, and ${text}`);
    }
    if (hopLimit > wait.before.hopLimit) {
      return error(
        'TTLTooLow',
        `${nobody}, and segments arrived with too low a TTL: see that both sides have TTL security`,
      );
    }
    const others = [...this.#strangers.values()].filter(
      (each) => each.at >= wait.began && each.address.family === address.family && each.vrf?.index === peer.vrf?.index,
    );
    if (others.length > 0) {
      const from = others.map((each) => formatAddress(each.address)).sort();
      return error(
        'OtherAddressConnects',
        `${nobody}, and who did, from ${from.join(', ')}, is the peer of no session here`,
      );
    }
    const before = lastError === undefined ? '' : `; the session before ended with: ${lastError.text}`;
    return error('NobodyConnects', `${nobody}${before}`);
  }
}
