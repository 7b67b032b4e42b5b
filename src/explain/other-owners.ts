import { findCondition } from '../api/conditions.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { ALLOCATED, ANNOUNCED } from '../api/reasons/reasons.ts';
import { statusWriters } from './status-writers.ts';

/** What other implementations of LoadBalancer leave on a Service that they serve. */
interface Mark {
  readonly implementation: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: readonly string[];
  readonly conditions?: readonly string[];
  readonly finalizers?: readonly string[];
}

const MARKS: readonly Mark[] = [
  {
    implementation: 'MetalLB',
    annotations: ['metallb.io/ip-allocated-from-pool', 'metallb.universe.tf/ip-allocated-from-pool'],
  },
  {
    implementation: 'kube-vip',
    labels: { implementation: 'kube-vip' },
    annotations: ['kube-vip.io/vipHost', 'kube-vip.io/loadbalancerIPs'],
  },
  { implementation: 'PureLB', annotations: ['purelb.io/allocated-by', 'purelb.io/allocated-from'] },
  { implementation: 'OpenELB', annotations: ['lb.kubesphere.io/v1alpha1', 'eip.openelb.kubesphere.io/v1alpha2'] },
  {
    implementation: 'Cilium',
    conditions: ['cilium.io/IPAMRequestSatisfied', 'io.cilium/lb-ipam-request-satisfied'],
  },
  {
    implementation: 'a cloud controller manager or k3s ServiceLB',
    finalizers: ['service.kubernetes.io/load-balancer-cleanup'],
  },
];

/** The marks of other implementations on a Service, for people: `label implementation=kube-vip of kube-vip`. */
export function otherOwners(service: Service): readonly string[] {
  const { labels = {}, annotations = {}, finalizers = [] } = service.metadata;
  const marks = MARKS.flatMap((mark) => {
    const found = [
      ...Object.entries(mark.labels ?? {})
        .filter(([name, value]) => labels[name] === value)
        .map(([name, value]) => `the label ${name}=${value}`),
      ...(mark.annotations ?? [])
        .filter((name) => Object.hasOwn(annotations, name))
        .map((name) => `the annotation ${name}`),
      ...(mark.conditions ?? [])
        .filter((type) => findCondition(service.status?.conditions, type) !== undefined)
        .map((type) => `the condition ${type}`),
      ...(mark.finalizers ?? []).filter((name) => finalizers.includes(name)).map((name) => `the finalizer ${name}`),
    ];
    return found.map((what) => `${what} of ${mark.implementation}`);
  });
  const writers = statusWriters(service)
    .filter(({ isOurs }) => !isOurs)
    .map(({ manager }) => `addresses in the status written by ${manager}`);
  return [...marks, ...writers];
}

/** Whether Berth has ever said anything of the Service. */
export function isObserved({ status }: Service): boolean {
  return [ALLOCATED, ANNOUNCED].some((type) => findCondition(status?.conditions, type) !== undefined);
}
