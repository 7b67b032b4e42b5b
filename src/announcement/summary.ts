import type { AnnouncementPlan } from './announcement-plan.ts';
import type { RoutePlan } from './bgp/route-plan.ts';

/** One entry of `announcements` in the output of `berth plan -o json`. */
export interface AnnouncementSummary {
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly protocol: 'l2' | 'bgp';
  /** The nodes that announce it: of layer 2 the owner, over BGP all that do; or nobody. */
  readonly nodes: readonly string[];
  /** The second and third in line at layer 2. */
  readonly standby: readonly string[];
  readonly reason: RoutePlan['reason'];
}

/** A plan as `berth plan -o json` shows it. */
export function summarize(plan: AnnouncementPlan | RoutePlan): AnnouncementSummary {
  const { address, service, protocol, reason } = plan;
  if (plan.protocol === 'bgp') {
    return { address, service, protocol, nodes: plan.nodes.map(({ node }) => node), standby: [], reason };
  }
  const [owner, ...others] = plan.ranked.map(({ node }) => node);
  const nodes = owner === undefined ? [] : [owner];
  return { address, service, protocol, nodes, standby: others.slice(0, 2), reason };
}
