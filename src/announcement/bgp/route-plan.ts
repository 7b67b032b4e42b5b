import type { AnnouncedReason, WithheldReason } from '../../api/reasons/announcement.ts';
import { noAdvertisement } from '../advertisements.ts';
import type { PlanReason } from '../announcement-plan.ts';
import { speakerBar } from '../candidacy.ts';
import { type Claim, claimedAddresses } from '../claims.ts';
import { Endpoints } from '../endpoints.ts';
import type { AnnouncedService, AnnouncementInput } from '../input.ts';
import { NO_REPORTS, noEligibleNode } from '../messages.ts';
import { type KnownNode, knownNodes } from '../nodes.ts';
import { Segments } from '../segments.ts';
import { BgpConfiguration } from './configuration.ts';
import type { BgpObjects } from './input.ts';
import { type AdvertisingNode, concerns, judge } from './routes.ts';

/** Which nodes advertise one address of one Service, to whom, and why not the rest. */
export interface RoutePlan {
  /** In the text form of RFC 5952. */
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly protocol: 'bgp';
  /** By name; each has at least one peer. */
  readonly nodes: readonly { readonly node: string; readonly peers: readonly string[] }[];
  /** Why nobody advertises it; null where somebody does. */
  readonly reason: PlanReason | Extract<AnnouncedReason, 'NoEndpoints'> | null;
  /** For people: who advertises it, or why nobody does and what to change. */
  readonly message: string;
  /** What each node does not tell, by node: to one peer, or to all where none is named. */
  readonly withheld: readonly {
    readonly node: string;
    readonly peer?: string | undefined;
    readonly reason: WithheldReason;
    readonly detail: string;
  }[];
}

/** Everything that decides what is advertised. `advertisements` are those of BGP. */
export interface RoutePlanInput
  extends BgpObjects,
    Pick<AnnouncementInput, 'speakers' | 'nodes' | 'endpointSlices' | 'alive'> {
  /** The Services of ours that hold an address. */
  readonly services: readonly AnnouncedService[];
}

interface Candidate extends AdvertisingNode {
  readonly node: KnownNode;
}

/**
 * Makes one plan for each address and Service, by address and then by Service. Equal inputs give equal plans, in any
 * order. All but the Services is worked out once.
 */
export function routePlanner(
  input: Omit<RoutePlanInput, 'services'>,
): (services: readonly AnnouncedService[]) => readonly RoutePlan[] {
  const configuration = new BgpConfiguration(input);
  const endpoints = new Endpoints(input.endpointSlices);
  const { speakers, nodes: objects, alive } = input;
  const nodes = knownNodes({ speakers, nodes: objects, alive }, new Segments());
  const candidates = nodes.map((node) => ({ node, isShuttingDown: false, ...configuration.peeringsOn(node) }));
  return (services) => {
    const { addresses, malformed } = claimedAddresses(services);
    return [
      ...addresses.flatMap(({ text, claims }) =>
        claims.map((claim) => planRoute(text, claim, candidates, endpoints, configuration, speakers.length > 0)),
      ),
      ...malformed.map(({ text, key, message }) => unadvertised(text, key, 'NoAddress', message, [])),
    ];
  };
}

function planRoute(
  address: string,
  { service, key, pool }: Claim,
  candidates: readonly Candidate[],
  endpoints: Endpoints,
  configuration: BgpConfiguration,
  reported: boolean,
): RoutePlan {
  const held = { service, addresses: [{ address, pool }] };
  const verdicts = candidates.map((at) => verdict(at, judge(held, at, endpoints, configuration)));
  const withheld = verdicts.flatMap((each) => each.withheld);
  const coverage = configuration.advertisements.covering(pool, service);
  if (coverage.ofService.length === 0) {
    return unadvertised(address, key, 'NoAdvertisement', noAdvertisement(coverage, service), withheld);
  }
  if (!reported) return unadvertised(address, key, 'InterfacesUnknown', NO_REPORTS, withheld);
  const nodes = verdicts.filter(({ peers }) => peers.length > 0).map(({ node, peers }) => ({ node, peers }));
  if (nodes.length === 0) return unadvertised(address, key, reasonOf(verdicts), whyNobody(verdicts), withheld);
  const message = nodes.map(({ node, peers }) => `node ${node} advertises it to ${peers.join(', ')}`).join('; ');
  return { address, service: key, protocol: 'bgp', nodes, reason: null, message, withheld };
}

interface Verdict {
  readonly node: string;
  readonly peers: readonly string[];
  readonly withheld: RoutePlan['withheld'];
}

function verdict(at: Candidate, { wishes, withheld }: ReturnType<typeof judge>): Verdict {
  const node = at.node.name;
  // What keeps the node from it for good is told before a speaker that is missing.
  const bar = wishes.length > 0 ? speakerBar(at.node) : undefined;
  if (bar !== undefined) return { node, peers: [], withheld: [{ node, ...bar }] };
  const told = at.peerings.filter((peering) =>
    wishes.some(
      ({ prefix, advertisement }) =>
        concerns(advertisement, peering) && peering.families.includes(prefix.address.family),
    ),
  );
  const own = withheld.map(({ peer, reason, detail }) => ({ node, peer, reason, detail }));
  return { node, peers: told.map(({ peer }) => peer), withheld: own };
}

/** Where speakers or endpoints are all that is missing, that is the reason. */
function reasonOf(verdicts: readonly Verdict[]): RoutePlan['reason'] {
  const reasons = verdicts.map(({ withheld }) => withheld[0]?.reason);
  if (reasons.some((reason) => reason === 'InterfacesUnknown' || reason === 'SpeakerSilent')) return 'NoSpeaker';
  return reasons.length > 0 && reasons.every((reason) => reason === 'NoEndpoints') ? 'NoEndpoints' : 'NoEligibleNode';
}

function whyNobody(verdicts: readonly Verdict[]): string {
  return noEligibleNode(verdicts.flatMap(({ withheld }) => withheld.slice(0, 1)));
}

function unadvertised(
  address: string,
  service: string,
  reason: RoutePlan['reason'],
  message: string,
  withheld: RoutePlan['withheld'],
): RoutePlan {
  return { address, service, protocol: 'bgp', nodes: [], reason, message, withheld };
}
