import { annotationOf, STANDS_FOR } from '../api/annotations.ts';
import type { Ingress } from '../api/kubernetes/ingress.ts';
import type { IngressClass } from '../api/kubernetes/ingress-class.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { type KubernetesObject, keyText } from '../api/object.ts';
import { classOf } from './ingress-class.ts';
import { controllerService, type ServiceDirectory } from './known-controllers.ts';

/** Which Service stands for an Ingress. */
export type ServiceReference =
  | {
      /** Said by a person, or worked out from {@link controllerService}. */
      readonly by: 'Annotation' | 'Table';
      /** `namespace/name`. */
      readonly key: string;
      /** Undefined where there is none of that name. */
      readonly service: Service | undefined;
    }
  | { readonly by: 'Nothing' }
  /** The annotation cannot be understood: the cause and the remedy. */
  | { readonly by: 'Fault'; readonly message: string };

const NAME = '[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?';
const REFERENCE = new RegExp(`^(${NAME})/(${NAME})$`);

/** The Service that stands for an Ingress: by its own annotation, by that of its class, or by who serves the class. */
export function referenceOf(
  ingress: Ingress,
  classes: ReadonlyMap<string, IngressClass>,
  services: ServiceDirectory,
): ServiceReference {
  const ingressClass = classOf(ingress, classes);
  const named = namedBy(ingress, services) ?? (ingressClass && namedBy(ingressClass, services));
  if (named !== undefined) return named;
  const service = controllerService(ingress, ingressClass, services);
  return service === undefined ? { by: 'Nothing' } : { by: 'Table', key: keyText(service.metadata), service };
}

function namedBy(object: KubernetesObject, services: ServiceDirectory): ServiceReference | undefined {
  const annotation = annotationOf(object, STANDS_FOR);
  if (annotation === undefined) return undefined;
  const key = annotation.value.trim();
  if (REFERENCE.test(key)) return { by: 'Annotation', key, service: services.get(key) };
  const of = `${object.kind}/${keyText(object.metadata)}`;
  const message = `annotation ${annotation.name} of ${of} is "${annotation.value}": write NAMESPACE/NAME of a Service`;
  return { by: 'Fault', message };
}
