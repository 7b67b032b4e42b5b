import type { RankedNode, WithheldNode } from './announcement-plan.ts';
import { compareEndpoints, rank } from './rank.ts';
import type { Verdict } from './verdict.ts';

/** Where an address goes. */
export interface Placement {
  /** The owner, then those that stand by; empty where no node may announce it. */
  readonly ranked: readonly RankedNode[];
  readonly withheld: readonly WithheldNode[];
  /** The bar that the owner is let pass, as it holds the address and no other node may take it. */
  readonly despite?: WithheldNode | undefined;
  /** The node that ranks before the owner, which keeps the address because it holds it. */
  readonly outranks?: string | undefined;
}

/** What a list of verdicts says of every address that is judged by it. */
interface Judged {
  readonly candidates: readonly RankedNode[];
  readonly withheld: readonly WithheldNode[];
}

/** Places addresses by the verdicts on them, sorting each list of verdicts once. */
export class Placements {
  readonly #judged = new WeakMap<readonly Verdict[], Judged>();

  /**
   * Ranks the nodes for an address. A holder that may announce it, and is served as well as the best, comes first:
   * nothing moves without a cause.
   *
   * @param address in the text form of RFC 5952.
   * @param holders the nodes that report themselves as its owner; a dead one's verdict says that it may not.
   */
  place(address: string, verdicts: readonly Verdict[], holders: ReadonlySet<string>): Placement {
    const { candidates, withheld } = this.#judge(verdicts);
    const holding = holders.size === 0 ? [] : verdicts.filter(({ node }) => holders.has(node.name));
    const excused = holding.filter(({ standing }) => standing === 'WhileHolding').map(({ ranked }) => ranked);
    const able = excused.length > 0 ? [...candidates, ...excused] : candidates;
    if (able.length === 0) return keep(address, holding, withheld);
    const ranked = rank(address, able);
    const [best] = ranked;
    const owner = ranked.find(
      (node) => holders.has(node.node) && best && compareEndpoints(node.localEndpoint, best.localEndpoint) === 0,
    );
    const kept = owner && owner !== best ? owner : undefined;
    return {
      ranked: kept ? [kept, ...ranked.filter((node) => node !== kept)] : ranked,
      withheld: excused.length > 0 ? without(withheld, excused) : withheld,
      outranks: kept && best?.node,
    };
  }

  #judge(verdicts: readonly Verdict[]): Judged {
    let judged = this.#judged.get(verdicts);
    if (!judged) {
      judged = {
        candidates: verdicts.filter(({ standing }) => standing === 'Candidate').map(({ ranked }) => ranked),
        withheld: verdicts.flatMap(({ withheld }) => withheld ?? []),
      };
      this.#judged.set(verdicts, judged);
    }
    return judged;
  }
}

/** No node may take the address: the best of those that hold it keeps it, for silence gains nothing. */
function keep(address: string, holding: readonly Verdict[], withheld: readonly WithheldNode[]): Placement {
  const alone = holding.filter(({ standing }) => standing === 'WhileAlone');
  const [owner] = rank(
    address,
    alone.map(({ ranked }) => ranked),
  );
  if (!owner) return { ranked: [], withheld };
  const despite = withheld.find(({ node }) => node === owner.node);
  return { ranked: [owner], withheld: without(withheld, [owner]), despite };
}

function without(withheld: readonly WithheldNode[], ranked: readonly RankedNode[]): readonly WithheldNode[] {
  return withheld.filter(({ node }) => !ranked.some((other) => other.node === node));
}
