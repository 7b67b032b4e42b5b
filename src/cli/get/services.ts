import { findCondition } from '../../api/conditions.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { publishedAddresses } from '../../api/load-balancer.ts';
import { keyOf, keyText } from '../../api/object.ts';
import { ALLOCATED, ANNOUNCED } from '../../api/reasons/reasons.ts';
import { poolLookup } from '../../speaker/plan/pools.ts';
import { ageText } from '../age.ts';
import type { Resource } from './resource.ts';
import { RESOURCE_NAMES } from './resource-names.ts';

/** A Service of type LoadBalancer and the pools its addresses come from. */
export interface ServiceRow {
  readonly service: Service;
  readonly pools: readonly string[];
}

/** `get services`: the columns of `kubectl get services`, then the pool and the reason. Only type LoadBalancer. */
export const SERVICES: Resource<ServiceRow> = {
  names: RESOURCE_NAMES.services,
  reads: ['services', 'pools'],
  optional: ['pools'],
  scope: 'Namespaced',
  rows: (view) => {
    const poolOf = poolLookup(view.pools);
    return view.services
      .filter((service) => service.spec?.type === 'LoadBalancer')
      .map((service) => ({
        service,
        pools: [...new Set(publishedAddresses(service).flatMap((address) => poolOf(address)?.name ?? []))],
      }));
  },
  nameOf: ({ service }) => service.metadata.name,
  keyOf: ({ service }) => keyText(keyOf(service)),
  namespaceOf: ({ service }) => service.metadata.namespace,
  state: (row) => row,
  item: ({ service }) => service,
  columns: (now) => [
    { header: 'NAME', cell: ({ service }) => service.metadata.name },
    { header: 'TYPE', cell: ({ service }) => service.spec?.type },
    { header: 'CLUSTER-IP', cell: ({ service }) => service.spec?.clusterIP },
    { header: 'EXTERNAL-IP', cell: ({ service }) => externalIP(service) },
    { header: 'PORT(S)', cell: ({ service }) => ports(service) },
    { header: 'AGE', cell: ({ service }) => ageText(service.metadata.creationTimestamp, now()) },
    { header: 'POOL', cell: ({ pools }) => pools.join(',') },
    { header: 'REASON', cell: ({ service }) => allocated(service)?.reason },
    { header: 'ANNOUNCED', wide: true, cell: ({ service }) => announced(service)?.reason },
    { header: 'MESSAGE', wide: true, cell: ({ service }) => tellingMessage(service) },
  ],
};

/** The Service's `berth.dev/Allocated` condition. */
export function allocated(service: Service) {
  return findCondition(service.status?.conditions, ALLOCATED);
}

/** The Service's `berth.dev/Announced` condition. */
export function announced(service: Service) {
  return findCondition(service.status?.conditions, ANNOUNCED);
}

/** As kubectl has it: what the load balancer gave, then `spec.externalIPs`. */
function externalIP(service: Service): string {
  const given = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  return [...given, ...(service.spec?.externalIPs ?? [])].join(',') || '<pending>';
}

function ports(service: Service): string {
  const text = (service.spec?.ports ?? []).map(({ port, nodePort, protocol }) => {
    return `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`;
  });
  return text.join(',');
}

/** What went wrong first: the address, else its announcement, else what is right. */
function tellingMessage(service: Service): string | undefined {
  const [first, second] = [allocated(service), announced(service)];
  return (first?.status === 'True' ? (second ?? first) : first)?.message;
}
