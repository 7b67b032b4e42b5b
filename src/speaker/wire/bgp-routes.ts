import { AdjRibOut } from '../bgp/adj-rib-out/adj-rib-out.ts';
import type { RouteAttributes } from '../bgp/adj-rib-out/route-attributes.ts';
import { RouteIntake } from '../bgp/adj-rib-out/route-intake.ts';
import type { PeerRoutes } from './bgp-messages.ts';
import type { Turns } from './turns.ts';

interface Routes {
  readonly rib: AdjRibOut;
  readonly intake: RouteIntake;
  /** A turn of its own is coming. */
  isWaiting: boolean;
}

/** What each peer is to be told, taken in a portion a turn. */
export class WireRoutes {
  readonly #turns: Turns;
  readonly #onTaken: (peer: string) => void;
  readonly #byPeer = new Map<string, Routes>();

  /** @param onTaken more of what a peer is to be told is there */
  constructor(turns: Turns, onTaken: (peer: string) => void) {
    this.#turns = turns;
    this.#onTaken = onTaken;
  }

  /** Forgets all other peers. */
  keep(peers: ReadonlySet<string>): void {
    for (const peer of this.#byPeer.keys()) if (!peers.has(peer)) this.#byPeer.delete(peer);
  }

  /** Takes in what the main thread says. */
  tell({ peer, complete, runs }: PeerRoutes): void {
    let routes = this.#byPeer.get(peer);
    if (routes === undefined) {
      const rib = new AdjRibOut();
      routes = { rib, intake: new RouteIntake(rib), isWaiting: false };
      this.#byPeer.set(peer, routes);
    }
    if (complete) routes.intake.replace(runs);
    else routes.intake.change(runs);
    this.#advance(peer, routes);
  }

  /** Wants other attributes for all that a peer is told. */
  rewrite(peer: string, of: (attributes: RouteAttributes) => RouteAttributes): void {
    const routes = this.#byPeer.get(peer);
    if (routes === undefined) return;
    routes.intake.rewrite(of);
    this.#advance(peer, routes);
  }

  of(peer: string): AdjRibOut | undefined {
    return this.#byPeer.get(peer)?.rib;
  }

  /** Whether all that the peer is to be told has been there once. */
  isComplete(peer: string): boolean {
    return this.#byPeer.get(peer)?.intake.isComplete ?? false;
  }

  #advance(peer: string, routes: Routes): void {
    if (routes.isWaiting || this.#byPeer.get(peer) !== routes) return;
    routes.isWaiting = routes.intake.advance();
    if (routes.isWaiting) {
      this.#turns.wait(() => {
        routes.isWaiting = false;
        this.#advance(peer, routes);
      });
    }
    this.#onTaken(peer);
  }
}
