import type { Bar } from '../announcement/bar.ts';
import { planAnnouncements } from '../announcement/plan.ts';
import { API_VERSION } from '../api/custom-kind.ts';
import type { SpeakerReport, SpeakerStatus } from '../api/speaker-status.ts';
import type { NetworkInterface } from '../os/interfaces.ts';
import { type Duties, type Duty, dutiesOf } from './duties.ts';
import { failoverOf } from './failover.ts';
import { HeldServices } from './held-services.ts';
import { speakersOfNodes } from './peers-from-nodes.ts';
import { poolLookup } from './pools.ts';
import { macsOf } from './reported-interfaces.ts';
import { Segments } from './segments.ts';
import type { Snapshot } from './snapshot.ts';
import type { AssignedSegment, Assignment } from './wire/messages.ts';

/** What the store and the kernel say at one moment. */
export interface Situation {
  readonly snapshot: Pick<Snapshot, 'services' | 'pools' | 'advertisements' | 'nodes' | 'endpointSlices' | 'speakers'>;
  /** Whether this node may announce anything at all. */
  readonly isFit: boolean;
  /** All interfaces of this node. */
  readonly interfaces: readonly NetworkInterface[];
  /** Those of them that could announce. */
  readonly candidates: readonly NetworkInterface[];
  /** What this node's own status says of its interfaces; what the store has of it is a little old. */
  readonly report: Pick<SpeakerReport, 'interfaces'>;
  /** The addresses that this node answers for. */
  readonly owned: ReadonlySet<string>;
  /** What this node knows of itself that keeps it from announcing anything. */
  readonly bar?: Bar | undefined;
  /** By Service, as `namespace/name`, what keeps this node from announcing it. */
  readonly failing?: ReadonlyMap<string, Bar> | undefined;
}

/** Decides which nodes could announce what, in which order; who does is settled on the wire. */
export class Planner {
  readonly #node: string;
  readonly #held: HeldServices;
  #duties: Duties = { duties: [], withheld: [] };
  #services: ReadonlyMap<string, readonly string[]> = new Map();

  readonly #peersFromNodes: boolean;

  /** @param peersFromNodes nodes whose speaker nobody has a report of are there all the same */
  constructor(node: string, loadBalancerClass: string | undefined, peersFromNodes = false) {
    this.#node = node;
    this.#peersFromNodes = peersFromNodes;
    this.#held = new HeldServices(loadBalancerClass);
  }

  /** By the last plan. */
  get duties(): Duties {
    return this.#duties;
  }

  /** The Services of an address, by the last plan. */
  servicesOf(address: string): readonly string[] {
    return this.#services.get(address) ?? [];
  }

  /** Decides anew. Returns everything that the wire is to know, but for how the addresses get there. */
  plan(situation: Situation): Omit<Assignment, 'loopback'> {
    const { snapshot, interfaces, candidates, owned } = situation;
    const others = this.#others(situation);
    const advertisements = [...snapshot.advertisements.values()];
    const pools = [...snapshot.pools.values()].map(({ metadata }) => metadata.name);
    const services = this.#held.select(snapshot.services.values(), poolLookup([...snapshot.pools.values()]));
    const names = [...others.map(({ metadata }) => metadata.name), this.#node];
    const plans = planAnnouncements({
      services,
      advertisements,
      pools,
      speakers: [...others.map(withoutClaims), this.#own(situation)],
      nodes: [...snapshot.nodes.values()],
      endpointSlices: [...snapshot.endpointSlices.values()],
      alive: new Set(names.filter((name) => name !== this.#node || situation.isFit)),
      bars: new Map(situation.bar && [[this.#node, situation.bar]]),
      failing: new Map([...(situation.failing ?? [])].map(([service, bar]) => [service, new Map([[this.#node, bar]])])),
    });
    const segments = new Segments(this.#node, candidates, others, plans);
    const failover = failoverOf(advertisements, pools, services);
    const owns = (address: string) => owned.has(address);
    this.#duties = dutiesOf(plans, { node: this.#node, segments, failover, owns });
    this.#services = new Map(this.#duties.duties.map(({ planned, services }) => [planned.address, services]));
    const known = [...snapshot.nodes.keys(), ...snapshot.speakers.keys()];
    return {
      ownMacs: macsOf(interfaces),
      speakerMacs: others.flatMap(({ metadata, status }) => {
        return macsOf(status?.interfaces ?? []).map((mac) => [mac.toLowerCase(), metadata.name] as const);
      }),
      alone: known.every((name) => name === this.#node),
      refresh: failover.refresh,
      segments: assign(segments, this.#duties.duties, failover.watch),
    };
  }

  #others({ snapshot, candidates }: Situation): readonly SpeakerStatus[] {
    const reported = [...snapshot.speakers.values()].filter(({ metadata }) => metadata.name !== this.#node);
    if (!this.#peersFromNodes) return reported;
    const known = new Set([...snapshot.speakers.keys(), this.#node]);
    return [...reported, ...speakersOfNodes(snapshot.nodes.values(), known, candidates)];
  }

  #own({ report }: Situation): SpeakerStatus {
    const metadata = { name: this.#node };
    return { apiVersion: API_VERSION, kind: 'SpeakerStatus', metadata, status: { interfaces: report.interfaces } };
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
