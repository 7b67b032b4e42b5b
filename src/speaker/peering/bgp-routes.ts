import { BgpConfiguration } from '../../announcement/bgp/configuration.ts';
import type { BgpObjects } from '../../announcement/bgp/input.ts';
import { NodeRoutes, type PlannedRoute, type RouteChange } from '../../announcement/bgp/node-routes.ts';
import type { Peering } from '../../announcement/bgp/peering.ts';
import type { AdvertisedAttributes } from '../../announcement/bgp/route-attributes.ts';
import { Endpoints } from '../../announcement/endpoints.ts';
import type { LabelledNode } from '../../announcement/nodes.ts';
import type { EndpointSlice } from '../../api/kubernetes/endpoint-slice.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import type { Prefix } from '../../ip/prefix.ts';
import { packChanges, packTable } from '../bgp/adj-rib-out/route-run.ts';
import type { Withheld } from '../plan/duties.ts';
import { HeldServices } from '../plan/held-services.ts';
import { type PoolOf, poolLookup } from '../plan/pools.ts';
import type { PeerRoutes } from '../wire/bgp-messages.ts';

/** What the routes of a node are made of. */
export interface RouteSources {
  readonly objects: BgpObjects;
  readonly node: LabelledNode;
  readonly services: ReadonlyMap<string, Service>;
  readonly endpointSlices: ReadonlyMap<string, EndpointSlice>;
  readonly isShuttingDown: boolean;
}

/** The routes of this node, and what a change makes of them. */
export class BgpRoutes {
  readonly #held: HeldServices;
  #routes: NodeRoutes | undefined;
  #poolOf: PoolOf = () => undefined;
  #peerings: readonly Peering[] = [];

  constructor(loadBalancerClass: string | undefined) {
    this.#held = new HeldServices(loadBalancerClass);
  }

  /** The sessions of this node. */
  get peerings(): readonly Peering[] {
    return this.#peerings;
  }

  /** Works everything out anew. {@link tables} then has what each peer is to be told. */
  replace({ objects, node, services, endpointSlices, isShuttingDown }: RouteSources): void {
    const configuration = new BgpConfiguration(objects);
    const routes = new NodeRoutes(configuration, node, { isShuttingDown });
    const endpoints = new Endpoints(endpointSlices.values());
    this.#poolOf = poolLookup(objects.pools);
    for (const held of this.#held.select(services.values(), this.#poolOf)) routes.set(held, endpoints);
    this.#routes = routes;
    this.#peerings = configuration.peeringsOn(node).peerings;
  }

  /** One Service, or its endpoints, have changed; undefined where it is gone. Gives what that changes. @param slices its own */
  change(key: string, service: Service | undefined, slices: readonly EndpointSlice[]): readonly RouteChange[] {
    const routes = this.#routes;
    if (routes === undefined) return [];
    const held = service && this.#held.selectOne(service, this.#poolOf);
    return held === undefined ? routes.delete(key) : routes.set(held, new Endpoints(slices));
  }

  /** All prefixes that some peer is to be told. */
  prefixes(): Iterable<Prefix> {
    return this.#routes?.prefixes() ?? [];
  }

  isAdvertised(prefix: Prefix): boolean {
    return this.#routes?.isAdvertised(prefix) ?? false;
  }

  /** The addresses that no peer is told of, and why. */
  withheld(): readonly Withheld[] {
    return [...(this.#routes?.untold() ?? [])];
  }

  /** The addresses of which a peer is to be told. */
  plannedFor(peer: string): readonly PlannedRoute[] {
    return [...(this.#routes?.plannedFor(peer) ?? [])];
  }

  /** Whether a BGPAdvertisement covers the address of the Service. */
  isCovered(service: string, address: string): boolean {
    return this.#routes?.isCovered(service, address) ?? false;
  }

  /** All that each of the wanted peers is to be told. */
  tables(isWanted: (peer: string) => boolean): readonly PeerRoutes[] {
    const routes = this.#routes;
    if (routes === undefined) return [];
    const peers = this.#peerings.map(({ peer }) => peer).filter(isWanted);
    return peers.map((peer) => ({ peer, complete: true, runs: packTable(routes.routesTo(peer)) }));
  }
}

/** Changes by the peer that they are for, each in its order. */
export function changesByPeer(changes: readonly RouteChange[]): readonly PeerRoutes[] {
  const byPeer = new Map<string, (readonly [Prefix, AdvertisedAttributes | undefined])[]>();
  for (const { peer, prefix, attributes } of changes) {
    const routes = byPeer.get(peer) ?? [];
    byPeer.set(peer, routes);
    routes.push([prefix, attributes]);
  }
  return [...byPeer].map(([peer, routes]) => ({ peer, complete: false, runs: packChanges(routes) }));
}
