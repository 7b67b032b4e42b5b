import type { AnnouncementPlan } from '../announcement/announcement-plan.ts';
import { type AdvertisedVerdict, advertisedVerdict } from '../announcement/bgp/advertised.ts';
import type { BgpObjects } from '../announcement/bgp/input.ts';
import { routePlanner } from '../announcement/bgp/route-plan.ts';
import { Endpoints } from '../announcement/endpoints.ts';
import type { AnnouncedService } from '../announcement/input.ts';
import { announcementPlanner, type PlanServices } from '../announcement/plan.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { Service } from '../api/kubernetes/service.ts';
import type { AddressHolders } from './address-holders.ts';
import type { AnnouncementSnapshot } from './announcement-snapshot.ts';
import type { SpeakerLiveness } from './speaker-liveness.ts';

/** What {@link AnnouncementPlans} are made of. */
export interface PlanSources {
  serviceOf(key: string): Service | undefined;
  poolOf(name: string): IPAddressPool | undefined;
  /** Whether anything is to be advertised over BGP. */
  hasRoutes(): boolean;
  /** What is advertised over BGP. */
  routes(): BgpObjects;
}

/**
 * Who is to announce an address, made of what is known when it is first asked, until {@link AnnouncementPlans.outdate} is
 * called: thousands are asked for at once.
 */
export class AnnouncementPlans {
  readonly #sources: PlanSources;
  readonly #snapshot: AnnouncementSnapshot;
  readonly #liveness: SpeakerLiveness;
  readonly #holders: AddressHolders;
  #planner: PlanServices | undefined;
  #routePlanner: ReturnType<typeof routePlanner> | undefined;

  constructor(
    sources: PlanSources,
    snapshot: AnnouncementSnapshot,
    liveness: SpeakerLiveness,
    holders: AddressHolders,
  ) {
    this.#sources = sources;
    this.#snapshot = snapshot;
    this.#liveness = liveness;
    this.#holders = holders;
  }

  /** At layer 2. Undefined where the Service is not known. */
  planOf(key: string, address: string): AnnouncementPlan | undefined {
    this.#planner ??= this.#newPlanner();
    const sharers = [...(this.#holders.of(address) ?? [key])].flatMap((each) => this.#holding(each, address));
    return this.#planner(sharers).find((plan) => plan.service === key);
  }

  /** What becomes of the address over BGP; undefined where it is not to be advertised there. */
  advertisedOf(key: string, address: string): AdvertisedVerdict | undefined {
    this.#routePlanner ??= routePlanner({ ...this.#surroundings(), ...this.#sources.routes() });
    const [plan] = this.#routePlanner([this.#holding(key, address)].flat());
    return (
      plan &&
      advertisedVerdict(plan, {
        sessionsOf: (node) => this.#snapshot.sessionsOf(node),
        lifeOf: (node) => this.#liveness.lifeOf(node),
      })
    );
  }

  /** Something that plans are made of has changed. */
  outdate(): void {
    this.#planner = undefined;
    this.#routePlanner = undefined;
  }

  #newPlanner(): PlanServices {
    const surroundings = this.#surroundings();
    return announcementPlanner(surroundings, new Endpoints(surroundings.endpointSlices));
  }

  #surroundings() {
    return this.#snapshot.surroundings((node) => this.#liveness.lifeOf(node) !== 'Silent');
  }

  #holding(key: string, address: string): AnnouncedService | [] {
    const service = this.#sources.serviceOf(key);
    if (service === undefined) return [];
    const name = this.#holders.poolOf(key);
    const pool = name === null ? undefined : (this.#sources.poolOf(name)?.metadata ?? { name });
    return { service, addresses: [{ address, pool }] };
  }
}
