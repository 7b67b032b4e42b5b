import { isMembers, trimObject } from './trim.ts';

/**
 * A Service as whoever gives addresses needs it. Of one of another type than LoadBalancer that is the addresses it
 * occupies (`clusterIPs`, `externalIPs`) and the status, which may hold what is to be cleared; undefined where it has
 * none of them. A cluster may have many times more of these than Services of type LoadBalancer.
 */
export function trimService(value: unknown): unknown {
  if (!isMembers(value) || !isMembers(value.metadata)) return trimObject(value);
  const { type, clusterIP, clusterIPs, externalIPs } = isMembers(value.spec) ? value.spec : {};
  if (type === 'LoadBalancer') return trimObject(value);
  const status = isMembers(value.status) && hasSomething(value.status) ? value.status : undefined;
  const addresses = (Array.isArray(clusterIPs) ? clusterIPs : [clusterIP]).filter(isAddress);
  if (addresses.length === 0 && isEmpty(externalIPs) && status === undefined) return undefined;
  const { apiVersion, kind, metadata } = value;
  const { name, namespace, uid, resourceVersion, generation } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, generation },
    spec: {
      type,
      ...(addresses.length === 0 ? {} : { clusterIPs: addresses }),
      ...(isEmpty(externalIPs) ? {} : { externalIPs }),
    },
    ...(status === undefined ? {} : { status }),
  };
}

/** Not `None`, as that of a headless Service. */
function isAddress(clusterIP: unknown): boolean {
  return typeof clusterIP === 'string' && clusterIP !== '' && clusterIP !== 'None';
}

function hasSomething({ conditions, loadBalancer }: Readonly<Record<string, unknown>>): boolean {
  return !isEmpty(conditions) || (isMembers(loadBalancer) && !isEmpty(loadBalancer.ingress));
}

function isEmpty(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0;
}
