import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { type Advertisements, type Coverage, notSelected, weightOf } from './advertisements.ts';
import type { Bar } from './bar.ts';
import { healthBar } from './eligibility.ts';
import type { Endpoints, LocalEndpoints } from './endpoints.ts';
import type { AnnouncementInput } from './input.ts';
import { reach } from './interfaces.ts';
import type { KnownNode } from './nodes.ts';
import type { Segment } from './segments.ts';
import { type Standing, type Verdict, withBars, withEndpoints } from './verdict.ts';

/**
 * Judges every known node for a Service and a segment. Addresses that are judged alike get the same list, so that ten
 * thousand addresses of one pool and segment cost as much as one.
 */
export class Candidacy {
  readonly #nodes: readonly KnownNode[];
  readonly #advertisements: Advertisements;
  readonly #endpoints: Endpoints;
  readonly #health: ReadonlyMap<KnownNode, Bar | undefined>;
  readonly #judged = new Map<Coverage, Map<Segment, readonly Verdict[]>>();
  /** Endpoints come and go while the rest stays: what was judged by them goes with them. */
  readonly #local = new WeakMap<LocalEndpoints, Map<readonly Verdict[], readonly Verdict[]>>();

  readonly #failing: NonNullable<AnnouncementInput['failing']>;

  /** @param told what nodes know of themselves */
  constructor(
    nodes: readonly KnownNode[],
    advertisements: Advertisements,
    endpoints: Endpoints,
    told: Pick<AnnouncementInput, 'bars' | 'failing'> = {},
  ) {
    this.#nodes = nodes;
    this.#advertisements = advertisements;
    this.#endpoints = endpoints;
    this.#health = new Map(nodes.map((node) => [node, healthBar(node) ?? told.bars?.get(node.name)]));
    this.#failing = told.failing ?? new Map();
  }

  /** One verdict for each known node, in the order of the nodes. */
  verdicts(service: Service, coverage: Coverage, segment: Segment): readonly Verdict[] {
    const failing = this.#failing.get(keyText(keyOf(service)));
    const verdicts = this.#verdicts(service, coverage, segment);
    return failing === undefined ? verdicts : withBars(verdicts, failing);
  }

  #verdicts(service: Service, coverage: Coverage, segment: Segment): readonly Verdict[] {
    const bySegment = cached(this.#judged, coverage, () => new Map<Segment, readonly Verdict[]>());
    const judged = cached(bySegment, segment, () => this.#nodes.map((node) => this.#judge(node, coverage, segment)));
    const endpoints = this.#endpoints.needed(service, segment.family);
    if (!endpoints) return judged;
    const byVerdicts = cached(this.#local, endpoints, () => new Map<readonly Verdict[], readonly Verdict[]>());
    return cached(byVerdicts, judged, () => withEndpoints(judged, endpoints));
  }

  #judge(node: KnownNode, coverage: Coverage, segment: Segment): Verdict {
    const advertisements = this.#advertisements.selecting(node, coverage.ofService);
    const weight = weightOf(node, advertisements);
    if (advertisements.length === 0) {
      const bar = notSelected(node, coverage);
      const ranked = { node: node.name, interfaces: [], weight, localEndpoint: 'NotNeeded' } as const;
      return { node, standing: 'Never', ranked, withheld: { node: node.name, ...bar }, advertisements };
    }
    const health = this.#health.get(node);
    const { interfaces, bar: unreachable } = reach(node, advertisements, segment);
    const bar = health ?? speakerBar(node) ?? unreachable;
    return {
      node,
      standing: node.alive && !unreachable ? standingOf(health) : 'Never',
      ranked: { node: node.name, interfaces, weight, localEndpoint: 'NotNeeded' },
      withheld: bar && { node: node.name, ...bar },
      advertisements,
    };
  }
}

/** A node that is not Ready may forward as before: it keeps what it holds. */
function standingOf(health: Bar | undefined): Standing {
  if (!health) return 'Candidate';
  return health.reason === 'NodeNotReady' ? 'WhileHolding' : 'WhileAlone';
}

/** Why a node without a speaker that can be relied on announces nothing. */
export function speakerBar({ name, alive, interfaces }: KnownNode): Bar | undefined {
  if (alive) return undefined;
  if (interfaces) {
    const detail = `the speaker of node ${name} has stopped reporting: see that a speaker runs there`;
    return { reason: 'SpeakerSilent', detail };
  }
  const detail = `no report of a speaker on node ${name} is known: see that a speaker runs there`;
  return { reason: 'InterfacesUnknown', detail };
}

function cached<K extends WeakKey, V>(map: Pick<WeakMap<K, V>, 'get' | 'set'>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}
