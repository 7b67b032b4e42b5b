import type { L2Advertisement } from '../api/l2-advertisement.ts';
import type { RankedNode, WithheldNode } from './announcement-plan.ts';
import type { Bar } from './bar.ts';
import { type LocalEndpoints, noLocalEndpoint } from './endpoints.ts';
import type { KnownNode } from './nodes.ts';

/** What one node can do for an address. */
export interface Verdict {
  readonly node: KnownNode;
  readonly standing: Standing;
  /** How it is ranked where it may announce. */
  readonly ranked: RankedNode;
  /** Why it may not; undefined for a `Candidate` alone. */
  readonly withheld?: WithheldNode | undefined;
  /** The advertisements of the Service that select it. */
  readonly advertisements: readonly L2Advertisement[];
}

/**
 * When a node may announce an address: always; while it holds it; while it holds it and no node may take it; or never,
 * because it is not chosen to or has no way to.
 */
export type Standing = 'Candidate' | 'WhileHolding' | 'WhileAlone' | 'Never';

const STANDINGS: readonly Standing[] = ['Candidate', 'WhileHolding', 'WhileAlone', 'Never'];

/** The worse of two standings. */
export function worseStanding(a: Standing, b: Standing): Standing {
  return STANDINGS.indexOf(a) > STANDINGS.indexOf(b) ? a : b;
}

/** The verdicts for a Service that a node can announce only with an endpoint of its own. */
export function withEndpoints(verdicts: readonly Verdict[], endpoints: LocalEndpoints): readonly Verdict[] {
  const bar = noLocalEndpoint(endpoints);
  return verdicts.map((verdict) => {
    const node = verdict.node.name;
    const localEndpoint = endpoints.byNode.get(node) ?? 'Missing';
    const ranked = { ...verdict.ranked, localEndpoint };
    if (localEndpoint !== 'Missing') return { ...verdict, ranked };
    const withheld = verdict.withheld ?? { node, ...bar };
    return { ...verdict, ranked, withheld, standing: worseStanding(verdict.standing, 'WhileAlone') };
  });
}

/** The verdicts for a Service that some nodes say they do not serve. */
export function withBars(verdicts: readonly Verdict[], bars: ReadonlyMap<string, Bar>): readonly Verdict[] {
  return verdicts.map((verdict) => {
    const node = verdict.node.name;
    const bar = bars.get(node);
    if (bar === undefined) return verdict;
    const ranked: RankedNode = { ...verdict.ranked, localEndpoint: 'Missing' };
    const withheld = verdict.withheld ?? { node, ...bar };
    return { ...verdict, ranked, withheld, standing: worseStanding(verdict.standing, 'WhileAlone') };
  });
}
