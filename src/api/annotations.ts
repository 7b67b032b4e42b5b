import type { KubernetesObject } from './object.ts';

/** The three prefixes under which a Service's annotations are read, first come first. */
const PREFIXES = ['berth.dev/', 'metallb.io/', 'metallb.universe.tf/'] as const;

/** An annotation by what it means, with all spellings in the order in which they win. */
export interface AnnotationName {
  readonly spellings: readonly string[];
}

function spelled(name: string): AnnotationName {
  return { spellings: PREFIXES.map((prefix) => prefix + name) };
}

/** Names the pool that the Service's addresses are to come from. */
export const ADDRESS_POOL = spelled('address-pool');
/** A comma list of the addresses that the Service asks for. */
export const LOAD_BALANCER_IPS = spelled('loadBalancerIPs');
/** A key: Services with the same key may share one address. */
export const ALLOW_SHARED_IP = spelled('allow-shared-ip');

/** On an Ingress or IngressClass: names the Service that stands for it, as `NAMESPACE/NAME`. Ours alone. */
export const STANDS_FOR: AnnotationName = { spellings: ['berth.dev/service'] };

/** One annotation as found on an object. */
export interface FoundAnnotation {
  /** The spelling that counts. */
  readonly name: string;
  readonly value: string;
  /** Later spellings that are present too and say something else; they do not count. */
  readonly overruled: readonly { readonly name: string; readonly value: string }[];
}

/** The annotation under its first spelling that is present, or undefined. */
export function annotationOf(
  object: Pick<KubernetesObject, 'metadata'>,
  annotation: AnnotationName,
): FoundAnnotation | undefined {
  const { annotations } = object.metadata;
  if (!annotations) return undefined;
  const found = annotation.spellings.flatMap((name) => {
    const value = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
    return value === undefined ? [] : [{ name, value }];
  });
  const [first, ...later] = found;
  return first && { ...first, overruled: later.filter(({ value }) => value !== first.value) };
}
