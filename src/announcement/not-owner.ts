import type { AnnouncementPlan, WithheldNode } from './announcement-plan.ts';

/** Why a node does not announce the address of a plan; undefined for its owner, and for a node that it does not know. */
export function whyNot(plan: AnnouncementPlan, node: string): WithheldNode | undefined {
  const place = plan.ranked.findIndex((ranked) => ranked.node === node);
  if (place < 0) return plan.withheld.find((withheld) => withheld.node === node);
  if (place === 0) return undefined;
  const detail = `node ${plan.owner} announces the address; node ${node} is number ${place + 1} in line for it`;
  return { node, reason: 'NotOwner', detail };
}
