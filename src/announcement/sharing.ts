import { weightOf } from './advertisements.ts';
import type { Bar } from './bar.ts';
import { compareEndpoints } from './rank.ts';
import { type Verdict, worseStanding } from './verdict.ts';

/** The verdicts for one of the Services that share an address: one for each known node, in the order of all others. */
export interface ServiceVerdicts {
  /** `namespace/name`. */
  readonly service: string;
  readonly verdicts: readonly Verdict[];
}

/**
 * The verdicts for an address that several Services share. It is announced from one place, so a node has to do for all
 * of them. A holder that does for one is not silenced because of another as long as no node does for all.
 */
export function combine(services: readonly ServiceVerdicts[]): readonly Verdict[] {
  const [first, ...others] = services;
  if (!first) return [];
  if (others.every(({ verdicts }) => verdicts === first.verdicts)) return first.verdicts;
  return first.verdicts.map((verdict, index) => {
    const parts = others.map(({ service, verdicts }) => ({ service, verdict: verdicts[index] ?? verdict }));
    return combineNode([{ service: first.service, verdict }, ...parts], verdict);
  });
}

interface Part {
  readonly service: string;
  readonly verdict: Verdict;
}

function combineNode(parts: readonly Part[], { node }: Verdict): Verdict {
  const advertisements = [...new Set(parts.flatMap(({ verdict }) => verdict.advertisements))];
  const able = parts.filter(({ verdict }) => verdict.standing !== 'Never');
  const common = commonInterfaces(able);
  const bar = firstBar(parts) ?? (common.length === 0 ? apart(node.name, able) : undefined);
  const shared = able.length === parts.length && common.length > 0;
  const worst = parts.map(({ verdict }) => verdict.standing).reduce(worseStanding);
  const standing = able.length === 0 ? 'Never' : shared ? worst : 'WhileAlone';
  const ranked = {
    node: node.name,
    interfaces: common.length > 0 ? common : (able[0]?.verdict.ranked.interfaces ?? []),
    weight: weightOf(node, advertisements),
    localEndpoint: parts
      .map(({ verdict }) => verdict.ranked.localEndpoint)
      .reduce((a, b) => (compareEndpoints(a, b) < 0 ? b : a)),
  };
  return { node, standing, ranked, withheld: bar && { node: node.name, ...bar }, advertisements };
}

function commonInterfaces(parts: readonly Part[]): readonly string[] {
  const [first, ...others] = parts.map(({ verdict }) => verdict.ranked.interfaces);
  return (first ?? []).filter((name) => others.every((interfaces) => interfaces.includes(name)));
}

/** The first bar; the Service it is of is named unless the bar is that of the node for every Service alike. */
function firstBar(parts: readonly Part[]): Bar | undefined {
  const barred = parts.find(({ verdict }) => verdict.withheld);
  const withheld = barred?.verdict.withheld;
  if (!barred || !withheld) return undefined;
  const { reason, detail } = withheld;
  if (parts.every(({ verdict }) => verdict.withheld?.detail === detail)) return { reason, detail };
  return { reason, detail: `for Service ${barred.service}, which shares the address: ${detail}` };
}

function apart(node: string, parts: readonly Part[]): Bar {
  const each = parts.map(({ service, verdict }) => `${service}: ${verdict.ranked.interfaces.join(', ')}`).join('; ');
  const detail =
    `the Services that share the address may use no common interface of node ${node} (${each}): let their ` +
    'L2Advertisements name one, or give them addresses of their own';
  return { reason: 'InterfaceMissing', detail };
}
