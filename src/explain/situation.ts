import { Allocator } from '../allocator/allocator.ts';
import type { Verdict } from '../allocator/verdict.ts';
import type { AnnouncementPlan } from '../announcement/announcement-plan.ts';
import { type AdvertisedVerdict, advertisedVerdict } from '../announcement/bgp/advertised.ts';
import { type RoutePlan, routePlanner } from '../announcement/bgp/route-plan.ts';
import { Endpoints } from '../announcement/endpoints.ts';
import type { AnnouncedService } from '../announcement/input.ts';
import type { Life } from '../announcement/life.ts';
import { announcementPlanner, type PlanServices } from '../announcement/plan.ts';
import { SpeakerReports } from '../announcement/speaker-reports.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { Lease } from '../api/kubernetes/lease.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import { nodeOfLease } from '../api/speaker-lease.ts';
import type { SpeakerReport } from '../api/speaker-status.ts';
import { formatAddress } from '../ip/address.ts';
import type { AddressRange } from '../ip/range.ts';
import { announcedServices, configurationOf } from './configuration.ts';
import { type ControllerLife, controllerLife } from './controller-life.ts';
import { failingChecks } from './failing-checks.ts';
import { lifeSign } from './life-sign.ts';
import { type ObjectsByKind, sortByKind } from './objects-by-kind.ts';

/** Objects that could not be read. */
export interface Unread {
  /** Their kind, or what else it is. */
  readonly what: string;
  readonly why: string;
}

/** What explanations are made from. */
export interface SituationInput {
  readonly objects: readonly KubernetesObject[];
  /** What could not be read. */
  readonly unread?: readonly Unread[] | undefined;
  /** Now; undefined where the objects are a copy, so that no Lease tells who lives. */
  readonly now?: Date | undefined;
  /** Whether a controller lives, where something else than a Lease tells. */
  readonly controller?: ControllerLife | undefined;
  readonly loadBalancerClass?: string | undefined;
  /** What is never given besides what the objects tell. */
  readonly reserved?: readonly AddressRange[] | undefined;
  /** See `PlanInput.ownCopy`. */
  readonly ownCopy?: boolean | undefined;
}

/** All objects, and what the rules say of them now: decided with the very objects that the controller decides with. */
export class Situation {
  readonly objects: ObjectsByKind;
  readonly unread: readonly Unread[];
  readonly now: Date | undefined;
  readonly loadBalancerClass: string | undefined;
  /** See {@link SituationInput.reserved}. */
  readonly reserved: readonly AddressRange[];
  readonly allocator: Allocator;
  /** Whether somebody decides and writes at present. */
  readonly controller: ControllerLife;
  readonly reports = new SpeakerReports();
  readonly #services: ReadonlyMap<string, Service>;
  readonly #pools: ReadonlyMap<string, IPAddressPool>;
  readonly #holders = new Map<string, string[]>();
  readonly #lives: ReadonlyMap<string, Life>;
  #planner: PlanServices | undefined;
  #routePlanner: ReturnType<typeof routePlanner> | undefined;

  constructor(input: SituationInput) {
    const { objects, unread = [], now, controller, loadBalancerClass, reserved = [], ownCopy = false } = input;
    this.objects = sortByKind(objects);
    this.unread = unread;
    this.now = now;
    this.loadBalancerClass = loadBalancerClass;
    const { services, pools, nodes, speakers, leases } = this.objects;
    this.allocator = new Allocator(loadBalancerClass);
    this.reserved = reserved;
    const configuration = configurationOf(this.objects, pools, reserved);
    this.allocator.configure({ ...configuration, namedOnly: ownCopy && nodes.length > 1 });
    for (const service of services) this.allocator.put(service);
    this.allocator.settle();
    this.#services = new Map(services.map((service) => [keyText(keyOf(service)), service]));
    this.#pools = new Map(pools.map((pool) => [pool.metadata.name, pool]));
    for (const { service, addresses } of this.allocator.verdicts()) {
      for (const address of addresses) {
        const text = formatAddress(address);
        this.#holders.set(text, [...(this.#holders.get(text) ?? []), service]);
      }
    }
    for (const speaker of speakers) this.reports.put(speaker);
    const mayJudge = now !== undefined && !unread.some(({ what }) => what === 'Lease');
    this.controller = controller ?? controllerLife(leases, mayJudge ? now : undefined);
    this.#lives = mayJudge ? lives(this.objects, now) : new Map();
  }

