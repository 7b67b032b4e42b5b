import type { AnnouncementPlan, RankedNode } from '../../announcement/announcement-plan.ts';
import { whyNot } from '../../announcement/not-owner.ts';
import type { WithheldReason } from '../../api/reasons/announcement.ts';
import type { PlannedAddress } from '../ownership/protocol.ts';
import { DEFAULT_HOLD_OFF } from './failover.ts';
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

/** What plans mean for one node. */
export interface Duties {
  readonly duties: readonly Duty[];
  readonly withheld: readonly Withheld[];
}

/** What the plans of one address mean for one node. */
export interface AddressDuties extends Duties {
  /** The Services that share it, as `namespace/name`. */
  readonly services: readonly string[];
  /** The interfaces by which the node could announce it. */
  readonly uses: readonly string[];
}

/** What plans are read with. */
export interface DutyFacts {
  readonly node: string;
  readonly segments: Segments;
  /** By address, as in {@link Failover.holdOffs}. */
  readonly holdOffs: ReadonlyMap<string, number>;
  /** Whether this node answers for the address at present. */
  owns(address: string): boolean;
}

/** Picks from the plans what concerns the node, by address. */
export function dutiesOf(plans: readonly AnnouncementPlan[], facts: DutyFacts): ReadonlyMap<string, AddressDuties> {
  const byAddress = new Map<string, AnnouncementPlan[]>();
  for (const plan of plans) {
    if (plan.reason === 'NoAddress') continue;
    const shared = byAddress.get(plan.address);
    if (shared === undefined) byAddress.set(plan.address, [plan]);
    else shared.push(plan);
  }
  return new Map([...byAddress].map(([address, shared]) => [address, addressDuties(address, shared, facts)]));
}

/**
 * By node, the interfaces by which it could announce anything; of one that is kept from announcing those of the others, so
 * that what it hands over, and how others reach it, does not change with that. The plans are read once, when first asked.
 */
export function usedInterfaces(plans: readonly AnnouncementPlan[]): (node: string) => ReadonlySet<string> {
  let used: ReturnType<typeof interfacesByNode> | undefined;
  return (node) => {
    used ??= interfacesByNode(plans);
    return used.byNode.get(node) ?? used.all;
  };
}

function interfacesByNode(plans: readonly AnnouncementPlan[]) {
  const byNode = new Map<string, Set<string>>();
  const all = new Set<string>();
  for (const { node, interfaces } of plans.flatMap(({ ranked }) => ranked)) {
    for (const name of interfaces) {
      byNode.set(node, (byNode.get(node) ?? new Set()).add(name));
      all.add(name);
    }
  }
  return { byNode, all };
}

function addressDuties(address: string, plans: readonly AnnouncementPlan[], facts: DutyFacts): AddressDuties {
  const withheld = plans.flatMap((plan): Withheld[] => {
    const reason = whyNot(plan, facts.node)?.reason;
    return reason === undefined ? [] : [{ address, service: plan.service, reason }];
  });
  return {
    services: plans.map(({ service }) => service),
    uses: [...new Set(plans.flatMap(({ ranked }) => ranked.find(({ node }) => node === facts.node)?.interfaces ?? []))],
    duties: dutiesFor(address, plans, facts),
    withheld,
  };
}

function dutiesFor(address: string, plans: readonly AnnouncementPlan[], facts: DutyFacts): readonly Duty[] {
  const { node, segments, holdOffs } = facts;
  const ranked = plans.find((plan) => plan.ranked.length > 0)?.ranked ?? [];
  const services = plans.map(({ service }) => service);
  const bars = plans.flatMap(({ withheld }) => withheld.filter((each) => each.node === node));
  // A node that is not Ready takes nothing anew, and keeps what it answers for: its traffic may be whole.
  const keeps = bars.some(({ reason }) => reason === 'NodeNotReady') && facts.owns(address);
  const draining = bars.some(({ reason }) => reason === 'NodeDraining');
  return segments.segmentsOf(address, ranked).map((segment) => {
    const inLine = ranked.filter((each: RankedNode) => segments.isOn(segment.key, each)).map((each) => each.node);
    const candidates = keeps && !inLine.includes(node) ? [node, ...inLine] : inLine;
    const holdOff = holdOffs.get(address) ?? DEFAULT_HOLD_OFF;
    return { segment, services, planned: { address, candidates, holdOff, draining } };
  });
}
