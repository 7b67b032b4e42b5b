import type { Service } from '../../api/kubernetes/service.ts';
import { isOurs } from '../../api/load-balancer.ts';
import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import { overruledAnnotations } from '../../explain/overruled.ts';
import { printable } from '../../log/line.ts';

/** A warning a line of the annotations that do not count, since another spelling says something else. */
export function overruledText(objects: readonly KubernetesObject[], loadBalancerClass: string | undefined): string {
  return objects
    .filter((object): object is Service => object.kind === 'Service')
    .filter((service) => isOurs(service, loadBalancerClass))
    .flatMap((service) =>
      overruledAnnotations(service).map((text) => `warning: service ${keyText(keyOf(service))}: ${text}`),
    )
    .map((line) => `${printable(line)}\n`)
    .join('');
}
