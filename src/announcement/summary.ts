import type { AnnouncementPlan, PlanReason } from './announcement-plan.ts';

/** One entry of `announcements` in the output of `berth plan -o json`. */
export interface AnnouncementSummary {
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly protocol: 'l2';
  /** The nodes that announce it: the owner, or nobody. */
  readonly nodes: readonly string[];
  /** The second and third in line. */
  readonly standby: readonly string[];
  readonly reason: PlanReason | null;
}

/** A plan as `berth plan -o json` shows it. */
export function summarize({ address, service, protocol, ranked, reason }: AnnouncementPlan): AnnouncementSummary {
  const [owner, ...others] = ranked.map(({ node }) => node);
  const nodes = owner === undefined ? [] : [owner];
  return { address, service, protocol, nodes, standby: others.slice(0, 2), reason };
}
