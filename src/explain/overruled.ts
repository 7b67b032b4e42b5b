import { ADDRESS_POOL, ALLOW_SHARED_IP, annotationOf, LOAD_BALANCER_IPS } from '../api/annotations.ts';
import type { Service } from '../api/kubernetes/service.ts';

/** The annotations of a Service that do not count, since another spelling of them says something else: for people. */
export function overruledAnnotations(service: Service): readonly string[] {
  return [ADDRESS_POOL, LOAD_BALANCER_IPS, ALLOW_SHARED_IP].flatMap((annotation) => {
    const found = annotationOf(service, annotation);
    if (found === undefined) return [];
    return found.overruled.map(
      ({ name, value }) => `the annotation ${name}: "${value}" does not count beside ${found.name}: "${found.value}"`,
    );
  });
}
