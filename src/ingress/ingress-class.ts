import type { Ingress } from '../api/kubernetes/ingress.ts';
import type { IngressClass } from '../api/kubernetes/ingress-class.ts';

/** Where the class of an Ingress stood before there was a field for it. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

/** The class that an Ingress names; there may be no IngressClass of that name. */
export function classNameOf({ metadata, spec }: Ingress): string | undefined {
  return spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION];
}

/**
 * The IngressClass of an Ingress: that which it names, or the default one. API servers fill the default in when an
 * Ingress is created; one that is older than the class has none.
 */
export function classOf(ingress: Ingress, classes: ReadonlyMap<string, IngressClass>): IngressClass | undefined {
  const name = classNameOf(ingress);
  if (name !== undefined) return classes.get(name);
  const defaults = [...classes.values()].filter((each) => each.metadata.annotations?.[DEFAULT_CLASS] === 'true');
  return defaults.length === 1 ? defaults[0] : undefined;
}
