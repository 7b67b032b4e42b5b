import type { AnnouncementPlan } from '../../announcement/announcement-plan.ts';
import type { Bar } from '../../announcement/bar.ts';
import { Endpoints } from '../../announcement/endpoints.ts';
import type { AnnouncedService } from '../../announcement/input.ts';
import { type AnnouncementSurroundings, announcementPlanner, type PlanServices } from '../../announcement/plan.ts';
import type { L2Advertisement } from '../../api/l2-advertisement.ts';
import { API_VERSION } from '../../api/schema/custom-kind.ts';
import type { SpeakerStatus } from '../../api/speaker-status.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import type { PlannedAddress } from '../ownership/protocol.ts';
import { isSamePlan } from '../ownership/same-plan.ts';
import { macsOf } from '../report/reported-interfaces.ts';
import { interfacesIn } from '../report/status.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Amendment, AssignedSegment, Assignment } from '../wire/messages.ts';
import { type AddressDuties, type Duties, type Duty, dutiesOf, usedInterfaces } from './duties.ts';
import { DutyTable } from './duty-table.ts';
import { type Failover, failoverOf } from './failover.ts';
import { HeldServices } from './held-services.ts';
import { Holdings } from './holdings.ts';
import { speakersOfNodes } from './peers-from-nodes.ts';
import { type PoolOf, poolLookup } from './pools.ts';
import { Segments } from './segments.ts';

/** What the store and the kernel say at one moment. */
export interface Situation {
  readonly snapshot: Pick<
    Snapshot,
    'services' | 'pools' | 'advertisements' | 'nodes' | 'endpointSlices' | 'slicesOf' | 'speakers'
  >;
  /** Whether this node may announce anything at all. */
  readonly isFit: boolean;
  /** All interfaces of this node. */
  readonly interfaces: readonly NetworkInterface[];
  /** Those of them that could announce. */
  readonly candidates: readonly NetworkInterface[];
  /** What this node knows of itself that keeps it from announcing anything. */
  readonly bar?: Bar | undefined;
  /** By Service, as `namespace/name`, what keeps this node from announcing it. */
  readonly failing?: ReadonlyMap<string, Bar> | undefined;
  /** Whether this node answers for the address. */
  owns(address: string): boolean;
}

/** What a few Services have changed. */
export interface Replanned extends Amendment {
  /** Of the addresses that were decided about anew: as {@link Planner.links}. */
  readonly links: ReadonlyMap<string, readonly string[]>;
}

/** What plans are made with that is the same for all Services. */
interface Site {
  readonly plan: PlanServices;
  readonly endpoints: Endpoints;
  readonly poolOf: PoolOf;
  readonly failover: Failover;
  readonly segments: Segments;
  readonly assignment: Omit<WholeAssignment, 'segments'>;
}

type WholeAssignment = Omit<Assignment, 'loopback'>;

/**
 * Decides which nodes could announce what, in which order; who does is settled on the wire. A change of one Service costs
 * what that Service costs; a change of anything else has everything worked out anew.
 */
export class Planner {
  readonly #node: string;
  readonly #peersFromNodes: boolean;
  readonly #held: HeldServices;
  readonly #table = new DutyTable();
  #holdings = new Holdings();
  #site: Site | undefined;

  /** @param peersFromNodes nodes whose speaker nobody has a report of are there all the same */
  constructor(node: string, loadBalancerClass: string | undefined, peersFromNodes = false) {
    this.#node = node;
    this.#peersFromNodes = peersFromNodes;
    this.#held = new HeldServices(loadBalancerClass);
  }

  /** By the last plan. */
  get duties(): Duties {
    return this.#table.all();
  }

  /** How many addresses there are. */
  get size(): number {
    return this.#table.size;
  }

  /** By address, the interfaces on which it is somebody's to announce. */
  links(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#table].map(([address, each]) => [address, linksOf(each)]));
  }

