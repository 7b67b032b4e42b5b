import type { BGPAdvertisement } from '../../api/bgp-advertisement.ts';
import { keyOf, keyText } from '../../api/object.ts';
import { formatAddress } from '../../ip/address.ts';
import { familyOfPrefix, type Prefix } from '../../ip/prefix.ts';
import type { Endpoints } from '../endpoints.ts';
import type { AnnouncedService } from '../input.ts';
import type { LabelledNode } from '../nodes.ts';
import type { BgpConfiguration } from './configuration.ts';
import type { Peering } from './peering.ts';
import type { AdvertisedAttributes } from './route-attributes.ts';
import { type AdvertisingNode, concerns, type Judgement, judge, type WithheldRoute } from './routes.ts';
import { isCovered, type UntoldAddress, untoldAddresses } from './untold.ts';

/** A route that a peer is to be told, or that is to be withdrawn from it. */
export interface RouteChange {
  /** The name of the BGPPeer. */
  readonly peer: string;
  readonly prefix: Prefix;
  /** Undefined: withdrawn. */
  readonly attributes: AdvertisedAttributes | undefined;
}

/** An address of which a peer is to be told. */
export interface PlannedRoute {
  /** In the text form of RFC 5952. */
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
}

/** A prefix, and how many addresses of Services each advertisement wants it for. */
interface WantedPrefix {
  readonly prefix: Prefix;
  readonly wishes: Map<BGPAdvertisement, number>;
}

/**
 * What one node advertises to its peers. A change of a Service costs what its own addresses cost, and touches no prefix of
 * any other; the order in which Services come makes no difference.
 */
export class NodeRoutes {
  readonly #configuration: BgpConfiguration;
  readonly #at: AdvertisingNode;
  readonly #judgements = new Map<string, Judgement>();
  readonly #wanted = new Map<string, WantedPrefix>();

  /** @param isShuttingDown the node is about to withdraw all: see {@link AdvertisingNode.isShuttingDown}. */
  constructor(configuration: BgpConfiguration, node: LabelledNode, { isShuttingDown = false } = {}) {
    this.#configuration = configuration;
    this.#at = { node, isShuttingDown, ...configuration.peeringsOn(node) };
  }

  /**
   * A Service is new, or it, its addresses or its endpoints have changed. Returns what that changes.
   *
   * @param endpoints need know of no other Service.
   */
  set(held: AnnouncedService, endpoints: Endpoints): readonly RouteChange[] {
    const judgement = judge(held, this.#at, endpoints, this.#configuration);
    return this.#replace(keyText(keyOf(held.service)), judgement);
  }

  /** A Service (`namespace/name`) is gone, or has stopped being ours. Returns what that changes. */
  delete(service: string): readonly RouteChange[] {
    return this.#replace(service, undefined);
  }

  /** All that a peer is to be told. */
  *routesTo(peer: string): Iterable<readonly [Prefix, AdvertisedAttributes]> {
    const peering = this.#at.peerings.find((each) => each.peer === peer);
    if (peering === undefined) return;
    for (const wanted of this.#wanted.values()) {
      const attributes = this.#attributes(wanted, peering);
      if (attributes !== undefined) yield [wanted.prefix, attributes];
    }
  }

  /** All prefixes that some peer is to be told. */
  *prefixes(): Iterable<Prefix> {
    for (const [key, { prefix }] of this.#wanted) if (this.#isToldTo(key)) yield prefix;
  }

  /** Whether some peer is to be told of exactly this prefix. */
  isAdvertised({ address, length }: Prefix): boolean {
    return this.#isToldTo(`${formatAddress(address)}/${length}`);
  }

  /** Why addresses of a Service are not advertised, or not to all peers. */
  withheld(service: string): readonly WithheldRoute[] {
    return this.#judgements.get(service)?.withheld ?? [];
  }

  /** The addresses that no peer is told of though a BGPAdvertisement covers them, with their Services. */
  *untold(): Iterable<UntoldAddress & { readonly service: string }> {
    const peers = this.#at.peerings.length;
    for (const [service, judgement] of this.#judgements) {
      for (const each of untoldAddresses(judgement, peers)) yield { ...each, service };
    }
  }

  /** The addresses of which a peer is to be told, with their Services; O(n). */
  *plannedFor(peer: string): Iterable<PlannedRoute> {
    const peering = this.#at.peerings.find((each) => each.peer === peer);
    if (peering === undefined) return;
    for (const [service, { wishes }] of this.#judgements) {
      const told = wishes.filter(({ prefix, advertisement }) => {
        return peering.families.includes(familyOfPrefix(prefix)) && concerns(advertisement, peering);
      });
      for (const address of new Set(told.map((wish) => wish.address))) yield { address, service };
    }
  }

  /** Whether a BGPAdvertisement covers the address of the Service. */
  isCovered(service: string, address: string): boolean {
    const judgement = this.#judgements.get(service);
    return judgement !== undefined && isCovered(judgement, address);
  }

  #replace(service: string, next: Judgement | undefined): readonly RouteChange[] {
    const last = this.#judgements.get(service);
    const keys = new Map([...(last?.wishes ?? []), ...(next?.wishes ?? [])].map(({ key, prefix }) => [key, prefix]));
    const before = new Map([...keys.keys()].map((key) => [key, this.#told(key)]));
    for (const { key, advertisement } of last?.wishes ?? []) this.#count(key, advertisement, -1);
    for (const { key, prefix, advertisement } of next?.wishes ?? []) {
      if (!this.#wanted.has(key)) this.#wanted.set(key, { prefix, wishes: new Map() });
      this.#count(key, advertisement, 1);
    }
    if (next === undefined) this.#judgements.delete(service);
    else this.#judgements.set(service, next);
    return [...keys].flatMap(([key, prefix]) => {
      if (this.#wanted.get(key)?.wishes.size === 0) this.#wanted.delete(key);
      const told = this.#told(key);
      return this.#at.peerings.flatMap(({ peer }, index) => {
        const attributes = told[index];
        return attributes === before.get(key)?.[index] ? [] : [{ peer, prefix, attributes }];
      });
    });
  }

  #isToldTo(key: string): boolean {
    return this.#told(key).some((attributes) => attributes !== undefined);
  }

  #count(key: string, advertisement: BGPAdvertisement, step: 1 | -1): void {
    const wishes = this.#wanted.get(key)?.wishes;
    const count = (wishes?.get(advertisement) ?? 0) + step;
    if (count === 0) wishes?.delete(advertisement);
    else wishes?.set(advertisement, count);
  }

  /** What each peer is to be told of a prefix, in the order of the peers. */
  #told(key: string): readonly (AdvertisedAttributes | undefined)[] {
    const wanted = this.#wanted.get(key);
    return this.#at.peerings.map((peering) => wanted && this.#attributes(wanted, peering));
  }

  #attributes({ prefix, wishes }: WantedPrefix, peering: Peering): AdvertisedAttributes | undefined {
    if (!peering.families.includes(familyOfPrefix(prefix))) return undefined;
    const advertisements = [...wishes.keys()].filter((advertisement) => concerns(advertisement, peering));
    return advertisements.length === 0
      ? undefined
      : this.#configuration.attributesOf(advertisements, this.#at.isShuttingDown);
  }
}
