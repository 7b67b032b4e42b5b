import type { WithheldReason } from '../api/reasons/announcement.ts';
import { Advertisements, noAdvertisement } from './advertisements.ts';
import type { AnnouncementPlan, PlanReason, WithheldNode } from './announcement-plan.ts';
import { Candidacy } from './candidacy.ts';
import { type Claim, type ClaimedAddress, claimedAddresses } from './claims.ts';
import { Endpoints } from './endpoints.ts';
import { holders } from './holders.ts';
import type { AnnouncedService, AnnouncementInput } from './input.ts';
import { announcedMessage, NO_REPORTS, noEligibleNode } from './messages.ts';
import { knownNodes } from './nodes.ts';
import { type Placement, Placements } from './placement.ts';
import { type Segment, Segments } from './segments.ts';
import { combine } from './sharing.ts';
import type { Verdict } from './verdict.ts';

/**
 * Decides for each address of each Service which node announces it at layer 2, who stands by, and why not the rest. One
 * plan for each address and Service, by address and then by Service; all plans of a shared address name the same owner.
 * Equal inputs give equal plans, whatever the order of the lists in them.
 */
export function planAnnouncements(input: AnnouncementInput): readonly AnnouncementPlan[] {
  return announcementPlanner(input, new Endpoints(input.endpointSlices))(input.services);
}

/** Everything that decides who announces what, but for the Services and their endpoints. */
export type AnnouncementSurroundings = Omit<AnnouncementInput, 'services' | 'endpointSlices'>;

/** Plans for some of the Services: those given must include all that share an address with one of them. */
export type PlanServices = (services: readonly AnnouncedService[]) => readonly AnnouncementPlan[];

/**
 * Works out what is the same for all Services, so that few of them can be planned at little cost, and often.
 *
 * @param endpoints may change between two calls
 */
export function announcementPlanner(surroundings: AnnouncementSurroundings, endpoints: Endpoints): PlanServices {
  const segments = new Segments();
  const nodes = knownNodes(surroundings, segments);
  const advertisements = new Advertisements(surroundings.advertisements, surroundings.pools);
  const sight: Sight = {
    reported: surroundings.speakers.length > 0,
    segments,
    advertisements,
    candidacy: new Candidacy(nodes, advertisements, endpoints, surroundings),
    placements: new Placements(),
    holders: holders(surroundings.speakers),
    nobody: new WeakMap(),
  };
  return (services) => {
    const { addresses, malformed } = claimedAddresses(services);
    return [
      ...addresses.flatMap((claimed) => planAddress(claimed, sight)),
      ...malformed.map(({ text, key, message }) => unplaced(text, key, 'NoAddress', message, [])),
    ];
  };
}

/** What one plan is made from. */
interface Sight {
  /** Whether any speaker has reported. */
  readonly reported: boolean;
  readonly segments: Segments;
  readonly advertisements: Advertisements;
  readonly candidacy: Candidacy;
  readonly placements: Placements;
  readonly holders: ReadonlyMap<string, ReadonlySet<string>>;
  /** Why nobody announces the addresses that are judged alike. */
  readonly nobody: WeakMap<readonly Verdict[], Nobody>;
}

type Nobody = Pick<AnnouncementPlan, 'message'> & { readonly reason: PlanReason };

const NOBODY: ReadonlySet<string> = new Set();

function planAddress(claimed: ClaimedAddress, sight: Sight): readonly AnnouncementPlan[] {
  const { address, text, claims } = claimed;
  const segment = sight.segments.segmentOf(address);
  if (!sight.reported) return claims.map((claim) => unreported(text, claim, segment, sight));
  const judged = claims.map((claim) => {
    const coverage = sight.advertisements.covering(claim.pool, claim.service);
    return { claim, coverage, verdicts: sight.candidacy.verdicts(claim.service, coverage, segment) };
  });
  const covered = judged.filter(({ coverage }) => coverage.ofService.length > 0);
  const verdicts = combine(covered.map(({ claim, verdicts }) => ({ service: claim.key, verdicts })));
  const placement = sight.placements.place(text, verdicts, sight.holders.get(text) ?? NOBODY);
  return judged.map(({ claim, coverage, verdicts: own }) => {
    const uncovered = coverage.ofService.length === 0 ? noAdvertisement(coverage, claim.service) : undefined;
    if (uncovered !== undefined) return unplaced(text, claim.key, 'NoAdvertisement', uncovered, withheldIn(own));
    return placed(text, claim.key, placement, () => nobody(verdicts, placement, sight));
  });
}

/** Without any report nobody can tell where an address belongs: there is nothing to rank. */
function unreported(address: string, { service, key, pool }: Claim, segment: Segment, sight: Sight): AnnouncementPlan {
  const coverage = sight.advertisements.covering(pool, service);
  const withheld = withheldIn(sight.candidacy.verdicts(service, coverage, segment));
  const isCovered = coverage.ofService.length > 0;
  const message = isCovered ? NO_REPORTS : `${NO_REPORTS}; besides, ${noAdvertisement(coverage, service)}`;
  return unplaced(address, key, 'InterfacesUnknown', message, withheld);
}

function withheldIn(verdicts: readonly Verdict[]): readonly WithheldNode[] {
  return verdicts.flatMap(({ withheld }) => withheld ?? []);
}

function placed(address: string, service: string, placement: Placement, why: () => Nobody): AnnouncementPlan {
  const [owner] = placement.ranked;
  if (!owner) {
    const { reason, message } = why();
    return unplaced(address, service, reason, message, placement.withheld);
  }
  const { ranked, withheld } = placement;
  const message = announcedMessage(placement, owner);
  return { address, service, protocol: 'l2', owner: owner.node, ranked, reason: null, message, withheld };
}

/** What is said of an address without an owner depends on the verdicts alone, and there may be thousands of either. */
function nobody(verdicts: readonly Verdict[], { withheld }: Placement, sight: Sight): Nobody {
  const known = sight.nobody.get(verdicts);
  if (known !== undefined) return known;
  const reason = speakersMissing(verdicts) ? 'NoSpeaker' : 'NoEligibleNode';
  const why: Nobody = { reason, message: noEligibleNode(withheld) };
  sight.nobody.set(verdicts, why);
  return why;
}

function unplaced(
  address: string,
  service: string,
  reason: PlanReason,
  message: string,
  withheld: readonly WithheldNode[],
): AnnouncementPlan {
  return { address, service, protocol: 'l2', ranked: [], reason, message, withheld };
}

/** Whether speakers are all that is missing: no node that is chosen and in good health has one. */
function speakersMissing(verdicts: readonly Verdict[]): boolean {
  const fit = verdicts.filter(({ withheld }) => withheld === undefined || !UNFIT.has(withheld.reason));
  return fit.length > 0 && fit.every(({ node }) => !node.alive);
}

/** What keeps a node out whether or not a speaker runs on it. */
const UNFIT: ReadonlySet<WithheldReason> = new Set<WithheldReason>([
  'NoAdvertisement',
  'NodeNotSelected',
  'ServiceNotSelected',
  'NodeExcluded',
  'NodeDraining',
  'NodeNetworkUnavailable',
  'NodeNotReady',
]);