  /** The Services of an address, by the last plan. */
  servicesOf(address: string): readonly string[] {
    return this.#table.get(address)?.services ?? [];
  }

  /** Everything that the wire is to know by the last plan, but for how the addresses get there; undefined before the first. */
  get assignment(): WholeAssignment | undefined {
    if (this.#site === undefined) return undefined;
    const { assignment, segments, failover } = this.#site;
    return { ...assignment, segments: assign(segments, this.#table.all().duties, failover.watch) };
  }

  /** Decides everything anew. */
  plan(situation: Situation): void {
    const { snapshot, interfaces, candidates } = situation;
    const others = this.#others(situation);
    const advertisements = [...snapshot.advertisements.values()];
    const pools = [...snapshot.pools.values()].map(({ metadata }) => metadata.name);
    const poolOf = poolLookup([...snapshot.pools.values()]);
    const services = this.#held.select(snapshot.services.values(), poolOf);
    const endpoints = new Endpoints(snapshot.endpointSlices.values());
    const planner = announcementPlanner(this.#surroundings(situation, others, advertisements, pools), endpoints);
    const plans = planner(services);
    const failover = failoverOf(advertisements, pools);
    const segments = new Segments(this.#node, candidates, others, usedInterfaces(plans));
    const known = [...snapshot.nodes.keys(), ...snapshot.speakers.keys()];
    const speakerMacs = others.flatMap(({ metadata, status }) => {
      return macsOf(status?.interfaces ?? []).map((mac) => [mac.toLowerCase(), metadata.name] as const);
    });
    const alone = known.every((name) => name === this.#node);
    const assignment = { ownMacs: macsOf(interfaces), speakerMacs, alone, pacing: failover.pacing };
    this.#holdings = new Holdings(services);
    this.#site = { plan: planner, endpoints, poolOf, failover, segments, assignment };
    this.#table.replaceAll(this.#dutiesOf(plans, services, situation, this.#site));
  }

  /**
   * Decides anew about the addresses of some Services (`namespace/name`), where these and their endpoints are all that has
   * changed since the last plan. Returns what changes; undefined where it changes more than that, so that everything has to
   * be decided anew.
   */
  replan(services: Iterable<string>, situation: Pick<Situation, 'snapshot' | 'owns'>): Replanned | undefined {
    const site = this.#site;
    if (site === undefined) return undefined;
    const addresses = new Set([...services].flatMap((name) => [...this.#take(name, situation.snapshot, site)]));
    const sharing = this.#holdings.sharing(addresses);
    const duties = this.#dutiesOf(site.plan(sharing), sharing, situation, site);
    const amended = new Map<string, { planned: PlannedAddress[]; released: string[] }>();
    const links = new Set<string>();
    for (const address of addresses) {
      const [before, after] = [this.#table.get(address), duties.get(address)];
      noteDifference(amended, address, before?.duties ?? [], after?.duties ?? []);
      const uses = [...(before?.uses ?? []), ...(after?.uses ?? [])];
      const usedBefore = new Set(uses.filter((link) => this.#table.isUsed(link)));
      this.#table.replace(address, after);
      for (const link of uses) if (usedBefore.has(link) !== this.#table.isUsed(link)) links.add(link);
    }
    const segments = [...amended].map(([key, each]) => ({ key, ...each }));
    const isWithin = segments.every(({ key, planned }) => planned.every(({ address }) => isSameFamily(address, key)));
    if (!isWithin || [...links].some((link) => site.segments.isContested(link))) return undefined;
    return { links: new Map([...addresses].map((address) => [address, linksOf(duties.get(address))])), segments };
  }

  /** Takes a Service as it is now. Returns the addresses that it held or holds. */
  #take(name: string, snapshot: Situation['snapshot'], { endpoints, poolOf }: Site): ReadonlySet<string> {
    const service = snapshot.services.get(name);
    endpoints.replace(name, service === undefined ? [] : snapshot.slicesOf(name));
    const addresses = this.#holdings.replace(name, service && this.#held.selectOne(service, poolOf));
    for (const address of addresses) if (!this.#holdings.isHeld(address)) this.#held.forget(address);
    return addresses;
  }

  #dutiesOf(
    plans: readonly AnnouncementPlan[],
    services: readonly AnnouncedService[],
    { owns }: Pick<Situation, 'owns'>,
    { segments, failover }: Site,
  ): ReadonlyMap<string, AddressDuties> {
    return dutiesOf(plans, { node: this.#node, segments, holdOffs: failover.holdOffs(services), owns });
  }

  #surroundings(
    situation: Situation,
    others: readonly SpeakerStatus[],
    advertisements: readonly L2Advertisement[],
    pools: readonly string[],
  ): AnnouncementSurroundings {
    const { snapshot, bar, failing } = situation;
    const names = [...others.map(({ metadata }) => metadata.name), this.#node];
    return {
      advertisements,
      pools,
      speakers: [...others.map(withoutClaims), this.#own(situation)],
      nodes: [...snapshot.nodes.values()],
      alive: new Set(names.filter((name) => name !== this.#node || situation.isFit)),
      bars: new Map(bar && [[this.#node, bar]]),
      failing: new Map([...(failing ?? [])].map(([service, each]) => [service, new Map([[this.#node, each]])])),
    };
  }

  #others({ snapshot, candidates }: Situation): readonly SpeakerStatus[] {
    const reported = [...snapshot.speakers.values()].filter(({ metadata }) => metadata.name !== this.#node);
    if (!this.#peersFromNodes) return reported;
    const known = new Set([...snapshot.speakers.keys(), this.#node]);
    return [...reported, ...speakersOfNodes(snapshot.nodes.values(), known, candidates)];
  }

  /** What the store has of it is a little old. */
  #own({ candidates }: Situation): SpeakerStatus {
    const [metadata, status] = [{ name: this.#node }, { interfaces: interfacesIn(candidates) }];
    return { apiVersion: API_VERSION, kind: 'SpeakerStatus', metadata, status };
  }
}

/** Who has an address is for the speakers to settle; the plan says who should, whoever has it. */
function withoutClaims(speaker: SpeakerStatus): SpeakerStatus {
  return { ...speaker, status: { ...speaker.status, l2: [] } };
}

function assign(
  segments: Segments,
  duties: readonly Duty[],
  watch: { readonly interval: number; readonly multiplier: number },
): readonly AssignedSegment[] {
  const addresses = new Map<string, Duty['planned'][]>(segments.attached.map(({ key }) => [key, []]));
  for (const { segment, planned } of duties) addresses.get(segment.key)?.push(planned);
  return segments.attached.map(({ key, interface: { name, index, mac, up }, local }) => ({
    key,
    interface: { name, index, mac },
    up,
    local,
    peers: segments.peersOn(key).map((peer) => ({ ...peer, ...watch })),
    addresses: addresses.get(key) ?? [],
  }));
}

function linksOf(duties: AddressDuties | undefined): readonly string[] {
  return (duties?.duties ?? []).map(({ segment }) => segment.interface.name);
}

/** Notes by segment what is planned otherwise than before, and what is not planned there any more. */
function noteDifference(
  amended: Map<string, { planned: PlannedAddress[]; released: string[] }>,
  address: string,
  before: readonly Duty[],
  after: readonly Duty[],
): void {
  const at = (key: string) => {
    const known = amended.get(key) ?? { planned: [], released: [] };
    amended.set(key, known);
    return known;
  };
  const former = new Map(before.map(({ segment, planned }) => [segment.key, planned]));
  for (const { segment, planned } of after) {
    if (!isSamePlan(former.get(segment.key), planned)) at(segment.key).planned.push(planned);
    former.delete(segment.key);
  }
  for (const key of former.keys()) at(key).released.push(address);
}

function isSameFamily(address: string, segment: string): boolean {
  return address.includes(':') === segment.includes(':');
}
