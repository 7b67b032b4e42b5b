import type { Address } from '../../../ip/address.ts';
import type { AdjRibOut } from '../adj-rib-out/adj-rib-out.ts';
import { familyOf } from '../message/address-family.ts';
import { MAX_EXTENDED_MESSAGE_LENGTH, MAX_MESSAGE_LENGTH } from '../message/header.ts';
import { REFRESH, type RouteRefreshMessage } from '../message/route-refresh.ts';
import type { ConnectionId } from '../session-state/action.ts';
import type { NegotiatedSession } from '../session-state/negotiation.ts';
import type { Carriage } from './carriage.ts';
import type { PeerConnection } from './peer-connection.ts';
import type { PeerConnections } from './peer-connections.ts';
import type { SessionTransport } from './session-transport.ts';

export interface AdvertiserOptions {
  readonly transport: Pick<SessionTransport, 'nextTurn'>;
  /** All that the peer is to be told: complete when the session starts. */
  readonly routes: AdjRibOut;
  /** What it carries over a connection from this address of ours. @param before what it has carried so far */
  carriage(session: NegotiatedSession, local: Address, before: Carriage | undefined): Carriage;
  /** {@link Advertiser.carriage} has changed, or UPDATEs were written. */
  onChange(): void;
}

/** Octets that may wait for TCP before no more routes are added. */
const MOST_WAITING = 131_072;

/** Octets after which there is a message whole, however short. */
const ONE_MESSAGE = 1;

/** Tells a peer the routes, while the session with it is Established. */
export class Advertiser {
  readonly #options: AdvertiserOptions;
  readonly #connections: Pick<PeerConnections, 'get'>;
  /** The connection that is Established. */
  #established: ConnectionId | undefined;
  #carriage: Carriage | undefined;
  /** A turn to tell more is coming. */
  #tellsSoon = false;

  constructor(options: AdvertiserOptions, connections: Pick<PeerConnections, 'get'>) {
    this.#options = options;
    this.#connections = connections;
  }

  /** Undefined where the session is not Established. */
  get carriage(): Carriage | undefined {
    return this.#carriage;
  }

  /** The session is Established. */
  begin(established: ConnectionId, session: NegotiatedSession, localAs: number): void {
    const { routes } = this.#options;
    const connection = this.#connections.get(established);
    const local = connection?.local;
    if (connection === undefined || local === undefined) return;
    this.#established = established;
    this.#carriage = this.#options.carriage(session, local, undefined);
    routes.begin({
      localAs,
      internal: session.internal,
      fourOctetAs: session.fourOctetAs,
      families: session.families,
      nextHops: this.#carriage.nextHops,
      maxMessageLength: session.extendedMessages ? MAX_EXTENDED_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH,
    });
    routes.endInitialUpdate();
    // The peer takes in the first message while the next ones are made.
    this.#tellNext(connection, ONE_MESSAGE);
    this.tell();
  }

  /** The session is no longer Established. */
  end(): void {
    this.#established = undefined;
    this.#carriage = undefined;
    this.#options.routes.end();
  }

  /** Addresses of this node have come or gone: where routes lead elsewhere now, tells the peer so. */
  readdress(session: NegotiatedSession | undefined): void {
    const local = this.#connection?.local;
    if (session === undefined || local === undefined) return;
    this.#carriage = this.#options.carriage(session, local, this.#carriage);
    this.#options.routes.readdress(this.#carriage.nextHops);
    this.tell();
    this.#options.onChange();
  }

  /** The peer asks for all routes of a family (RFC 2918). */
  refresh(message: RouteRefreshMessage, session: NegotiatedSession | undefined): void {
    const family = familyOf(message);
    if (message.subtype !== REFRESH.request || family === undefined) return;
    this.#options.routes.refresh(family, session?.enhancedRouteRefresh ?? false);
    this.tell();
  }

  /** TCP has taken something. */
  written(connection: ConnectionId): void {
    if (connection === this.#established) this.tell();
  }

  /** The routes have changed: tells the peer as far as it reads, a portion a turn. */
  tell(): void {
    const connection = this.#connection;
    if (connection === undefined || this.#tellsSoon || connection.waiting >= MOST_WAITING) return;
    if (!this.#tellNext(connection)) return;
    this.#tellsSoon = true;
    this.#options.transport.nextTurn(() => {
      this.#tellsSoon = false;
      this.tell();
    });
  }

  get #connection(): PeerConnection | undefined {
    return this.#established === undefined ? undefined : this.#connections.get(this.#established);
  }

  /** Does the next piece of what there is to tell. False where there is none. */
  #tellNext(connection: PeerConnection, limit?: number): boolean {
    const octets = this.#options.routes.take(limit);
    if (octets === undefined || octets.byteLength === 0) return octets !== undefined;
    connection.write(octets);
    this.#options.onChange();
    return true;
  }
}