  serviceOf(key: string): Service | undefined {
    return this.#services.get(key);
  }

  poolOf(name: string): IPAddressPool | undefined {
    return this.#pools.get(name);
  }

  verdictOf(service: Service): Verdict | undefined {
    return this.allocator.verdictOf(keyText(keyOf(service)));
  }

  /** The Services that hold an address, by key. @param address in the text form of RFC 5952 */
  holdersOf(address: string): readonly string[] {
    return [...(this.#holders.get(address) ?? [])].sort();
  }

  /** Whether what a node's speaker reported still holds. */
  lifeOf(node: string): Life {
    return this.#lives.get(node) ?? 'Alive';
  }

  /** Who is to announce an address that a Service holds, who stands by, and why not the rest. */
  planOf(service: string, address: string): AnnouncementPlan | undefined {
    const { advertisements, pools, speakers, nodes, endpointSlices } = this.objects;
    this.#planner ??= announcementPlanner(
      {
        advertisements,
        pools: pools.map(({ metadata }) => metadata.name),
        speakers,
        nodes,
        alive: this.living(),
        failing: failingChecks(this.objects),
      },
      new Endpoints(endpointSlices),
    );
    return this.#planner(this.#holding(address)).find((plan) => plan.service === service);
  }

  /** What becomes of it over BGP; undefined where no BGPAdvertisement is for it. */
  advertisedOf(service: string, address: string): AdvertisedVerdict | undefined {
    const { speakers } = this.objects;
    const plan = this.routeOf(service, address);
    const sessionsOf = (node: string) =>
      speakers.find(({ metadata }) => metadata.name === node)?.status?.sessions ?? [];
    return plan && advertisedVerdict(plan, { sessionsOf, lifeOf: (node) => this.lifeOf(node) });
  }

  /** Which nodes are to advertise it over BGP, to whom, and why not the rest; undefined without any BGPAdvertisement. */
  routeOf(service: string, address: string): RoutePlan | undefined {
    const { routeAdvertisements: advertisements } = this.objects;
    if (advertisements.length === 0) return undefined;
    this.#routePlanner ??= routePlanner({ ...this.objects, advertisements, alive: this.living() });
    return this.#routePlanner(this.#holding(address)).find((each) => each.service === service);
  }

  /** A session as the speaker of the node reports it. */
  sessionOf(node: string, peer: string): NonNullable<SpeakerReport['sessions']>[number] | undefined {
    const speaker = this.objects.speakers.find(({ metadata }) => metadata.name === node);
    return speaker?.status?.sessions?.find((each) => each.peer === peer);
  }

  /** The nodes whose speakers' reports still hold. */
  living(): ReadonlySet<string> {
    const names = this.objects.speakers.map(({ metadata }) => metadata.name);
    return new Set(names.filter((name) => this.lifeOf(name) !== 'Silent'));
  }

  /** The Services that hold an address, as holders of that alone. */
  #holding(address: string): readonly AnnouncedService[] {
    const sharers = new Set(this.holdersOf(address));
    const services = this.objects.services.filter((each) => sharers.has(keyText(keyOf(each))));
    return announcedServices({ ...this.objects, services }, this.objects.pools, this.allocator).map((each) => ({
      ...each,
      addresses: each.addresses.filter((held) => held.address === address),
    }));
  }
}

/** By the Leases; where no speaker has one, whoever is reported counts as alive. */
function lives({ speakers, leases }: ObjectsByKind, now: Date): ReadonlyMap<string, Life> {
  const bySpeaker = new Map<string, Lease>();
  for (const lease of leases) {
    const node = nodeOfLease(lease);
    if (node !== undefined) bySpeaker.set(node, lease);
  }
  if (bySpeaker.size === 0) return new Map();
  return new Map(
    speakers.map(({ metadata }) => {
      const isSilent = lifeSign(bySpeaker.get(metadata.name), now) === 'False';
      return [metadata.name, isSilent ? 'Silent' : 'Alive'];
    }),
  );
}
