import type { RankedNode, WithheldNode } from './announcement-plan.ts';
import type { Placement } from './placement.ts';

/** Why nothing can be placed without any SpeakerStatus. */
export const NO_REPORTS =
  'no SpeakerStatus is known, so nobody can tell which node is attached to which network: run a speaker on the nodes, ' +
  'or give the SpeakerStatus objects that theirs have written';

/** Who announces an address, and what is remarkable about it. */
export function announcedMessage({ ranked, despite, outranks }: Placement, owner: RankedNode): string {
  const announces = `node ${owner.node} announces it on ${owner.interfaces.join(', ')}`;
  if (despite) return `${announces}, which keeps it as no other node may take it, although ${despite.detail}`;
  const standby = ranked.slice(1, 3).map(({ node }) => node);
  const next =
    standby.length > 0
      ? `${standby.join(' and ')} ${standby.length > 1 ? 'stand' : 'stands'} by`
      : 'no other node may take it over';
  return outranks === undefined
    ? `${announces}; ${next}`
    : `${announces} and keeps it because it holds it, though ${outranks} ranks before it; ${next}`;
}

/** Why no node announces an address: the nodes by reason, and the detail of each reason once. */
export function noEligibleNode(withheld: readonly WithheldNode[]): string {
  const byReason = new Map<string, WithheldNode[]>();
  for (const node of withheld) {
    const alike = byReason.get(node.reason);
    if (alike) alike.push(node);
    else byReason.set(node.reason, [node]);
  }
  const reasons = [...byReason].map(([reason, nodes]) => `${reason} on ${nodesOf(nodes)} (${nodes[0]?.detail})`);
  const count = withheld.length === 1 ? 'the one known node may not' : `none of the ${withheld.length} known nodes may`;
  return `${count} announce it: ${reasons.join('; ')}`;
}

function nodesOf(nodes: readonly WithheldNode[]): string {
  const names = nodes.map(({ node }) => node);
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
