import { type LabelSelector, matchesAnySelector, matchesSelector } from '../api/fields/label-selector.ts';
import type { Service } from '../api/kubernetes/service.ts';
import type { L2Advertisement } from '../api/l2-advertisement.ts';
import { closest } from '../api/near-miss.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import type { Bar } from './bar.ts';
import type { HeldAddress } from './input.ts';
import type { LabelledNode } from './nodes.ts';
import { compareText } from './rank.ts';

type Pool = HeldAddress['pool'];

/** An advertisement of either protocol: which pools, Services and nodes it is for. */
export interface Advertisement extends KubernetesObject {
  readonly spec: {
    readonly ipAddressPools?: readonly string[] | undefined;
    readonly ipAddressPoolSelectors?: readonly LabelSelector[] | undefined;
    readonly serviceSelectors?: readonly LabelSelector[] | undefined;
    readonly nodeSelectors?: readonly LabelSelector[] | undefined;
  };
}

/** The advertisements that concern a pool and a Service, by name. Equal answers are the same object. */
export interface Coverage<A extends Advertisement = L2Advertisement> {
  /** What advertisements these are, such as `L2Advertisement`. */
  readonly kind: string;
  readonly pool: string | undefined;
  /** Those that cover the pool. */
  readonly ofPool: readonly A[];
  /** Those of them that cover the Service too: one of these must select a node for it to announce the address. */
  readonly ofService: readonly A[];
  /** For people: each advertisement that names a pool which does not exist. */
  readonly misnamed: readonly string[];
}

/** Answers which advertisements cover what, asking each selector once per pool, Service and node. */
export class Advertisements<A extends Advertisement = L2Advertisement> {
  readonly #kind: string;
  readonly #all: readonly A[];
  readonly #byPool = new Map<string | undefined, readonly A[]>();
  readonly #coverages = new Map<string, Coverage<A>>();
  readonly #selected = new Map<A, Map<LabelledNode, boolean>>();
  readonly #misnamed: readonly string[];

  /** @param pools the names of all pools; undefined where they are not known. */
  constructor(advertisements: readonly A[], pools?: readonly string[], kind = 'L2Advertisement') {
    this.#kind = kind;
    this.#all = [...advertisements].sort((a, b) => compareText(a.metadata.name, b.metadata.name));
    this.#misnamed = pools === undefined ? [] : misnamedPools(this.#all, [...pools].sort(compareText));
  }

  /** The advertisements for an address from the pool that the Service holds. */
  covering(pool: Pool, service: Service): Coverage<A> {
    const ofPool = this.#ofPool(pool);
    const labels = service.metadata.labels;
    const ofService = ofPool.filter(({ spec }) => matchesAnySelector(spec.serviceSelectors ?? [], labels));
    const key = JSON.stringify([pool?.name, ofService.map(({ metadata }) => metadata.name)]);
    let coverage = this.#coverages.get(key);
    if (!coverage) {
      coverage = { kind: this.#kind, pool: pool?.name, ofPool, ofService, misnamed: this.#misnamed };
      this.#coverages.set(key, coverage);
    }
    return coverage;
  }

  #ofPool(pool: Pool): readonly A[] {
    let covering = this.#byPool.get(pool?.name);
    if (!covering) {
      covering = this.#all.filter((advertisement) => coversPool(advertisement, pool));
      this.#byPool.set(pool?.name, covering);
    }
    return covering;
  }

  /** Those of the advertisements whose nodeSelectors choose the node. */
  selecting(node: LabelledNode, advertisements: readonly A[]): readonly A[] {
    return advertisements.filter((advertisement) => this.#selects(advertisement, node));
  }

  #selects(advertisement: A, node: LabelledNode): boolean {
    let byNode = this.#selected.get(advertisement);
    if (!byNode) {
      byNode = new Map();
      this.#selected.set(advertisement, byNode);
    }
    let selects = byNode.get(node);
    if (selects === undefined) {
      selects = matchesAnySelector(advertisement.spec.nodeSelectors ?? [], node.labels);
      byNode.set(node, selects);
    }
    return selects;
  }
}

/** Why no advertisement of the Service selects the node. */
export function notSelected(node: LabelledNode, coverage: Coverage<Advertisement>): Bar {
  const { ofPool, ofService } = coverage;
  if (ofPool.length === 0) return { reason: 'NoAdvertisement', detail: uncovered(coverage) };
  if (ofService.length === 0) {
    const detail = `the serviceSelectors of ${named(ofPool)} do not match the Service: label it, or add a selector`;
    return { reason: 'ServiceNotSelected', detail };
  }
  const detail =
    `the nodeSelectors of ${named(ofService)} do not match node ${node.name}: label the node, or add a selector, if ` +
    'it is to announce';
  return { reason: 'NodeNotSelected', detail };
}

/** Whether the pools or pool selectors of an advertisement name the pool; one without either covers every pool. */
export function coversPool({ spec }: Advertisement, pool: Pool): boolean {
  const { ipAddressPools: names = [], ipAddressPoolSelectors: selectors = [] } = spec;
  if (names.length === 0 && selectors.length === 0) return true;
  if (pool === undefined) return false;
  return names.includes(pool.name) || selectors.some((selector) => matchesSelector(selector, pool.labels));
}

/** Why a Service is covered by no advertisement, for people. */
export function noAdvertisement(coverage: Coverage<Advertisement>, service: Service): string {
  if (coverage.ofPool.length === 0) return uncovered(coverage);
  return (
    `the serviceSelectors of ${named(coverage.ofPool)} do not match Service ${keyText(keyOf(service))}: label the Service, or ` +
    `add ${indefinite(coverage.kind)} without serviceSelectors`
  );
}

function uncovered({ kind, pool, misnamed }: Coverage<Advertisement>): string {
  const missing =
    pool === undefined
      ? `the address is in no known pool, and no ${kind} covers all pools: add one with an empty spec`
      : `no ${kind} covers pool ${pool}: add one, or name the pool in spec.ipAddressPools of one that exists`;
  const more =
    misnamed.length > MISNAMED_SHOWN ? [`and ${misnamed.length - MISNAMED_SHOWN} more names of no pool`] : [];
  return [missing, ...misnamed.slice(0, MISNAMED_SHOWN), ...more].join('; ');
}

const MISNAMED_SHOWN = 3;

function misnamedPools(advertisements: readonly Advertisement[], pools: readonly string[]): readonly string[] {
  return advertisements.flatMap(({ kind, metadata, spec }) =>
    (spec.ipAddressPools ?? [])
      .filter((name) => !pools.includes(name))
      .map((name) => {
        const near = closest(name, pools);
        const remedy = near === undefined ? '' : `: did you mean ${near}?`;
        return `${kind} ${metadata.name} names pool ${name}, which does not exist${remedy}`;
      }),
  );
}

function named(advertisements: readonly Advertisement[]): string {
  return advertisements.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ');
}

function indefinite(kind: string): string {
  return kind === 'L2Advertisement' ? `an ${kind}` : `a ${kind}`;
}

/** The sum of the preferences of the advertisements, each of which selects the node, that choose it. */
export function weightOf(node: LabelledNode, advertisements: Iterable<L2Advertisement>): number {
  let sum = 0;
  for (const { spec } of advertisements) {
    for (const { weight, preference } of spec.preferredNodeSelectors ?? []) {
      if (matchesSelector(preference, node.labels)) sum += weight;
    }
  }
  return sum;
}
