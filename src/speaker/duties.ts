import type { AnnouncementPlan, RankedNode } from '../announcement/announcement-plan.ts';
import { whyNot } from '../announcement/not-owner.ts';
import type { WithheldReason } from '../api/announcement-reasons.ts';
import type { Failover } from './failover.ts';
import type { PlannedAddress } from './ownership/protocol.ts';
import type { AttachedSegment, Segments } from './segments.ts';

/** One address on one segment of this node, whoever answers for it. */
export interface Duty {
  readonly segment: AttachedSegment;
  readonly planned: PlannedAddress;
  /** The Services that share the address, as `namespace/name`. */
  readonly services: readonly string[];
}

/** One address of one Service that is not this node's to announce. */
export interface Withheld {
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly reason: WithheldReason;
}

/** What the plans mean for one node. */
export interface Duties {
  readonly duties: readonly Duty[];
  readonly withheld: readonly Withheld[];
}

/** What plans are read with. */
export interface DutyFacts {
  readonly node: string;
  readonly segments: Segments;
  readonly failover: Failover;
  /** Whether this node answers for the address at present. */
  owns(address: string): boolean;
}

/** Picks from the plans what concerns the node. All plans of one address follow one another. */
export function dutiesOf(plans: readonly AnnouncementPlan[], facts: DutyFacts): Duties {
  const withheld: Withheld[] = [];
  const byAddress = new Map<string, AnnouncementPlan[]>();
  for (const plan of plans) {
    if (plan.reason === 'NoAddress') continue;
    const { address, service } = plan;
    byAddress.set(address, [...(byAddress.get(address) ?? []), plan]);
    const reason = whyNot(plan, facts.node)?.reason;
    if (reason !== undefined) withheld.push({ address, service, reason });
  }
  return { duties: [...byAddress].flatMap(([address, shared]) => dutiesFor(address, shared, facts)), withheld };
}

function dutiesFor(address: string, plans: readonly AnnouncementPlan[], facts: DutyFacts): readonly Duty[] {
  const { node, segments, failover } = facts;
  const ranked = plans.find((plan) => plan.ranked.length > 0)?.ranked ?? [];
  const services = plans.map(({ service }) => service);
  const bars = plans.flatMap(({ withheld }) => withheld.filter((each) => each.node === node));
  // A node that is not Ready takes nothing anew, and keeps what it answers for: its traffic may be whole.
  const keeps = bars.some(({ reason }) => reason === 'NodeNotReady') && facts.owns(address);
  const draining = bars.some(({ reason }) => reason === 'NodeDraining');
  return segments.segmentsOf(address, ranked).map((segment) => {
    const inLine = ranked.filter((each: RankedNode) => segments.isOn(segment.key, each)).map((each) => each.node);
    const candidates = keeps && !inLine.includes(node) ? [node, ...inLine] : inLine;
    return { segment, services, planned: { address, candidates, holdOff: failover.holdOffOf(address), draining } };
  });
}
