import { isMembers, trimObject } from './trim.ts';

/**
 * A Service as whoever gives addresses needs it. Of one of another type than LoadBalancer that is the addresses it
 * occupies (`externalIPs`) and the status, which may hold what is to be cleared; undefined where it has neither, as
 * nearly all have. A cluster may have many times more of these than Services of type LoadBalancer.
 */
export function trimService(value: unknown): unknown {
  if (!isMembers(value) || !isMembers(value.metadata)) return trimObject(value);
  const { type, externalIPs } = isMembers(value.spec) ? value.spec : {};
  if (type === 'LoadBalancer') return trimObject(value);
  const status = isMembers(value.status) && hasSomething(value.status) ? value.status : undefined;
  if (isEmpty(externalIPs) && status === undefined) return undefined;
  const { apiVersion, kind, metadata } = value;
  const { name, namespace, uid, resourceVersion, generation } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, generation },
    spec: { type, ...(isEmpty(externalIPs) ? {} : { externalIPs }) },
    ...(status === undefined ? {} : { status }),
  };
}

function hasSomething({ conditions, loadBalancer }: Readonly<Record<string, unknown>>): boolean {
  return !isEmpty(conditions) || (isMembers(loadBalancer) && !isEmpty(loadBalancer.ingress));
}

function isEmpty(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0;
}
